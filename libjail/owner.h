/*
 * owner.h - a tree that the host's root made and the jail's root is to own.
 */
#pragma once

#include "error.h"

#include <sys/types.h>

/*
 * Gives a directory and all below it to a uid and its namesake gid. Only for a
 * tree that nobody else has reached yet: it walks by name.
 */
int owner_set(int tree, uid_t owner, struct jail_error *err);
