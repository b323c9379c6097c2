/*
 * enter.c - jailctl enter: the user's own shell, as at a login.
 */
#include "run_inside.h"

#include <stddef.h>

int
command_enter(const struct options *options, struct jail_error *err)
{
	return run_inside(options, NULL, err);
}
