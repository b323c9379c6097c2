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

/* A name in the pool, and the inode behind it. */
struct pooled {
	char name[160];
	struct stat st;
};

struct pool_list {
	struct pooled *item;
	size_t count;
	size_t room;
};

static int
list_add(const struct pool *pool, struct pool_list *list, const char *name)
{
	struct pooled *next;

	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 1024;
		struct pooled *item = reallocarray(list->item, room, sizeof(*item));

		if (!item)
			return -1;
		list->item = item;
		list->room = room;
	}
	next = &list->item[list->count];
	if ((size_t)snprintf(next->name, sizeof(next->name), "%s", name) >= sizeof(next->name))
		return 0; /* not one of ours */
	if (fstatat(pool->fd, name, &next->st, AT_SYMLINK_NOFOLLOW) == 0)
		list->count++;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct pooled *x = a;
	const struct pooled *y = b;

	return (x->st.st_ino > y->st.st_ino) - (x->st.st_ino < y->st.st_ino);
}

/* An inode goes when all its links are names in the pool: twins have several. */
static int64_t
sweep(const struct pool *pool, struct pool_list *list)
{
	int64_t freed = 0;
	size_t same;

	if (list->count > 1)
		qsort(list->item, list->count, sizeof(*list->item), compare);
	for (size_t i = 0; i < list->count; i += same) {
		const struct stat *st = &list->item[i].st;

		for (same = 1; i + same < list->count; same++)
			if (list->item[i + same].st.st_ino != st->st_ino)
				break;
		if (st->st_nlink != same)
			continue;
		freed += (int64_t)st->st_blocks * 512;
		for (size_t link = i; link < i + same; link++)
			unlinkat(pool->fd, list->item[link].name, 0);
	}
	return freed;
}

int64_t
pool_sweep(const struct pool *pool, struct jail_error *err)
{
	int fd = openat(pool->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct pool_list list = { .count = 0 };
	struct dirent *entry;
	int64_t freed = -1;
	int result = 0;

	if (!dir) {
		fd_close(&fd);
		return jail_fail(err, errno, "list .pool");
	}
	while (result == 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			result = list_add(pool, &list, entry->d_name);
	closedir(dir);
	if (result == 0)
		freed = sweep(pool, &list);
	else
		jail_fail(err, ENOMEM, "list .pool");
	free(list.item);
	return freed;
}
