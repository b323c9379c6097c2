/*
 * filter_compile.c - the filter of a policy: its list, behind what its options
 * permit beside, in its mode. What jailctl explains and checks, and what a jail
 * gets is decided here, once.
 */
#include "filter.h"

int
filter_read(int lists_fd, const struct jail_policy *policy, struct seccomp_list *out,
	struct jail_error *err)
{
	return seccomp_list_read_behind(lists_fd, policy->nested ? "nested" : NULL,
		policy->seccomp, out, err);
}

int
filter_compile(int lists_fd, const struct jail_policy *policy, struct seccomp_program *out,
	struct jail_error *err)
{
	struct seccomp_list list;
	int result;

	if (filter_read(lists_fd, policy, &list, err) < 0)
		return -1;
	result = seccomp_compile(&list, out, err);
	seccomp_list_free(&list);
	if (result == 0 && policy->seccomp_mode == FILTER_LOG)
		seccomp_log_only(out);
	return result;
}
