/*
 * root.h - being root and nobody else beside.
 */
#pragma once

#include "error.h"

/* All uids and gids 0, no supplementary groups: of the host, or of the user
 * namespace that was just entered, where one is nobody at first. */
int root_become(struct jail_error *err);
