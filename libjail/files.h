/*
 * files.h - small files of the kernel's, whole in one call.
 */
#pragma once

#include "error.h"

#include <stddef.h>
#include <sys/types.h>

/* Writes `text` in one write(2): what the kernel's control files expect. */
int file_write(int directory, const char *path, const char *text, struct jail_error *err);

/* Reads at most size - 1 bytes and ends them with NUL.
 *   returns the length;  fails  EFBIG when there is more */
ssize_t file_read(int directory, const char *path, char *buffer, size_t size,
	struct jail_error *err);
