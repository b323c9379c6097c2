/*
 * list.c - `jail-rootfs list`. Whether jails run on a generation is read from
 * /proc/locks: trying the lock could make a login fail at that moment.
 */
#include "commands.h"

#include "fd.h"
#include "file.h"
#include "generation.h"
#include "record.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

enum { HEAD_MAX = 256 << 20 };

struct generation {
	const char *image;
	const char *name;
	bool current;
	size_t users; /* supervisors that hold it */
	struct record_head head;
};

/* Holders of a flock on a file, by its device and inode. */
static size_t
count_locks(const struct stat *st)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256];
	char wanted[64];
	size_t count = 0;

	snprintf(wanted, sizeof(wanted), " %02x:%02x:%lu ", major(st->st_dev),
		minor(st->st_dev), (unsigned long)st->st_ino);
	while (locks && fgets(line, sizeof(line), locks))
		if (strstr(line, " FLOCK ") && strstr(line, wanted))
			count++;
	if (locks)
		fclose(locks);
	return count;
}

static int
generation_look(const struct image *image, const char *name, struct generation *generation,
	struct jail_error *err)
{
	autofree char *text = NULL;
	char record[32];
	struct stat st;

	if (fstatat(image->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return jail_fail(err, errno, "stat %s/%s", image->name, name);
	*generation = (struct generation){
		.image = image->name,
		.name = name,
		.current = strcmp(name, image->current) == 0,
		.users = count_locks(&st),
	};
	snprintf(record, sizeof(record), "%s.record", name);
	text = file_read(image->fd, record, HEAD_MAX, err);
	if (text)
		record_read_head(text, &generation->head);
	return 0;
}

static void
format_time(int64_t when, char buf[32])
{
	time_t seconds = (time_t)when;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(buf, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf[0] = '\0';
}

static void
print_row(const struct generation *generation)
{
	char built[32];

	format_time(generation->head.built, built);
	printf("%-15s %-10s %-7s %5zu %7zu %9.1f  %s\n", generation->image, generation->name,
		generation->current ? "yes" : "no", generation->users, generation->head.files,
		(double)generation->head.bytes / 1e6, built);
}

static void
append_json(json_t *array, const struct generation *generation)
{
	char built[32];

	format_time(generation->head.built, built);
	json_array_append_new(array,
		json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:s}", "image", generation->image,
			"generation", generation->name, "current", generation->current, "users",
			(json_int_t)generation->users, "files",
			(json_int_t)generation->head.files, "bytes",
			(json_int_t)generation->head.bytes, "built", built));
}

static int
list_image(int images_fd, const char *name, json_t *array, struct jail_error *err)
{
	struct names names = { .count = 0 };
	struct image image;
	struct generation generation = { .image = NULL };
	int result = image_open(&image, images_fd, name, false, err);

	if (result == 0)
		result = image_generations(&image, &names, err);
	for (size_t i = 0; result == 0 && i < names.count; i++) {
		result = generation_look(&image, names.item[i], &generation, err);
		if (result == 0 && array)
			append_json(array, &generation);
		else if (result == 0)
			print_row(&generation);
	}
	names_free(&names);
	image_close(&image);
	return result;
}

static int
print_json(json_t *array, struct jail_error *err)
{
	json_t *top = json_pack("{s:i, s:O}", "schema_version", 1, "generations", array);
	int result = top && json_dumpf(top, stdout, JSON_INDENT(2)) == 0
			     ? 0
			     : jail_fail(err, 0, "write JSON");

	putchar('\n');
	json_decref(top);
	return result;
}

int
command_list(const struct options *options, struct jail_error *err)
{
	autoclose int images_fd = images_open(options->images, false, err);
	json_t *array = options->json ? json_array() : NULL;
	struct names names = { .count = 0 };
	int result = images_fd < 0 ? -1 : images_list(images_fd, &names, err);

	if (result == 0 && !array)
		printf("%-15s %-10s %-7s %5s %7s %9s  %s\n", "IMAGE", "GENERATION", "CURRENT",
			"USERS", "FILES", "MB", "BUILT");
	for (size_t i = 0; result == 0 && i < names.count; i++)
		if (!options->name || strcmp(options->name, names.item[i]) == 0)
			result = list_image(images_fd, names.item[i], array, err);
	if (result == 0 && array)
		result = print_json(array, err);
	json_decref(array);
	names_free(&names);
	return result;
}
