/*
 * cgroup_plan.c - a plan's limits as values of the kernel's knobs, of cgroup v2
 * and v1. One table; a host that lacks a knob refuses the login, unless the plan
 * says it can do without.
 */
#include "cgroup.h"

#include "fd.h"
#include "files.h"
#include "schema.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

enum { CPU_PERIOD_US = 100000, TEXT_MAX = 48 };

/* A number, or the knob's own word for no limit. */
static void
number_or(const char *no_limit, uint64_t value, char text[TEXT_MAX])
{
	if (value == LIMIT_NONE)
		snprintf(text, TEXT_MAX, "%s", no_limit);
	else
		snprintf(text, TEXT_MAX, "%" PRIu64, value);
}

static void
v2_plain(uint64_t value, char text[TEXT_MAX])
{
	number_or("max", value, text);
}

/* Percent of one CPU, as microseconds of each period. */
static void
v2_cpu_max(uint64_t percent, char text[TEXT_MAX])
{
	if (percent == LIMIT_NONE)
		snprintf(text, TEXT_MAX, "max %d", CPU_PERIOD_US);
	else
		snprintf(text, TEXT_MAX, "%" PRIu64 " %d", percent * CPU_PERIOD_US / 100,
			CPU_PERIOD_US);
}

static void
v1_bytes(uint64_t value, char text[TEXT_MAX])
{
	number_or("-1", value, text);
}

static void
v1_cpu_quota(uint64_t percent, char text[TEXT_MAX])
{
	number_or("-1", percent == LIMIT_NONE ? percent : percent * CPU_PERIOD_US / 100, text);
}

/* v1's normal weight is 1024 where v2's is 100. */
static void
v1_cpu_shares(uint64_t share, char text[TEXT_MAX])
{
	snprintf(text, TEXT_MAX, "%" PRIu64, share * 1024 / 100 > 2 ? share * 1024 / 100 : 2);
}

/* clang-format off */
static const struct limit {
	const char *option;
	size_t offset;
	enum cgroup_controller controller;
	const char *v2, *v1;
	void (*v2_text)(uint64_t value, char text[TEXT_MAX]);
	void (*v1_text)(uint64_t value, char text[TEXT_MAX]);
} limits[] = {
	{ "memory_max", offsetof(struct jail_plan, memory_max), CGROUP_MEMORY,
	  "memory.max", "memory.limit_in_bytes", v2_plain, v1_bytes },
	{ "tasks_max", offsetof(struct jail_plan, tasks_max), CGROUP_PIDS,
	  "pids.max", "pids.max", v2_plain, v2_plain },
	{ "cpu.cap", offsetof(struct jail_plan, cpu_cap), CGROUP_CPU,
	  "cpu.max", "cpu.cfs_quota_us", v2_cpu_max, v1_cpu_quota },
	{ "cpu.share", offsetof(struct jail_plan, cpu_share), CGROUP_CPU,
	  "cpu.weight", "cpu.shares", v2_plain, v1_cpu_shares },
};
/* clang-format on */

static int
write_limit(const struct cgroup_host *host, uid_t uid, const struct limit *limit,
	uint64_t value, struct jail_error *err)
{
	int base = host->hybrid ? host->v1[limit->controller] : host->unified;
	char path[64], text[TEXT_MAX];

	if (base < 0)
		return jail_fail(err, 0, "this host has no controller for it");
	snprintf(path, sizeof(path), "%u/%s", uid, host->hybrid ? limit->v1 : limit->v2);
	(host->hybrid ? limit->v1_text : limit->v2_text)(value, text);
	return file_write(base, path, text, err);
}

static bool
plan_requires(const struct jail_plan *plan, const char *name)
{
	const struct jail_option *option = option_find(SECTION_PLAN, name);

	return !option || !(plan->not_required & (1ULL << (option - plan_options)));
}

static int
make_user(const struct cgroup_host *host, uid_t uid, struct jail_error *err)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", uid);
	if (mkdirat(host->unified, name, 0755) < 0 && errno != EEXIST)
		return jail_fail(err, errno, "mkdir cgroup %s", name);
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		if (host->v1[i] >= 0 && mkdirat(host->v1[i], name, 0755) < 0 && errno != EEXIST)
			return jail_fail(err, errno, "mkdir v1 cgroup %s", name);
	return 0;
}

int
cgroup_apply_plan(const struct cgroup_host *host, uid_t uid, const struct jail_plan *plan,
	struct jail_error *err)
{
	if (make_user(host, uid, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct limit *limit = &limits[i];
		uint64_t value = *(const uint64_t *)((const char *)plan + limit->offset);

		if (write_limit(host, uid, limit, value, err) < 0 &&
			plan_requires(plan, limit->option)) {
			jail_fail_in(err, limit->option);
			return jail_fail_in(err, plan->name);
		}
	}
	return 0;
}
