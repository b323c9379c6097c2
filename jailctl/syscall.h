/*
 * syscall.h - what a list of system calls says about one of them.
 */
#pragma once

#include "conf.h"

/*
 * Prints the lines of `list` that may decide about `name`, in their order.
 *   returns EXIT_YES if one of them allows it, EXIT_NO if none does,
 *           EXIT_NOBODY: no such system call
 */
int syscall_explain(const struct conf *conf, const char *list, const char *name,
	const struct options *options, struct jail_error *err);
