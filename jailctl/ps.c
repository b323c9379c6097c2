/*
 * ps.c - jailctl ps: the processes in the leaf of a jail, with their numbers
 * outside and inside. One without a number inside is a monitor: it serves the
 * session and stays in the host's PID namespace.
 */
#include "fd.h"
#include "jail_table.h"
#include "process.h"

/* clang-format off */
static const struct column columns[] = {
	{ "USER",    "user",       CELL_TEXT },
	{ "JAIL",    "jail",       CELL_TEXT },
	{ "PID",     "pid",        CELL_COUNT },
	{ "INSIDE",  "inside_pid", CELL_COUNT },
	{ "UID",     "uid",        CELL_COUNT },
	{ "RSS",     "rss_bytes",  CELL_BYTES },
	{ "COMMAND", "command",    CELL_TEXT },
};
/* clang-format on */

static void
add_process(struct table *table, const struct user_report *user, const struct jail_report *jail,
	const struct process *process)
{
	table_text(table, user->user);
	table_text(table, jail->name);
	table_number(table, (uint64_t)process->pid);
	table_number(table, process->inside == UINT64_MAX ? NUMBER_UNKNOWN : process->inside);
	table_number(table, process->uid);
	table_number(table, process->memory);
	table_text(table, process->command);
}

static int
add_jail(struct table *table, const struct overview *overview, const struct user_report *user,
	const struct jail_report *jail, struct jail_error *err)
{
	uint64_t inside = process_pid_namespace(jail->init);
	autofree pid_t *pids = NULL;
	size_t count;

	if (cgroup_leaf_pids(&overview->cgroups, jail->cgroup, &pids, &count, err) < 0)
		return err->errnum == ENOENT ? 0 : -1; /* ended meanwhile */
	for (size_t i = 0; i < count; i++) {
		struct process process;

		if (process_read(pids[i], inside, &process, err) == 0)
			add_process(table, user, jail, &process);
		else if (err->errnum != ENOENT && err->errnum != ESRCH) /* not just gone */
			return -1;
	}
	return 0;
}

int
command_ps(const struct options *options, struct jail_error *err)
{
	const char *name = options->argv[0];
	autooverview struct overview overview;
	autotable struct table table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	int code = overview_open(&overview, name, err);

	if (code != EXIT_YES)
		return code;
	for (struct overview_place at = { .user = NULL }; overview_next(&overview, name, &at);)
		if (add_jail(&table, &overview, at.user, at.jail, err) < 0)
			return EXIT_NO;
	return table_print(&table, "processes", options, err) < 0 ? EXIT_NO : EXIT_YES;
}
