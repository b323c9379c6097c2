/*
 * pool.h - files equal across images and generations are stored once.
 *
 * IMAGES/.pool holds a hard link to every file of every image, named after the
 * version of the host's file that it was copied from (struct looks). The host's
 * own inodes are never linked: a jail could watch them (docs/SECURITY-MODEL.md).
 */
#pragma once

#include "tree.h"

struct pool {
	int fd; /* IMAGES/.pool; -1: none */
};

int pool_open(struct pool *pool, int images_fd, struct jail_error *err);

/* Links the copy of this version to dir_fd/path. False: there is none. */
bool pool_take(const struct pool *pool, const struct looks *looks, int dir_fd,
	const char *path);

/* Offers a fresh copy to later builds. Failing costs disk space only. */
void pool_give(const struct pool *pool, const struct looks *looks, int dir_fd,
	const char *path);

/* Removes what no image links any more. Returns the bytes freed, or -1. */
int64_t pool_sweep(const struct pool *pool, struct jail_error *err);
