/*
 * image_write.h - wanted nodes become files.
 */
#pragma once

#include "pool.h"

struct image_size {
	size_t files; /* and links and directories */
	uint64_t bytes;
	size_t copied; /* files that the pool did not have */
};

/*
 * Fills an empty directory. Everything in it belongs to whoever runs us,
 * directories are 0755, files 0644 or 0755; times are the sources'.
 */
int image_write(struct tree *tree, const struct pool *pool, int dir_fd, struct image_size *size,
	struct jail_error *err);
