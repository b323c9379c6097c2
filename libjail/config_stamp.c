/*
 * config_stamp.c - whether the configuration's files are still those that were
 * read, told by their identities: a look at each costs a microsecond, reading
 * and understanding them hundreds.
 */
#include "config.h"
#include "config_impl.h"
#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* A file that changed this shortly before we looked may change again within the
 * same tick of the file system's clock: not to be recognised. */
enum { SETTLED_S = 2 };

/* FNV-1a, over times and inode numbers that root alone can choose. */
static void
mix(struct config_stamp *stamp, uint64_t value, int bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		stamp->sum = (stamp->sum ^ (value & 0xff)) * 1099511628211ULL;
}

static void
add(struct config_stamp *stamp, const char *name, const struct stat *st)
{
	const uint64_t identity[] = { st->st_dev, st->st_ino, (uint64_t)st->st_size, st->st_uid,
		st->st_mode, (uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec,
		(uint64_t)st->st_ctim.tv_sec, (uint64_t)st->st_ctim.tv_nsec };

	for (; *name; name++)
		mix(stamp, (unsigned char)*name, 1);
	mix(stamp, 0, 1); /* where the name ends */
	for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]); i++)
		mix(stamp, identity[i], sizeof(identity[i]));
	if (st->st_ctim.tv_sec > stamp->newest)
		stamp->newest = st->st_ctim.tv_sec;
}

static bool
add_directory(struct config_stamp *stamp, const char *path)
{
	struct jail_error ignored; /* config_load() will say it */
	struct config_dir dir;
	struct stat st;
	bool seen = config_dir_open(path, &dir, &ignored) == 0;

	if (seen && dir.fd >= 0 && fstat(dir.fd, &st) == 0)
		add(stamp, path, &st);
	for (size_t i = 0; seen && i < dir.count; i++) {
		const char *name = dir.entries[i]->d_name;

		seen = fstatat(dir.fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
		if (seen)
			add(stamp, name, &st);
	}
	config_dir_close(&dir);
	return seen;
}

struct config_stamp
config_stamp(const struct jail_paths *paths)
{
	struct config_stamp stamp = { .sum = 14695981039346656037ULL };
	struct stat st;

	if (lstat(paths->main_file, &st) < 0)
		return stamp;
	add(&stamp, paths->main_file, &st);
	if (add_directory(&stamp, paths->vendor_dir) &&
		add_directory(&stamp, paths->dropin_dir))
		stamp.settled = stamp.newest + SETTLED_S < time(NULL);
	return stamp;
}

bool
config_stamp_same(const struct config_stamp *a, const struct config_stamp *b)
{
	return a->settled && b->settled && a->sum == b->sum;
}
