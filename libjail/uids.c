/*
 * uids.c - names back to numbers, strictly: "007", "1x" and "-1" are nobody.
 */
#include "uids.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>

static bool
uid_of(const char *name, uid_t *uid)
{
	char *end;
	unsigned long number;

	if (name[0] < '0' || name[0] > '9' || (name[0] == '0' && name[1]))
		return false;
	errno = 0;
	number = strtoul(name, &end, 10);
	if (*end || errno || number >= (uid_t)-1)
		return false;
	*uid = (uid_t)number;
	return true;
}

static int
by_number(const void *a, const void *b)
{
	uid_t first = *(const uid_t *)a, second = *(const uid_t *)b;

	return (first > second) - (first < second);
}

static int
add(uid_t **uids, size_t *count, uid_t uid, struct jail_error *err)
{
	uid_t *more = reallocarray(*uids, *count + 1, sizeof(*more));

	if (!more)
		return jail_fail(err, ENOMEM, "list users");
	*uids = more;
	more[(*count)++] = uid;
	return 0;
}

int
uids_in(int directory, uid_t **uids, size_t *count, struct jail_error *err)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;
	DIR *rows = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *row;
	uid_t uid;

	*uids = NULL;
	*count = 0;
	if (!rows) {
		result = jail_fail(err, errno, "open a directory of users");
		fd_close(&fd);
		return result;
	}
	while (result == 0 && (errno = 0, row = readdir(rows)))
		if (uid_of(row->d_name, &uid))
			result = add(uids, count, uid, err);
	if (result == 0 && errno)
		result = jail_fail(err, errno, "read a directory of users");
	closedir(rows);
	if (*count > 1)
		qsort(*uids, *count, sizeof(**uids), by_number);
	if (result < 0) {
		free(*uids);
		*uids = NULL;
	}
	return result;
}
