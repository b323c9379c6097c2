/*
 * file.h - whole files, read and replaced.
 */
#pragma once

#include "error.h"

#include <stddef.h>

/* Replaces a file by rename(2): it is the old one or the new one, never half. */
int file_replace(int dir_fd, const char *name, const char *text, size_t size,
	struct jail_error *err);

/* The whole file, NUL-terminated; the caller frees it. NULL: none, or an error. */
char *file_read(int dir_fd, const char *name, size_t max, struct jail_error *err);
