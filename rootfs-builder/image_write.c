/*
 * image_write.c - the copy. Modes are made, not copied: no setid bit, no
 * capability, no owner and nothing writable has a way in.
 */
#include "image_write.h"

#include "fd.h"
#include "looks.h"
#include "twin.h"

#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

/* copy_file_range(2) shares blocks where the file system can; between two file
 * systems it refuses and sendfile(2) copies. */
static ssize_t
write_some(int from, int to, uint64_t size)
{
	ssize_t count = copy_file_range(from, NULL, to, NULL, size, 0);

	if (count < 0 && (errno == EXDEV || errno == EOPNOTSUPP || errno == EINVAL))
		count = sendfile(to, from, NULL, size);
	return count;
}

static int
write_data(int from, int to, uint64_t size, const char *path, struct jail_error *err)
{
	while (size > 0) {
		ssize_t count = write_some(from, to, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return jail_fail(err, errno, "copy %s", path);
		if (count == 0)
			return jail_fail(err, EAGAIN, "%s became shorter while it was copied",
				path);
		size -= (uint64_t)count;
	}
	return 0;
}

/* What we make of a source's mode. */
static mode_t
mode_of(const struct node *node)
{
	return node->looks.mode & 0111 ? 0755 : 0644;
}

/* A default ACL or a setgid directory above would have had its say. */
static int
verify(const struct node *node, const struct stat *st, mode_t mode, struct jail_error *err)
{
	if ((st->st_mode & 07777) == mode && st->st_uid == geteuid() && st->st_gid == getegid())
		return 0;
	return jail_fail(err, 0, "%s came out as %o %u:%u: is there an ACL on the images?",
		node->path, (unsigned)st->st_mode & 07777, st->st_uid, st->st_gid);
}

static int
write_copy(const struct image_writer *writer, const struct node *node, struct jail_error *err)
{
	const struct timespec mtime = timespec_of(node->looks.mtime);
	struct stat st;
	autoclose int from = tree_read(writer->tree, node, err);
	autoclose int to = -1;

	if (from < 0)
		return -1;
	to = openat(writer->dir_fd, node->path + 1,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_of(node));
	if (to < 0)
		return jail_fail(err, errno, "create %s", node->path);
	if (write_data(from, to, node->looks.size, node->path, err) != 0)
		return -1;
	if (futimens(to, (struct timespec[]){ mtime, mtime }) != 0)
		return jail_fail(err, errno, "set the time of %s", node->path);
	if (fstat(to, &st) != 0)
		return jail_fail(err, errno, "look at the copy of %s", node->path);
	return verify(node, &st, mode_of(node), err);
}

static int
write_file(struct image_writer *writer, const struct node *node, struct jail_error *err)
{
	const char *path = node->path + 1;

	writer->bytes += node->looks.size;
	if (pool_take(writer->pool, &node->looks, writer->dir_fd, path))
		return 0;
	if (!twin_take(writer->tree, node, writer->previous_fd, writer->dir_fd,
		    mode_of(node))) {
		if (write_copy(writer, node, err) != 0)
			return -1;
		writer->copied++;
	}
	pool_give(writer->pool, &node->looks, writer->dir_fd, path);
	return 0;
}

static int
write_directory(const struct image_writer *writer, const struct node *node,
	struct jail_error *err)
{
	const char *path = node->path[1] ? node->path + 1 : ".";
	struct stat st;

	if (node->parent && mkdirat(writer->dir_fd, path, 0755) != 0)
		return jail_fail(err, errno, "make %s", node->path);
	if (fstatat(writer->dir_fd, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return jail_fail(err, errno, "look at %s", node->path);
	return verify(node, &st, 0755, err);
}

static int
write_node(struct image_writer *writer, const struct node *node, struct jail_error *err)
{
	writer->files++;
	if (S_ISREG(node->looks.mode))
		return write_file(writer, node, err);
	if (S_ISDIR(node->looks.mode))
		return write_directory(writer, node, err);
	if (symlinkat(node->target, writer->dir_fd, node->path + 1) != 0)
		return jail_fail(err, errno, "link %s", node->path);
	return 0;
}

int
image_write(struct image_writer *writer, struct jail_error *err)
{
	mode_t mask = umask(022);
	int result = 0;

	tree_sort(writer->tree);
	for (size_t i = 0; result == 0 && i < writer->tree->wanted_count; i++)
		result = write_node(writer, writer->tree->wanted[i], err);
	umask(mask);
	return result;
}
