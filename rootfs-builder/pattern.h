/*
 * pattern.h - shell patterns in manifests: * ? [..] within a component.
 */
#pragma once

#include "tree.h"

bool pattern_has_wildcard(const char *text);

/* fnmatch(3) on a whole path: * also matches /. */
bool pattern_matches(const char *pattern, const char *path);

/*
 * Appends the paths that match, sorted. A path without wildcards is appended
 * as it is, whether it exists or not.
 */
int pattern_expand(struct tree *tree, const char *pattern, struct names *paths,
	struct jail_error *err);
