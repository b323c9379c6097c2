/*
 * files.c - reading and writing small files whole.
 */
#include "files.h"

#include "fd.h"

#include <fcntl.h>
#include <string.h>

int
file_write(int directory, const char *path, const char *text, struct jail_error *err)
{
	autoclose int fd = openat(directory, path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return jail_fail(err, errno, "open %s", path);
	if (write(fd, text, strlen(text)) < 0)
		return jail_fail(err, errno, "write \"%s\" to %s", text, path);
	return 0;
}

ssize_t
file_read(int directory, const char *path, char *buffer, size_t size, struct jail_error *err)
{
	autoclose int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;

	if (fd < 0)
		return jail_fail(err, errno, "open %s", path);
	while (used < size) {
		ssize_t got = read(fd, buffer + used, size - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return jail_fail(err, errno, "read %s", path);
		if (got == 0) {
			buffer[used] = '\0';
			return (ssize_t)used;
		}
		used += (size_t)got;
	}
	return jail_fail(err, EFBIG, "read %s", path);
}
