/*
 * run_inside.h - exec with a command, enter without.
 */
#pragma once

#include "jailctl.h"

/* Runs argv (NULL: a login shell) in the jail of options->argv[0]. Returns its
 * exit status, or EXIT_OURS. */
int run_inside(const struct options *options, char **argv, struct jail_error *err);
