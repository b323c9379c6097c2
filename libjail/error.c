/*
 * error.c - one sentence per failure, without allocating: it must still work
 * when memory is what ran out.
 */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
jail_error_set(struct jail_error *err, int errnum, const char *fmt, ...)
{
	va_list args;
	size_t used;

	err->errnum = errnum;
	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);

	used = strlen(err->text);
	if (errnum != 0)
		snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(errnum));
}

void
jail_error_prefix(struct jail_error *err, const char *context)
{
	char inner[sizeof(err->text)];

	memcpy(inner, err->text, sizeof(inner));
	snprintf(err->text, sizeof(err->text), "%.100s: %.400s", context, inner);
}
