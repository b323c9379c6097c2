/*
 * loader.h - where ld.so(8) would find a library.
 */
#pragma once

#include "elf_read.h"
#include "tree.h"

struct loader {
	unsigned conf_count;  /* files of ld.so.conf read */
	struct names dirs;    /* of ld.so.conf, then the built-in ones */
	uint8_t native_class; /* of this program: what `library` rows mean */
	uint16_t native_machine;
	struct names outside; /* paths found that only ld.so.cache can tell the loader */
};

/* Reads /etc/ld.so.conf and what it includes. */
int loader_open(struct loader *loader, struct tree *tree, struct jail_error *err);
void loader_close(struct loader *loader);

/* Who needs a library. */
struct loader_user {
	const struct node *node; /* for $ORIGIN; NULL: a manifest row */
	const char *run_path;    /* NULL: none */
	uint8_t elf_class;
	uint16_t elf_machine;
};

/*
 * Finds a library for its user: path[] is how the loader would open it. *found
 * is NULL when no directory has one of the right kind.
 */
int loader_find(struct loader *loader, struct tree *tree, const struct loader_user *user,
	const char *name, char path[4096], struct node **found, struct jail_error *err);
