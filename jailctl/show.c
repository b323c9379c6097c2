/*
 * show.c - jailctl show: all that is known of one jail, or of a user's.
 */
#include "jail_table.h"

#include <errno.h>
#include <stdio.h>

static struct table
sessions_of(const struct user_report *user, const struct jail_report *jail)
{
	struct table table = session_table_new();

	for (size_t i = 0; i < jail->session_count; i++)
		session_table_add(&table, user, jail, &jail->sessions[i]);
	return table;
}

static json_t *
as_json(const struct overview *overview, const struct user_report *user,
	const struct jail_report *jail)
{
	autotable struct table row = jail_table_new();
	autotable struct table sessions = sessions_of(user, jail);
	json_t *object, *list = json_array();

	jail_table_add(&row, overview, user, jail);
	object = row.failed || sessions.failed ? NULL : table_row_json(&row, 0);
	for (size_t i = 0; list && i < table_rows(&sessions); i++)
		json_array_append_new(list, table_row_json(&sessions, i));
	if (object)
		json_object_set_new(object, "sessions", list);
	else
		json_decref(list);
	return object;
}

static int
print(const struct overview *overview, const struct user_report *user,
	const struct jail_report *jail, const struct options *options, struct jail_error *err)
{
	autotable struct table row = jail_table_new();
	autotable struct table sessions = sessions_of(user, jail);

	jail_table_add(&row, overview, user, jail);
	if (row.failed)
		return jail_fail(err, ENOMEM, "print");
	table_print_row(&row, 0, options);
	if (jail->session_count == 0)
		return 0;
	putchar('\n');
	return table_print(&sessions, "sessions", options, err);
}

static int
print_all(const struct overview *overview, const struct options *options,
	struct jail_error *err)
{
	const char *name = options->argv[0];
	bool first = true;

	for (struct overview_place at = { .user = NULL }; overview_next(overview, name, &at);) {
		if (!first)
			putchar('\n');
		first = false;
		if (print(overview, at.user, at.jail, options, err) < 0)
			return -1;
	}
	return 0;
}

static int
print_json(const struct overview *overview, const char *name, struct jail_error *err)
{
	json_t *list = json_array();

	for (struct overview_place at = { .user = NULL }; overview_next(overview, name, &at);)
		json_array_append_new(list, as_json(overview, at.user, at.jail));
	return json_print("jails", list, err);
}

int
command_show(const struct options *options, struct jail_error *err)
{
	autooverview struct overview overview;
	int code = overview_open(&overview, options->argv[0], err), result;

	if (code != EXIT_YES)
		return code;
	result = options->json ? print_json(&overview, options->argv[0], err)
			       : print_all(&overview, options, err);
	return result < 0 ? EXIT_NO : EXIT_YES;
}
