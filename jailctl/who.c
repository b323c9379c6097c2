/*
 * who.c - jailctl who: a row for each session.
 */
#include "jail_table.h"

int
command_who(const struct options *options, struct jail_error *err)
{
	const char *name = options->argv[0];
	autooverview struct overview overview;
	autotable struct table table = session_table_new();
	int code = overview_open(&overview, name, err);

	if (code != EXIT_YES)
		return code;
	/* With a supervisor its sessions have ended, whatever its file says. */
	for (struct overview_place at = { .user = NULL }; overview_next(&overview, name, &at);)
		for (size_t i = 0;
			at.user->state != SUPERVISOR_STALE && i < at.jail->session_count; i++)
			session_table_add(&table, at.user, at.jail, &at.jail->sessions[i]);
	return table_print(&table, "sessions", options, err) < 0 ? EXIT_NO : EXIT_YES;
}
