/*
 * looks.h - what identifies one version of one file of the host.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* What identifies one version of one file: no write leaves all of it alone. */
struct looks {
	mode_t mode;
	uid_t uid;
	uint64_t dev;
	uint64_t ino;
	uint64_t size;
	int64_t mtime; /* nanoseconds */
	int64_t ctime; /* nanoseconds */
};

/* Saturates: a hostile time stamp is still one time stamp. */
static inline int64_t
nanoseconds(struct timespec when)
{
	int64_t result;

	if (__builtin_mul_overflow((int64_t)when.tv_sec, INT64_C(1000000000), &result) ||
		__builtin_add_overflow(result, (int64_t)when.tv_nsec, &result))
		return when.tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return result;
}

static inline struct timespec
timespec_of(int64_t when)
{
	int64_t rest = when % 1000000000;

	if (rest < 0)
		rest += 1000000000;
	return (struct timespec){ .tv_sec = (when - rest) / 1000000000, .tv_nsec = rest };
}

static inline struct looks
looks_from(const struct stat *st)
{
	return (struct looks){
		.mode = st->st_mode,
		.uid = st->st_uid,
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime = nanoseconds(st->st_mtim),
		.ctime = nanoseconds(st->st_ctim),
	};
}

_Static_assert(sizeof(struct looks) == 48, "record.c hashes it whole: no padding");

static inline bool
looks_same(const struct looks *a, const struct looks *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->dev == b->dev && a->ino == b->ino &&
	       a->size == b->size && a->mtime == b->mtime && a->ctime == b->ctime;
}
