/*
 * remove.c - deleting a tree by descriptors: no path is walked twice, no
 * symlink is followed.
 */
#include "generation.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Images are at most 64 deep (TREE_DEPTH_MAX); ours are the only ones here. */
enum { DEPTH_MAX = 80 };

static int remove_at(int dir_fd, const char *name, unsigned depth, struct jail_error *err);

static int
remove_entries(int dir_fd, const char *name, unsigned depth, struct jail_error *err)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int result = 0;

	if (!dir) {
		jail_fail(err, errno, "open %s", name);
		fd_close(&fd);
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			result = remove_at(fd, entry->d_name, depth + 1, err);
	closedir(dir);
	return result;
}

static int
remove_at(int dir_fd, const char *name, unsigned depth, struct jail_error *err)
{
	if (depth > DEPTH_MAX)
		return jail_fail(err, 0, "%s: too deep to remove", name);
	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return jail_fail(err, errno, "remove %s", name);
	if (remove_entries(dir_fd, name, depth, err) != 0)
		return -1;
	if (unlinkat(dir_fd, name, AT_REMOVEDIR) != 0)
		return jail_fail(err, errno, "remove %s", name);
	return 0;
}

int
tree_remove(int dir_fd, const char *name, struct jail_error *err)
{
	return remove_at(dir_fd, name, 0, err);
}
