/*
 * twin.c - equal files are stored once, even when the host has a new inode.
 */
#include "twin.h"

#include "fd.h"
#include "looks.h"

#include <fcntl.h>
#include <string.h>

enum { CHUNK = 1 << 16 };

static bool
same_content(int a, int b, uint64_t size)
{
	static _Thread_local char x[CHUNK];
	static _Thread_local char y[CHUNK];

	for (uint64_t at = 0; at < size;) {
		ssize_t count = pread(a, x, sizeof(x), (off_t)at);

		if (count <= 0 || pread(b, y, (size_t)count, (off_t)at) != count ||
			memcmp(x, y, (size_t)count) != 0)
			return false;
		at += (uint64_t)count;
	}
	return true;
}

bool
twin_take(struct tree *tree, const struct node *node, int previous_fd, int dir_fd, mode_t mode)
{
	struct jail_error ignored; /* the copy will say it */
	const char *path = node->path + 1;
	autoclose int source = -1;
	autoclose int twin = -1;
	struct looks looks;
	struct stat st;

	if (previous_fd < 0 || fstatat(previous_fd, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	looks = looks_from(&st);
	if (looks.mode != (S_IFREG | mode) || looks.size != node->looks.size ||
		looks.mtime != node->looks.mtime)
		return false;
	twin = openat(previous_fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	source = twin < 0 ? -1 : tree_read(tree, node, &ignored);
	return source >= 0 && same_content(source, twin, looks.size) &&
	       linkat(previous_fd, path, dir_fd, path, 0) == 0;
}
