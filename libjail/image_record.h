/*
 * image_record.h - what a build of an image asked the host, kept beside the
 * generation as NUMBER.record: asking again tells whether the image is still what a
 * build would make.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_FORMAT "jail-rootfs 1 " JAIL_VERSION

/* How a line begins. */
enum record_kind {
	ASKED_FILE = 'f',        /* or a link: every attribute counts */
	ASKED_DIR = 'd',         /* passed through: only that it is one counts */
	ASKED_LIST = 'l',        /* a directory whose entries were asked for */
	ASKED_ABSENT = 'a',      /* was not there */
	ASKED_MANIFEST = 'm',    /* a file of ours, not below the root */
	ASKED_NO_MANIFEST = 'n', /* an include that was not there */
};

/* What a record says of its generation. */
struct record_head {
	size_t files;
	uint64_t bytes;
	int64_t built;     /* seconds since 1970 */
	uint64_t contents; /* equal: the same tree from the same sources */
};

/* The head of a record; false: not ours, damaged, or of another version. */
bool record_read_head(const char *text, struct record_head *head);

/*
 * Asks all questions again. True: a build by this program from this manifest and
 * this root would come to the same.
 */
bool record_holds(char *text, const char *manifest, const char *root, int root_fd);

/* Was it built from this root, by this version? */
bool record_is_of(const char *text, const char *root);

/*
 * The first file that such a record names and that is gone, or has another size or
 * time than when it was copied; NULL: none. It tells of upgrades: what only a build
 * cares for (directories, inode numbers, /etc) is left out. It points into `text`.
 */
const char *record_changed_file(char *text, int root_fd);
