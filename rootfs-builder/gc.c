/*
 * gc.c - `jail-rootfs gc`: a generation goes when it is not current and nobody
 * holds its lock. The lock is kept until it is gone: a supervisor that opened
 * it a moment ago fails to lock it, or finds a directory without links, and
 * opens `current` again.
 */
#include "commands.h"

#include "fd.h"
#include "generation.h"
#include "pool.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

static int
gc_generation(const struct image *image, const char *name, struct jail_error *err)
{
	char record[32];
	autoclose int fd =
		openat(image->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return jail_fail(err, errno, "open %s/%s", image->name, name);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return 0; /* jails run on it */
		return jail_fail(err, errno, "lock %s/%s", image->name, name);
	}
	snprintf(record, sizeof(record), "%s.record", name);
	/* Half removed, it must not look like a generation. */
	if (tree_remove(image->fd, ".building", err) != 0)
		return -1;
	if (renameat(image->fd, name, image->fd, ".building") != 0)
		return jail_fail(err, errno, "remove %s/%s", image->name, name);
	if (tree_remove(image->fd, ".building", err) != 0 ||
		tree_remove(image->fd, record, err) != 0)
		return -1;
	printf("%s: generation %s removed\n", image->name, name);
	return 0;
}

static int
gc_image(int images_fd, const char *name, struct jail_error *err)
{
	struct names names = { .count = 0 };
	struct image image;
	int result = image_open(&image, images_fd, name, false, err);

	if (result == 0)
		result = image_lock(&image, err);
	if (result == 0)
		result = tree_remove(image.fd, ".building", err);
	if (result == 0)
		result = image_generations(&image, &names, err);
	for (size_t i = 0; result == 0 && i < names.count; i++)
		if (strcmp(names.item[i], image.current) != 0)
			result = gc_generation(&image, names.item[i], err);
	names_free(&names);
	image_close(&image);
	return result;
}

int
command_gc(const struct options *options, struct jail_error *err)
{
	autoclose int images_fd = images_open(options->images, false, err);
	struct names names = { .count = 0 };
	struct pool pool = { .fd = -1 };
	int64_t freed;
	int result;

	if (images_fd < 0)
		return -1;
	result = options->name ? names_add(&names, options->name, strlen(options->name), err)
			       : images_list(images_fd, &names, err);
	for (size_t i = 0; result == 0 && i < names.count; i++)
		result = gc_image(images_fd, names.item[i], err);
	names_free(&names);
	if (result != 0 || pool_open(&pool, images_fd, err) != 0)
		return -1;
	freed = pool_sweep(&pool, err);
	fd_close(&pool.fd);
	if (freed < 0)
		return -1;
	printf("%.1f MB freed\n", (double)freed / 1e6);
	return 0;
}
