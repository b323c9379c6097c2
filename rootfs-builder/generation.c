/*
 * generation.c - numbers, locks and the one rename that publishes.
 */
#include "generation.h"

#include "fd.h"
#include "file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

bool
image_name_is_valid(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return name[0] && name[0] != '.' && name[0] != '-' && strlen(name) <= 64 &&
	       name[strspn(name, allowed)] == '\0';
}

static bool
is_generation(const char *name)
{
	return strlen(name) == GENERATION_DIGITS &&
	       strspn(name, "0123456789") == GENERATION_DIGITS;
}

/* Whoever can write here decides what root loads in every jail. */
static int
check_owner(int fd, const char *path, struct jail_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return jail_fail(err, errno, "stat %s", path);
	if (st.st_uid != geteuid() || st.st_mode & 022)
		return jail_fail(err, 0, "%s must be root's and nobody else's to write", path);
	return 0;
}

/* For root alone: whoever could open a generation could lock it, and the logins out. */
static int
make_parents(const char *path, struct jail_error *err)
{
	char part[4096];
	int result = 0;

	for (size_t end = 1; result == 0 && path[end - 1]; end++) {
		if ((path[end] && path[end] != '/') || end >= sizeof(part))
			continue;
		memcpy(part, path, end);
		part[end] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			result = jail_fail(err, errno, "make %.300s", part);
	}
	return result;
}

int
images_open(const char *path, bool make, struct jail_error *err)
{
	autoclose int fd = -1;

	if (make && make_parents(path, err) != 0)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return jail_fail(err, errno, "open %s", path);
	if (make && check_owner(fd, path, err) != 0)
		return -1;
	return fd_steal(&fd);
}

/* Names in a directory that `accept` takes, sorted. */
static int
list(int dir_fd, bool (*accept)(const char *), struct names *names, struct jail_error *err)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int result = 0;

	if (!dir) {
		jail_fail(err, errno, "list images");
		fd_close(&fd);
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)))
		if (accept(entry->d_name))
			result = names_add(names, entry->d_name, strlen(entry->d_name), err);
	closedir(dir);
	names_sort(names);
	return result;
}

int
images_list(int images_fd, struct names *names, struct jail_error *err)
{
	return list(images_fd, image_name_is_valid, names, err);
}

int
image_generations(const struct image *image, struct names *names, struct jail_error *err)
{
	return list(image->fd, is_generation, names, err);
}

int
image_open(struct image *image, int images_fd, const char *name, bool make,
	struct jail_error *err)
{
	char target[GENERATION_DIGITS + 2];
	ssize_t length;

	*image = (struct image){ .fd = -1 };
	snprintf(image->name, sizeof(image->name), "%s", name);
	if (make && mkdirat(images_fd, name, 0755) != 0 && errno != EEXIST)
		return jail_fail(err, errno, "make %s", name);
	image->fd = openat(images_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (image->fd < 0)
		return jail_fail(err, errno, "open %s", name);
	if (make && check_owner(image->fd, name, err) != 0)
		return -1;
	length = readlinkat(image->fd, "current", target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	if (is_generation(target))
		memcpy(image->current, target, sizeof(image->current));
	return 0;
}

void
image_close(struct image *image)
{
	fd_close(&image->fd);
}

int
image_lock(struct image *image, struct jail_error *err)
{
	while (flock(image->fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return jail_fail(err, errno, "lock %s", image->name);
	return 0;
}

int
image_begin(const struct image *image, struct jail_error *err)
{
	int fd;

	if (tree_remove(image->fd, ".building", err) != 0)
		return -1;
	if (mkdirat(image->fd, ".building", 0755) != 0)
		return jail_fail(err, errno, "make %s/.building", image->name);
	fd = openat(image->fd, ".building", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fchown(fd, geteuid(), getegid()) != 0 || fchmod(fd, 0755) != 0)
		return jail_fail(err, errno, "open %s/.building", image->name);
	return fd;
}

/* One more than the highest there is. */
static int
next_number(const struct image *image, char name[GENERATION_DIGITS + 1], struct jail_error *err)
{
	struct names names = { .count = 0 };
	unsigned long number = 0;
	int result = image_generations(image, &names, err);

	if (result == 0 && names.count > 0)
		number = strtoul(names.item[names.count - 1], NULL, 10);
	if (result == 0 && number < strtoul(image->current[0] ? image->current : "0", NULL, 10))
		number = strtoul(image->current, NULL, 10);
	names_free(&names);
	if (number >= 99999999)
		return jail_fail(err, 0, "%s has run out of numbers", image->name);
	if (result == 0)
		snprintf(name, GENERATION_DIGITS + 1, "%08lu", number + 1);
	return result;
}

int
image_publish(struct image *image, const char *record, size_t record_size,
	struct jail_error *err)
{
	char name[GENERATION_DIGITS + 1];
	char record_name[32];

	if (next_number(image, name, err) != 0)
		return -1;
	snprintf(record_name, sizeof(record_name), "%s.record", name);
	if (file_replace(image->fd, record_name, record, record_size, err) != 0)
		return -1;
	if (renameat(image->fd, ".building", image->fd, name) != 0)
		return jail_fail(err, errno, "name %s/%s", image->name, name);
	if (syncfs(image->fd) != 0)
		return jail_fail(err, errno, "write %s/%s to disk", image->name, name);
	if (unlinkat(image->fd, ".current", 0) != 0 && errno != ENOENT)
		return jail_fail(err, errno, "replace %s/current", image->name);
	if (symlinkat(name, image->fd, ".current") != 0 ||
		renameat(image->fd, ".current", image->fd, "current") != 0)
		return jail_fail(err, errno, "replace %s/current", image->name);
	memcpy(image->current, name, sizeof(name));
	return 0;
}
