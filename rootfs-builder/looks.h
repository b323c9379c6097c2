/*
 * looks.h - struct looks from the kernel's answer.
 */
#pragma once

#include "tree.h"

#include <sys/stat.h>

static inline struct looks
looks_from(const struct stat *st)
{
	return (struct looks){
		.mode = st->st_mode,
		.uid = st->st_uid,
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime = st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec,
		.ctime = st->st_ctim.tv_sec * INT64_C(1000000000) + st->st_ctim.tv_nsec,
	};
}

static inline bool
looks_same(const struct looks *a, const struct looks *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->dev == b->dev && a->ino == b->ino &&
	       a->size == b->size && a->mtime == b->mtime && a->ctime == b->ctime;
}
