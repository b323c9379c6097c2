/*
 * list.c - jailctl list: a row for each jail that is up.
 */
#include "jail_table.h"

int
command_list(const struct options *options, struct jail_error *err)
{
	autooverview struct overview overview;
	autotable struct table table = jail_table_new();
	int code = overview_open(&overview, NULL, err);

	if (code != EXIT_YES)
		return code;
	for (struct overview_place at = { .user = NULL }; overview_next(&overview, NULL, &at);)
		jail_table_add(&table, &overview, at.user, at.jail);
	return table_print(&table, "jails", options, err) < 0 ? EXIT_NO : EXIT_YES;
}
