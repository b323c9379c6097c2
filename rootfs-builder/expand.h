/*
 * expand.h - from manifest rows to wanted nodes.
 */
#pragma once

#include "loader.h"
#include "manifest.h"

/*
 * Wants everything the rows ask for. Libraries and interpreters of programs
 * come later: closure.h.
 *   fails   with file:line, and what to apt-get install where that is known
 */
int manifest_expand(const struct manifest *manifest, struct tree *tree, struct loader *loader,
	struct jail_error *err);
