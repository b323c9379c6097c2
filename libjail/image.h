/*
 * image.h - a generation of a root file system, as rootfs-builder published it.
 */
#pragma once

#include "error.h"

struct image {
	int tree;       /* its mount, detached, read-only; for move_mount(2) */
	int generation; /* its directory with a shared flock(2): `jail-rootfs gc`
			   leaves a generation alone while anybody holds one */
	char name[160]; /* "shell/20261121-1" */
};

#define IMAGE_INITIAL ((struct image){ .tree = -1, .generation = -1 })

/*
 * Opens the current generation of image `name`.
 *   user_namespace  its root owns what is root's on disk; -1: the host's does
 *   fails   ENOENT with the command that builds it; EPERM when a directory on
 *           the way is not root's alone to write; EINVAL where the file system
 *           cannot be mounted for another root
 */
int image_open(const char *name, int user_namespace, struct image *image,
	struct jail_error *err);
void image_close(struct image *image);
