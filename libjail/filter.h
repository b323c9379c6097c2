/*
 * filter.h - the system call filter of a policy.
 */
#pragma once

#include "policy.h"
#include "seccomp_filter.h"

/* The lines of a policy, in their order.  fails  as seccomp_list_read() */
int filter_read(int lists_fd, const struct jail_policy *policy, struct seccomp_list *out,
	struct jail_error *err);

/*
 * Reads and compiles them.
 *   fails   as seccomp_list_read() and seccomp_compile(), and where the list lets
 *           the server process trace other tenants
 */
int filter_compile(int lists_fd, const struct jail_policy *policy, struct seccomp_program *out,
	struct jail_error *err);
