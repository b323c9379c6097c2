/*
 * refuse.h - host paths that never enter an image, whatever a manifest says.
 */
#pragma once

enum refuse_kind {
	SECRET, /* asking for it is an error */
	OF_JAIL /* the jail makes its own: a link to it is kept, the content is not */
};

struct refuse_row {
	const char *pattern; /* fnmatch(3); '*' matches '/' too */
	enum refuse_kind kind;
	const char *why;
};

/* The row that keeps this canonical path out, or NULL. */
const struct refuse_row *refuse_find(const char *path);
