/*
 * kill.c - jailctl kill: asks the supervisor to end jails and waits until they
 * are gone. Where it does not answer, the kernel ends what is in the leaf: no
 * jail may be beyond root's reach because its supervisor hangs.
 */
#include "fd.h"
#include "jail_table.h"

#include <string.h>
#include <time.h>

enum { GONE_MS = 10000, LOOK_AGAIN_MS = 20 };

/* clang-format off */
static const struct column columns[] = {
	{ "USER",     "user",          CELL_TEXT },
	{ "JAIL",     "jail",          CELL_TEXT },
	{ "SESSIONS", "session_count", CELL_COUNT },
	{ "OUTCOME",  "outcome",       CELL_TEXT },
};
/* clang-format on */

static int
ask(uid_t uid, const char *jail, struct jail_error *err)
{
	autowire struct wire_message *m = wire_new(WIRE_KILL);

	if (!m)
		return jail_fail(err, ENOMEM, "kill");
	wire_put_text(m, TAG_JAIL, jail);
	return report_ask(uid, m, err);
}

/* The supervisor forgets a jail when the kernel has let go of all of it, or has
 * gone itself. Of one that is silent nothing is known yet. */
static bool
is_gone(uid_t uid, const char *jail)
{
	struct user_report report;
	struct jail_error err;
	bool gone = true;

	if (report_load(uid, &report, &err) < 0)
		return err.errnum == ENOENT;
	for (size_t i = 0; report.state != SUPERVISOR_STALE && i < report.jail_count; i++)
		gone = gone && strcmp(report.jails[i].name, jail) != 0;
	report_free(&report);
	return gone;
}

static bool
is_empty(const struct cgroup_host *host, const char *leaf)
{
	autofree pid_t *pids = NULL;
	struct jail_error err;
	size_t count = 0;

	if (cgroup_leaf_pids(host, leaf, &pids, &count, &err) < 0)
		return err.errnum == ENOENT;
	return count == 0;
}

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
pause_a_little(void)
{
	const struct timespec pause = { .tv_nsec = LOOK_AGAIN_MS * 1000000L };

	nanosleep(&pause, NULL);
}

static const char *
end_by_supervisor(const struct user_report *user, const struct jail_report *jail)
{
	uint64_t deadline = now_ms() + GONE_MS;

	while (!is_gone(user->uid, jail->name)) {
		if (now_ms() >= deadline)
			return NULL;
		pause_a_little();
	}
	return "ended";
}

static const char *
end_by_kernel(const struct overview *overview, const struct jail_report *jail)
{
	uint64_t deadline = now_ms() + GONE_MS;
	struct jail_error err;

	if (cgroup_leaf_kill(&overview->cgroups, jail->cgroup, &err) < 0)
		return NULL;
	while (!is_empty(&overview->cgroups, jail->cgroup)) {
		if (now_ms() >= deadline)
			return NULL;
		pause_a_little();
	}
	return "killed, its supervisor does not answer";
}

/* The outcome in words; NULL: it is still there. */
static const char *
end(const struct overview *overview, const struct user_report *user,
	const struct jail_report *jail)
{
	struct jail_error err;

	if (user->state == SUPERVISOR_LIVE && ask(user->uid, jail->name, &err) == 0)
		return end_by_supervisor(user, jail);
	if (is_empty(&overview->cgroups, jail->cgroup))
		return user->state == SUPERVISOR_STALE ? "was dead already: see jailctl gc"
						       : "ended";
	return end_by_kernel(overview, jail);
}

static void
add_row(struct table *table, const struct user_report *user, const struct jail_report *jail,
	const char *outcome)
{
	table_text(table, user->user);
	table_text(table, jail->name);
	table_number(table, jail->session_count);
	table_text(table, outcome);
}

/* EXIT_YES when all that fits has ended. */
static int
end_all(const struct overview *overview, const char *name, bool dry_run, struct table *table)
{
	int code = EXIT_YES;

	for (struct overview_place at = { .user = NULL }; overview_next(overview, name, &at);) {
		const char *outcome =
			dry_run ? "would be ended" : end(overview, at.user, at.jail);

		if (!outcome)
			code = EXIT_NO;
		add_row(table, at.user, at.jail, outcome ? outcome : "is still there");
	}
	return code;
}

int
command_kill(const struct options *options, struct jail_error *err)
{
	const char *name = options->argv[0];
	autooverview struct overview overview;
	autotable struct table table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	int code = overview_open(&overview, name, err);

	if (code != EXIT_YES)
		return code;
	code = end_all(&overview, name, options->dry_run, &table);
	if (options->quiet && !options->json)
		return code;
	return table_print(&table, "jails", options, err) < 0 ? EXIT_NO : code;
}
