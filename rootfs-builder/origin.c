/*
 * origin.c - complaints that name the manifest line.
 */
#include "origin.h"

#include <stdarg.h>
#include <stdio.h>

int
fail_from(struct jail_error *err, const struct origin *origin)
{
	char where[100];

	if (!origin || !origin->file)
		return -1;
	snprintf(where, sizeof(where), "%s:%d", origin->file, origin->line);
	return jail_fail_in(err, where);
}

int
fail_at(struct jail_error *err, const struct origin *origin, int errnum, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	jail_fail(err, errnum, "%s", text);
	return fail_from(err, origin);
}
