/*
 * pool.c - one copy per version of a file, by hard links.
 */
#include "pool.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int
pool_open(struct pool *pool, int images_fd, struct jail_error *err)
{
	struct stat st;

	if (mkdirat(images_fd, ".pool", 0700) != 0 && errno != EEXIST)
		return jail_fail(err, errno, "make .pool");
	pool->fd = openat(images_fd, ".pool", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (pool->fd < 0 || fstat(pool->fd, &st) != 0)
		return jail_fail(err, errno, "open .pool");
	if (st.st_uid != geteuid() || st.st_mode & 022)
		return jail_fail(err, 0, ".pool must be root's and nobody else's to write");
	return 0;
}

static void
pool_name(const struct looks *looks, char name[160])
{
	snprintf(name, 160, "%" PRIx64 ".%" PRIx64 ".%" PRIx64 ".%" PRIx64 ".%" PRIx64 ".%o",
		looks->dev, looks->ino, looks->size, (uint64_t)looks->mtime,
		(uint64_t)looks->ctime, (unsigned)looks->mode);
}

bool
pool_take(const struct pool *pool, const struct looks *looks, int dir_fd, const char *path)
{
	char name[160];

	pool_name(looks, name);
	return linkat(pool->fd, name, dir_fd, path, 0) == 0;
}

void
pool_give(const struct pool *pool, const struct looks *looks, int dir_fd, const char *path)
{
	char name[160];

	pool_name(looks, name);
	if (linkat(dir_fd, path, pool->fd, name, 0) != 0)
		return; /* EMLINK, EEXIST: the copy stands alone */
}

/* Every link of the inode is a name in the pool, when there is one. */
static int64_t
sweep_one(const struct pool *pool, const char *name)
{
	struct stat st;

	if (name[0] == '.' || fstatat(pool->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		st.st_nlink != 1)
		return 0;
	return unlinkat(pool->fd, name, 0) == 0 ? (int64_t)st.st_blocks * 512 : 0;
}

int64_t
pool_sweep(const struct pool *pool, struct jail_error *err)
{
	int fd = openat(pool->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int64_t freed = 0;

	if (!dir) {
		jail_fail(err, errno, "list .pool");
		fd_close(&fd);
		return -1;
	}
	while ((entry = readdir(dir)))
		freed += sweep_one(pool, entry->d_name);
	closedir(dir);
	return freed;
}
