/*
 * file.c - our own small files in IMAGES.
 */
#include "file.h"

#include "fd.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int
write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t count = write(fd, text, size);

		if (count < 0 && errno != EINTR)
			return -1;
		if (count > 0) {
			text += count;
			size -= (size_t)count;
		}
	}
	return 0;
}

int
file_replace(int dir_fd, const char *name, const char *text, size_t size,
	struct jail_error *err)
{
	char temporary[80];
	autoclose int fd = -1;

	snprintf(temporary, sizeof(temporary), ".new-%.60s", name);
	if (unlinkat(dir_fd, temporary, 0) != 0 && errno != ENOENT)
		return jail_fail(err, errno, "replace %s", name);
	fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0644);
	if (fd < 0 || write_all(fd, text, size) != 0 ||
		renameat(dir_fd, temporary, dir_fd, name) != 0)
		return jail_fail(err, errno, "write %s", name);
	return 0;
}

char *
file_read(int dir_fd, const char *name, size_t max, struct jail_error *err)
{
	autoclose int fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) != 0) {
		jail_fail(err, errno, "open %s", name);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max) {
		jail_fail(err, EFBIG, "read %s", name);
		return NULL;
	}
	text = calloc(1, (size_t)st.st_size + 1);
	if (!text || pread(fd, text, (size_t)st.st_size, 0) != st.st_size) {
		jail_fail(err, text ? EIO : ENOMEM, "read %s", name);
		free(text);
		return NULL;
	}
	return text;
}
