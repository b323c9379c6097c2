/*
 * syscall.h - what a policy's lists of system calls say about one of them.
 */
#pragma once

#include "conf.h"
#include "policy.h"

/*
 * Prints the lines that may decide about options->syscall, in their order, and
 * what comes of it.
 *   returns EXIT_YES if one of them allows it, EXIT_NO if none does,
 *           EXIT_NOBODY: no such system call
 */
int syscall_explain(const struct conf *conf, const struct jail_policy *policy,
	const struct options *options, struct jail_error *err);
