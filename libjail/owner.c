/* owner.c - chown(1) -R, by descriptor. */
#include "owner.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

static int
give(DIR *rows, uid_t owner, struct jail_error *err)
{
	struct dirent *row;

	while (errno = 0, (row = readdir(rows))) {
		autoclose int below = -1;

		if (strcmp(row->d_name, ".") == 0 || strcmp(row->d_name, "..") == 0)
			continue;
		if (row->d_type != DT_DIR) {
			if (fchownat(dirfd(rows), row->d_name, owner, owner,
				    AT_SYMLINK_NOFOLLOW) < 0)
				return jail_fail(err, errno, "chown %s", row->d_name);
			continue;
		}
		below = openat(dirfd(rows), row->d_name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			return jail_fail(err, errno, "open %s", row->d_name);
		if (owner_set(below, owner, err) < 0)
			return -1;
	}
	return errno ? jail_fail(err, errno, "read a directory") : 0;
}

int
owner_set(int tree, uid_t owner, struct jail_error *err)
{
	int fd = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), result;
	DIR *rows = fd >= 0 ? fdopendir(fd) : NULL;

	if (!rows) {
		result = jail_fail(err, errno, "open a directory");
		fd_close(&fd);
		return result;
	}
	result = fchown(fd, owner, owner) < 0 ? jail_fail(err, errno, "chown a directory")
					      : give(rows, owner, err);
	closedir(rows);
	return result;
}
