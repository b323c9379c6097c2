/*
 * manifest.h - what an image is made of, as written.
 *
 *     include base
 *     from git                # the Debian package, for the error message
 *     package git             # everything in it
 *     optional program nano   # no error when this host lacks it
 *
 * One row per word, so `program ls cat` is two rows.
 */
#pragma once

#include "names.h"
#include "origin.h"

#include <stdbool.h>
#include <stddef.h>

enum row_kind {
	ROW_PROGRAM,
	ROW_LIBRARY,
	ROW_FILE,
	ROW_TREE,
	ROW_PACKAGE,
	ROW_PATH,
	ROW_DIR,
	ROW_LINK,
	ROW_EXCLUDE
};

struct row {
	enum row_kind kind;
	bool optional;
	char *word;          /* path, pattern or name */
	char *target;        /* ROW_LINK only */
	const char *package; /* of the last `from`; NULL: not said */
	struct origin origin;
};

struct manifest {
	const char *shipped; /* borrowed */
	struct row *row;
	size_t count;
	size_t room;
	struct names files;    /* every file read; owns what origin.file points to */
	struct names absent;   /* includes looked for and not found there */
	struct names packages; /* owns what row.package points to */
};

/*
 * Reads a manifest and what it includes: from the same directory, else from the
 * directory `shipped`. A manifest
 * must belong to root (or to whoever runs us) and be nobody else's to write.
 *   fails   with file:line
 */
int manifest_read(struct manifest *manifest, const char *path, const char *shipped,
	struct jail_error *err);
void manifest_free(struct manifest *manifest);
