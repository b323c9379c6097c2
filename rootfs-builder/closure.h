/*
 * closure.h - what the wanted files themselves need: libraries, loaders, the
 * interpreters of scripts.
 */
#pragma once

#include "loader.h"

/*
 * Goes on until nothing new is wanted.
 *   fails   when a library that is needed is nowhere on the host
 */
int closure_complete(struct tree *tree, struct loader *loader, struct jail_error *err);
