/*
 * image_write.c - the copy. Modes are made, not copied: no setid bit, no
 * capability, no owner and nothing writable has a way in.
 */
#include "image_write.h"

#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static int
compare(const void *a, const void *b)
{
	const struct node *const *x = a;
	const struct node *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

static int
write_data(int from, int to, uint64_t size, const char *path, struct jail_error *err)
{
	while (size > 0) {
		ssize_t count = copy_file_range(from, NULL, to, NULL, size, 0);

		if (count < 0)
			return jail_fail(err, errno, "copy %s", path);
		if (count == 0)
			return jail_fail(
				err, EAGAIN, "%s became shorter while it was copied", path);
		size -= (uint64_t)count;
	}
	return 0;
}

static int
write_copy(struct tree *tree, const struct node *node, int dir_fd, const char *path,
	struct jail_error *err)
{
	const mode_t mode = node->looks.mode & 0111 ? 0755 : 0644;
	const struct timespec mtime = {.tv_sec = node->looks.mtime / 1000000000,
		.tv_nsec = node->looks.mtime % 1000000000};
	autoclose int from = tree_read(tree, node, err);
	autoclose int to = -1;

	if (from < 0)
		return -1;
	to = openat(dir_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (to < 0)
		return jail_fail(err, errno, "create %s", node->path);
	if (write_data(from, to, node->looks.size, node->path, err) != 0)
		return -1;
	if (futimens(to, (struct timespec[]){mtime, mtime}) != 0)
		return jail_fail(err, errno, "set the time of %s", node->path);
	return 0;
}

static int
write_file(struct tree *tree, const struct pool *pool, const struct node *node, int dir_fd,
	struct image_size *size, struct jail_error *err)
{
	const char *path = node->path + 1;

	size->bytes += node->looks.size;
	if (pool_take(pool, &node->looks, dir_fd, path))
		return 0;
	if (write_copy(tree, node, dir_fd, path, err) != 0)
		return -1;
	pool_give(pool, &node->looks, dir_fd, path);
	size->copied++;
	return 0;
}

static int
write_node(struct tree *tree, const struct pool *pool, const struct node *node, int dir_fd,
	struct image_size *size, struct jail_error *err)
{
	const char *path = node->path + 1;

	size->files++;
	if (S_ISREG(node->looks.mode))
		return write_file(tree, pool, node, dir_fd, size, err);
	if (S_ISLNK(node->looks.mode) && symlinkat(node->target, dir_fd, path) != 0)
		return jail_fail(err, errno, "link %s", node->path);
	if (S_ISDIR(node->looks.mode) && *path && mkdirat(dir_fd, path, 0755) != 0)
		return jail_fail(err, errno, "make %s", node->path);
	return 0;
}

int
image_write(struct tree *tree, const struct pool *pool, int dir_fd, struct image_size *size,
	struct jail_error *err)
{
	mode_t mask = umask(022);
	int result = 0;

	*size = (struct image_size){.files = 0};
	qsort(tree->wanted, tree->wanted_count, sizeof(struct node *), compare);
	for (size_t i = 0; result == 0 && i < tree->wanted_count; i++)
		result = write_node(tree, pool, tree->wanted[i], dir_fd, size, err);
	umask(mask);
	return result;
}
