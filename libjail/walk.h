/*
 * walk.h - finding a place of the host that a user has influence on.
 */
#pragma once

#include "error.h"

/*
 * Opens `path` component by component, O_PATH. A symlink is followed only where
 * it and its directory are root's and nobody else's to write (/home ->
 * /data/home); automounts are triggered, so this may hang: call it in a child.
 *   returns an O_PATH descriptor, the caller's
 *   fails   EPERM on a symlink that somebody else could have made
 */
int walk_open(const char *path, struct jail_error *err);
