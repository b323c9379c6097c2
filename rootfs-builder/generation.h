/*
 * generation.h - IMAGES/NAME: its generations, and which one is current.
 *
 *     IMAGES/.pool/            pool.h
 *     IMAGES/NAME/             flock(LOCK_EX) while something is built or removed
 *     IMAGES/NAME/00000007/    a generation; a supervisor holds LOCK_SH on it
 *     IMAGES/NAME/00000007.record
 *     IMAGES/NAME/current      -> 00000007
 *     IMAGES/NAME/.building    left behind by a build that was killed
 */
#pragma once

#include "names.h"

#include <stdint.h>

enum { GENERATION_DIGITS = 8 };

struct image {
	char name[65];
	int fd;                              /* IMAGES/NAME */
	char current[GENERATION_DIGITS + 1]; /* "" : none yet */
};

/* Letters, digits, '.', '_', '-'; no dot or dash in front; at most 64. */
bool image_name_is_valid(const char *name);

/* Opens the images directory; makes it where asked. Returns it, or -1. */
int images_open(const char *path, bool make, struct jail_error *err);

/* The images in it, sorted. */
int images_list(int images_fd, struct names *names, struct jail_error *err);

/* Opens one image and learns which generation is current. */
int image_open(struct image *image, int images_fd, const char *name, bool make,
	struct jail_error *err);
void image_close(struct image *image);

/* Waits until no other jail-rootfs works on this image. Until image_close(). */
int image_lock(struct image *image, struct jail_error *err);

/* Complete generations, oldest first. */
int image_generations(const struct image *image, struct names *names, struct jail_error *err);

/* Makes an empty directory to build in; removes one left behind. Returns it. */
int image_begin(const struct image *image, struct jail_error *err);

/*
 * Gives what was built its number and makes it current, by one rename(2).
 * image->current is the new one afterwards.
 */
int image_publish(struct image *image, const char *record, size_t record_size,
	struct jail_error *err);

/* Removes a file or a whole directory. */
int tree_remove(int dir_fd, const char *name, struct jail_error *err);
