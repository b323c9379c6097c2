/*
 * dpkg.h - what a Debian package has put on this host, by dpkg's own lists.
 * Nothing of dpkg is run.
 */
#pragma once

#include "manifest.h"
#include "tree.h"

/*
 * Wants the files of every installed package whose name matches. What dpkg was
 * told to leave out (path-exclude) and what exclude rows name is skipped.
 * Dependencies are not followed: libraries are found by closure.h.
 */
int dpkg_package(const struct manifest *manifest, struct tree *tree, const char *name,
	const struct origin *origin, bool *found, struct jail_error *err);
