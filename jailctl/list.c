/*
 * list.c - jailctl list: a row for each jail that is up.
 */
#include "jail_table.h"

#include <stdio.h>

static void
note_stale(size_t count, const struct options *options)
{
	if (count > 0 && !options->quiet)
		fprintf(stderr,
			"jailctl: %zu stale, of supervisors that were killed: see jailctl gc\n",
			count);
}

int
command_list(const struct options *options, struct jail_error *err)
{
	autooverview struct overview overview;
	autotable struct table table = jail_table_new();
	int code = overview_open(&overview, NULL, err);
	size_t stale = 0;

	if (code != EXIT_YES)
		return code;
	for (struct overview_place at = { .user = NULL };
		overview_next(&overview, NULL, &at);) {
		jail_table_add(&table, &overview, at.user, at.jail);
		stale += at.user->state == SUPERVISOR_STALE;
	}
	if (table_print(&table, "jails", options, err) < 0)
		return EXIT_NO;
	note_stale(stale, options);
	return EXIT_YES;
}
