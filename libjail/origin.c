/*
 * origin.c - an administrator with a broken file at 3 a.m. wants the line.
 */
#include "origin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
origin_fail_in(const struct jail_origin *where, struct jail_error *err)
{
	char place[100]; /* as much as jail_fail_in() takes */
	const char *file = where->file ? where->file : "preset";
	size_t length = strlen(file);

	/* Of a long path its end says more than its beginning. */
	snprintf(place, sizeof(place), "%s%s:%d", length > 80 ? "..." : "",
		length > 80 ? file + length - 80 : file, where->line);
	return jail_fail_in(err, place);
}

int
origin_fail(const struct jail_origin *where, struct jail_error *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	err->errnum = 0;
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return origin_fail_in(where, err);
}
