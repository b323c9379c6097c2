/*
 * record.h - every question a build asked of the host, and the answers.
 *
 * Kept beside a generation as NUMBER.record. Asking them again is how "nothing
 * to do" is known: complete by construction, for tree.c asks nothing that is
 * not in here, files that were missing included.
 */
#pragma once

#include "image_record.h"
#include "image_write.h"
#include "manifest.h"

struct record {
	char *text; /* owned */
	size_t size;
};

/* Hash of what is wanted. Sorts tree->wanted. */
uint64_t record_contents(struct tree *tree);

int record_make(struct record *record, const struct manifest *manifest, const char *root,
	const struct tree *tree, const struct record_head *head, struct jail_error *err);
void record_free(struct record *record);
