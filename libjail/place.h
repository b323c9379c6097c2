/*
 * place.h - making a place to mount on, in a tree that is still ours alone.
 */
#pragma once

#include "error.h"

enum place_kind { PLACE_DIRECTORY, PLACE_FILE };

/*
 * Makes the directory (or, in its directory, the empty file) `path` in the
 * layer, with all directories on the way.
 *   image   the layer lies over it: a component that is there but no directory
 *           is refused, for the layer would hide it; -1: nothing lies below
 *   fails   EPERM when the path belongs to the system or to a mount of the jail
 */
int place_make(int layer, int image, const char *path, enum place_kind kind,
	struct jail_error *err);
