/*
 * record.h - every question a build asked of the host, and the answers.
 *
 * Kept beside a generation as NUMBER.record. Asking them again is how "nothing
 * to do" is known: complete by construction, for tree.c asks nothing that is
 * not in here, files that were missing included.
 */
#pragma once

#include "image_write.h"
#include "manifest.h"

struct record {
	char *text; /* owned */
	size_t size;
};

/* What a record says of its generation. */
struct record_head {
	size_t files;
	uint64_t bytes;
	int64_t built;     /* seconds since 1970 */
	uint64_t contents; /* equal: the same tree from the same sources */
};

/* Hash of what is wanted. Sorts tree->wanted. */
uint64_t record_contents(struct tree *tree);

int record_make(struct record *record, const struct manifest *manifest, const char *root,
	const struct tree *tree, const struct record_head *head, struct jail_error *err);
void record_free(struct record *record);

/* The head of a record; false: not ours, damaged, or of another version. */
bool record_read_head(const char *text, struct record_head *head);

/*
 * Asks all questions again. True: a build by this program from this manifest and
 * this root would come to the same.
 */
bool record_holds(char *text, const char *manifest, const char *root, int root_fd);
