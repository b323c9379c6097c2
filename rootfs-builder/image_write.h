/*
 * image_write.h - wanted nodes become files.
 */
#pragma once

#include "pool.h"

struct image_writer {
	struct tree *tree;
	const struct pool *pool;
	int dir_fd;      /* an empty directory */
	int previous_fd; /* the generation before; -1: none */
	/* counted */
	size_t files; /* links and directories too */
	uint64_t bytes;
	size_t copied; /* files that no image had before */
};

/*
 * Fills the directory. Everything in it belongs to whoever runs us, directories
 * are 0755, files 0644 or 0755; times of files are the sources'.
 */
int image_write(struct image_writer *writer, struct jail_error *err);
