/*
 * origin.h - the manifest line that asked for something, so that every
 * complaint can name it.
 */
#pragma once

#include "error.h"

struct origin {
	const char *file; /* owned by the manifest; NULL: nobody asked */
	int line;
};

/* jail_fail() with "file:line: " in front. Returns -1. */
int fail_at(struct jail_error *err, const struct origin *origin, int errnum, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

/* Puts "file:line: " in front of what is recorded. Returns -1. */
int fail_from(struct jail_error *err, const struct origin *origin);
