/*
 * filter_compile.c - the filter of a policy: its list, behind what its options
 * permit beside, in its mode. What jailctl explains and checks, and what a jail
 * gets is decided here, once.
 */
#include "filter.h"

#include <linux/seccomp.h>

/* With these who has a tenant's uid reads and writes that tenant's processes. One
 * filter serves user and server process, and without a user namespace the latter
 * can have any uid, in the host's PID namespace. */
static const char *const tracing[] = { "ptrace", "process_vm_readv", "process_vm_writev",
	"pidfd_getfd", "kcmp" };

/* By any line that can be reached, whatever the arguments. */
static bool
allows(const struct seccomp_list *list, const char *call)
{
	struct jail_error ignored;
	int next = seccomp_list_find(list, call, 0, &ignored);

	while (next >= 0 && (size_t)next < list->rule_count) {
		const struct seccomp_rule *rule = &list->rules[next];

		if (rule->action == SECCOMP_RET_ALLOW)
			return true;
		if (rule->condition_count == 0)
			return false;
		next = seccomp_list_find(list, call, (size_t)next + 1, &ignored);
	}
	return false;
}

static int
check_tracing(const struct seccomp_list *list, const struct jail_policy *policy,
	struct jail_error *err)
{
	if (policy->user_namespace)
		return 0;
	for (size_t i = 0; i < sizeof(tracing) / sizeof(tracing[0]); i++)
		if (allows(list, tracing[i]))
			return jail_fail(err, 0,
				"list \"%s\" allows %s with user_namespace = no: the server process, root of the host, could trace any tenant",
				policy->seccomp, tracing[i]);
	return 0;
}

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
	result = check_tracing(&list, policy, err) < 0 ? -1 : seccomp_compile(&list, out, err);
	seccomp_list_free(&list);
	if (result == 0 && policy->seccomp_mode == FILTER_LOG)
		seccomp_log_only(out);
	return result;
}
