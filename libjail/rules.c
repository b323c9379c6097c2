/*
 * rules.c - values that are each in range and together a hole, or a jail that
 * could never work. They are refused when jail.conf is read, not at the login
 * that falls through.
 */
#include "origin.h"
#include "schema.h"
#include "values.h"

#include <string.h>

struct policy_rule {
	bool (*broken)(const struct jail_policy *policy);
	const char *sentence; /* what is refused, and why */
};

struct plan_rule {
	bool (*broken)(const struct jail_plan *plan);
	const char *sentence;
};

struct path_rule {
	const char *path;
	bool below; /* and everything below it */
	const char *why;
	bool socket_may; /* a single socket does no such harm */
};

static bool
root_meets_the_host(const struct jail_policy *policy)
{
	return policy->uid0 && policy->network == NETWORK_HOST;
}

static bool
nested_in_the_host(const struct jail_policy *policy)
{
	return policy->nested && !policy->user_namespace;
}

static bool
root_writes_what_root_loads(const struct jail_policy *policy)
{
	return policy->uid0 && policy->root == ROOT_SCRATCH;
}

static bool
root_waits_for_quotas(const struct jail_policy *policy)
{
	return policy->root == ROOT_PERSISTENT;
}

static bool
filter_only_reports(const struct jail_policy *policy)
{
	return policy->seccomp_mode == FILTER_LOG;
}

static bool
more_sessions_than_tasks(const struct jail_plan *plan)
{
	return plan->sessions_max != LIMIT_NONE && plan->sessions_max > plan->tasks_max;
}

/* clang-format off */
static const struct policy_rule policy_rules[] = {
	{ root_meets_the_host,
	  "uid0 = yes with network = host: daemons of the host believe uid 0 on an abstract socket" },
	{ nested_in_the_host,
	  "nested = yes with user_namespace = no: the server process, root of the host, could be root of mounts" },
	{ root_writes_what_root_loads,
	  "uid0 = yes with root = scratch: the process that PAM called, which is root, loads libraries from that root" },
	{ root_waits_for_quotas,
	  "root = persistent waits for quotas: nothing would limit what a user leaves on the disk" },
};

const struct policy_weakness policy_weaknesses[] = {
	{ "seccomp_mode", filter_only_reports,
	  "seccomp_mode = log: no system call is refused, only reported; the filter protects nothing" },
};

static const struct plan_rule plan_rules[] = {
	{ more_sessions_than_tasks,
	  "sessions_max is above tasks_max: a session is a task at least, so that many can never run" },
};

/* Directories of the host that no jail may see, nor what is below. */
static const struct path_rule source_rules[] = {
	{ "/", false, "the host's root inside a jail is the end of the jail" },
	{ "/proc", true, "it shows the host's processes; the jail has its own" },
	{ "/sys", true, "it is the host kernel's panel; a jail has none" },
	{ "/dev", true, "devices of the host; the jail has its own few" },
	{ "/run/pam_jail", true, "whoever reaches the supervisors' sockets makes jails" },
};

/* Places in the jail that are not an administrator's to replace. */
static const struct path_rule target_rules[] = {
	{ "/", false, "the root is the image's" },
	{ "/proc", true, "what is masked there would be uncovered" },
	{ "/sys", true, "a jail has none" },
	{ "/dev", true, "only the jail's own few nodes stand there" },
	{ "/etc", true, "sshd reads it as root inside the jail" },
	{ "/usr", true, "sshd, as root inside the jail, loads libraries from it" },
	{ "/lib", true, "sshd, as root inside the jail, loads libraries from it" },
	{ "/lib32", true, "sshd, as root inside the jail, loads libraries from it" },
	{ "/libx32", true, "sshd, as root inside the jail, loads libraries from it" },
	{ "/lib64", true, "sshd, as root inside the jail, loads libraries from it" },
	{ "/bin", true, "programs are the image's" },
	{ "/sbin", true, "programs are the image's" },
	{ "/boot", true, "a jail has none" },
	{ "/tmp", true, "it is the jail's own, with its limits" },
	{ "/var", false, "/var/tmp in it is the jail's own, with its limits" },
	{ "/var/tmp", true, "it is the jail's own, with its limits" },
	{ "/run", true, "sshd connects to sockets there as root; a socket section can name one", true },
};
/* clang-format on */

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

const size_t policy_weakness_count = COUNT_OF(policy_weaknesses);

static const struct path_rule *
path_rule_find(const char *path, const struct path_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i].below ? path_is_at_or_below(path, rules[i].path)
				   : strcmp(path, rules[i].path) == 0)
			return &rules[i];
	return NULL;
}

static int
source_check(const char *source, struct jail_error *err)
{
	const struct path_rule *rule =
		path_rule_find(source, source_rules, COUNT_OF(source_rules));

	return rule ? jail_fail(err, 0, "%s of the host: %s", source, rule->why) : 0;
}

int
target_check(const char *target, bool is_socket, struct jail_error *err)
{
	const struct path_rule *rule =
		path_rule_find(target, target_rules, COUNT_OF(target_rules));

	if (strncmp(target, "%h", 2) == 0)
		return jail_fail(err, 0,
			"target %s: what stands in a user's own directory is the user's to replace",
			target);
	if (rule && !(is_socket && rule->socket_may))
		return jail_fail(err, 0, "target %s: %s", target, rule->why);
	return 0;
}

static int
mounts_check(const struct jail_policy *policy, struct jail_error *err)
{
	for (size_t i = 0; i < policy->mount_count; i++) {
		const struct jail_mount *mount = &policy->mounts[i];

		if (source_check(mount->source, err) < 0 ||
			target_check(mount->target, false, err) < 0)
			return origin_fail_in(&mount->origin, err);
		for (size_t j = 0; j < i; j++)
			if (path_is_at_or_below(policy->mounts[j].target, mount->target))
				return origin_fail(&mount->origin, err,
					"target %s: it would cover %s, mounted before it",
					mount->target, policy->mounts[j].target);
	}
	return 0;
}

static int
sockets_check(const struct jail_policy *policy, struct jail_error *err)
{
	for (size_t i = 0; i < policy->socket_count; i++) {
		const struct jail_socket *socket = &policy->sockets[i];

		if (source_check(socket->source, err) < 0 ||
			target_check(socket->target, true, err) < 0)
			return origin_fail_in(&socket->origin, err);
		for (size_t j = 0; j < i; j++)
			if (strcmp(policy->sockets[j].target, socket->target) == 0)
				return origin_fail(&socket->origin, err,
					"target %s: a second socket at one place",
					socket->target);
	}
	return 0;
}

int
policy_check(const struct jail_policy *policy, struct jail_error *err)
{
	for (size_t i = 0; i < COUNT_OF(policy_rules); i++)
		if (policy_rules[i].broken(policy))
			return origin_fail(&policy->defined, err, "policy \"%s\": %s",
				policy->name, policy_rules[i].sentence);
	return mounts_check(policy, err) < 0 ? -1 : sockets_check(policy, err);
}

int
plan_check(const struct jail_plan *plan, struct jail_error *err)
{
	for (size_t i = 0; i < COUNT_OF(plan_rules); i++)
		if (plan_rules[i].broken(plan))
			return origin_fail(&plan->defined, err, "plan \"%s\": %s", plan->name,
				plan_rules[i].sentence);
	return 0;
}
