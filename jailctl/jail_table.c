/*
 * jail_table.c - which columns a jail and a session have.
 */
#include "jail_table.h"

#include <stdio.h>
#include <time.h>

/* clang-format off */
static const struct column jail_columns[] = {
	{ "USER",     "user",               CELL_TEXT },
	{ NULL,       "uid",                CELL_COUNT },
	{ "JAIL",     "jail",               CELL_TEXT },
	{ "POLICY",   "policy",             CELL_TEXT },
	{ "PLAN",     "plan",               CELL_TEXT },
	{ "SESSIONS", "session_count",      CELL_COUNT },
	{ "STATE",    "state",              CELL_STATE },
	{ "AGE",      "age_seconds",        CELL_AGE },
	{ NULL,       "started",            CELL_TIME },
	/* Counted per user: the same in each row of one user. */
	{ "MEMORY",   "user_memory_bytes",  CELL_BYTES },
	{ "TASKS",    "user_tasks",         CELL_COUNT },
	{ NULL,       "image",              CELL_TEXT },
	{ NULL,       "init_pid",           CELL_COUNT },
	{ NULL,       "supervisor_pid",     CELL_COUNT },
	{ NULL,       "supervisor_version", CELL_TEXT },
	{ NULL,       "cgroup",             CELL_TEXT },
};

static const struct column session_columns[] = {
	{ "USER",    "user",    CELL_TEXT },
	{ "SERVICE", "service", CELL_TEXT },
	{ "RHOST",   "rhost",   CELL_TEXT },
	{ "TTY",     "tty",     CELL_TEXT },
	{ "PID",     "pid",     CELL_COUNT },
	{ "SINCE",   "since",   CELL_TIME },
	{ "JAIL",    "jail",    CELL_TEXT },
};
/* clang-format on */

int
overview_open(struct overview *overview, const char *name, struct jail_error *err)
{
	struct jail_error ignored;

	*overview = (struct overview){ .cgroups = CGROUP_HOST_INITIAL };
	if (reports_load(&overview->reports, err) < 0)
		return EXIT_NO;
	cgroup_host_find(&overview->cgroups, &ignored); /* then usage is unknown */
	if (name && !overview_next(overview, name, &(struct overview_place){ .user = NULL })) {
		jail_fail(err, 0,
			"no jail is up that is named \"%s\", or is a user's of that name",
			name);
		return EXIT_NOBODY;
	}
	return EXIT_YES;
}

void
overview_close(struct overview *overview)
{
	reports_free(&overview->reports);
	cgroup_host_close(&overview->cgroups);
}

bool
overview_next(const struct overview *overview, const char *name, struct overview_place *at)
{
	for (; at->next_user < overview->reports.count; at->next_user++, at->next_jail = 0) {
		at->user = &overview->reports.users[at->next_user];
		while (at->next_jail < at->user->jail_count) {
			at->jail = &at->user->jails[at->next_jail++];
			if (report_fits(at->user, at->jail, name))
				return true;
		}
	}
	return false;
}

struct table
jail_table_new(void)
{
	return table_new(jail_columns, sizeof(jail_columns) / sizeof(jail_columns[0]));
}

static uint64_t
age(uint64_t started)
{
	uint64_t now = (uint64_t)time(NULL);

	return now > started ? now - started : 0;
}

void
jail_table_add(struct table *table, const struct overview *overview,
	const struct user_report *user, const struct jail_report *jail)
{
	char cgroup[sizeof(overview->cgroups.base) + sizeof(jail->cgroup) + 1];
	struct cgroup_usage usage;

	cgroup_user_usage(&overview->cgroups, user->uid, &usage);
	snprintf(cgroup, sizeof(cgroup), "%s/%s", overview->cgroups.base, jail->cgroup);
	table_text(table, user->user);
	table_number(table, user->uid);
	table_text(table, jail->name);
	table_text(table, jail->policy);
	table_text(table, jail->plan);
	table_number(table, jail->session_count);
	table_text(table, report_state(user, jail));
	table_number(table, age(jail->started));
	table_number(table, jail->started);
	table_number(table, usage.memory == LIMIT_NONE ? NUMBER_UNKNOWN : usage.memory);
	table_number(table, usage.tasks == LIMIT_NONE ? NUMBER_UNKNOWN : usage.tasks);
	table_text(table, jail->image);
	table_number(table, jail->init);
	table_number(table, user->supervisor);
	table_text(table, user->version);
	table_text(table, cgroup);
}

struct table
session_table_new(void)
{
	return table_new(session_columns, sizeof(session_columns) / sizeof(session_columns[0]));
}

void
session_table_add(struct table *table, const struct user_report *user,
	const struct jail_report *jail, const struct session_report *session)
{
	table_text(table, user->user);
	table_text(table, session->service);
	table_text(table, session->rhost);
	table_text(table, session->tty);
	table_number(table, session->pid);
	table_number(table, session->started);
	table_text(table, jail->name);
}
