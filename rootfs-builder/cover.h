/*
 * cover.h - whole directories.
 */
#pragma once

#include "manifest.h"
#include "route.h"

/* Does an exclude row keep this path out of trees, packages and patterns? */
bool cover_excludes(const struct manifest *manifest, const char *path);

/* Wants everything below a directory node, and what its links lead to. */
int cover_tree(const struct manifest *manifest, struct tree *tree, struct node *node,
	const struct origin *origin, struct jail_error *err);

/*
 * Wants one path of a tree or package. A dangling link is kept as it is. Sets
 * *node to what is there, NULL when there is nothing.
 */
int cover_path(const struct manifest *manifest, struct tree *tree, const char *path,
	const struct origin *origin, struct node **node, struct jail_error *err);
