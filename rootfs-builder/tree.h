/*
 * tree.h - what we know of the host's files, and which of them the image gets.
 *
 * A node's path is canonical: everything above it is a directory, never a
 * symlink. Nodes are made by tree_look() from their parent, so this holds by
 * construction, and each question to the host is asked once and remembered:
 * the remembered answers are what record.c writes down.
 */
#pragma once

#include "looks.h"
#include "names.h"
#include "origin.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	TREE_DEPTH_MAX = 64,    /* components of a path */
	TREE_NODES_MAX = 500000 /* answers remembered */
};

/* Bytes: one file, and all of them. A sparse file counts in full. */
#define TREE_FILE_MAX  (UINT64_C(4) << 30)
#define TREE_TOTAL_MAX (UINT64_C(32) << 30)

struct node {
	char *path;          /* "/usr/bin/git"; "/" is the root */
	struct node *parent; /* NULL for the root */
	struct node *chain;  /* next in the hash bucket */
	char *target;        /* a symlink's text, else NULL */
	struct origin origin;
	struct looks looks;
	unsigned depth;
	uint8_t elf_class; /* ELFCLASS*, once inspected */
	uint16_t elf_machine;
	bool absent;  /* the host has no such thing */
	bool made;    /* ours, not the host's */
	bool wanted;  /* goes into the image */
	bool listed;  /* its entries were asked for */
	bool covered; /* all below it has been wanted already */
	bool inspected;
};

struct tree {
	int root_fd;
	struct node *root;
	struct node **bucket;
	size_t bucket_count;
	size_t node_count;
	struct node **wanted; /* in the order of wanting; grows while closure.c walks it */
	size_t wanted_count;
	size_t wanted_room;
	unsigned covering; /* directories that cover.c is inside of */
	uint64_t bytes;    /* of all wanted files */
};

/* Roots the tree at a directory of the host. */
int tree_open(struct tree *tree, const char *root, struct jail_error *err);
void tree_close(struct tree *tree);

/*
 * The entry `name` of a directory node; NULL on error. ->absent is an answer,
 * not an error.
 */
struct node *tree_look(struct tree *tree, struct node *parent, const char *name,
	struct jail_error *err);

/* Names in a directory node, sorted. Refuses names with control characters. */
int tree_list(struct tree *tree, struct node *node, struct names *names,
	struct jail_error *err);

/*
 * Opens a regular file for reading; the descriptor is exactly the file that was
 * looked at.
 *   fails   EAGAIN when it has changed since
 */
int tree_read(struct tree *tree, const struct node *node, struct jail_error *err);

/* The whole of a small text file, NUL-terminated; the caller frees it. */
char *tree_text(struct tree *tree, struct node *node, size_t max, struct jail_error *err);

/* Puts a node and the directories above it into the image, or refuses. */
int tree_want(struct tree *tree, struct node *node, const struct origin *origin,
	struct jail_error *err);

/* Sorts tree->wanted by path: a directory comes before what is in it. */
void tree_sort(struct tree *tree);

/* Puts in what the host need not have: a directory, or a link to target. */
int tree_make(struct tree *tree, const char *path, const char *target,
	const struct origin *origin, struct jail_error *err);
