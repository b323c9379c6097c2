/* A cell says the same to people and to programs. */
#include "table.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *
shown(enum cell_kind kind, uint64_t number)
{
	const struct column column = { "X", "x", kind };
	const struct cell cell = { .number = number };
	static char text[CELL_WIDTH_MAX];

	cell_text(&column, &cell, text, sizeof(text));
	return text;
}

static const char *
shown_text(const char *text)
{
	const struct column column = { "X", "x", CELL_TEXT };
	const struct cell cell = { .text = (char *)text };
	static char out[CELL_WIDTH_MAX];

	cell_text(&column, &cell, out, sizeof(out));
	return out;
}

static void
sizes_and_ages_are_short(void **state)
{
	(void)state;
	assert_string_equal(shown(CELL_BYTES, 0), "0B");
	assert_string_equal(shown(CELL_BYTES, 1023), "1023B");
	assert_string_equal(shown(CELL_BYTES, 1536), "1.5K");
	assert_string_equal(shown(CELL_BYTES, 20 << 20), "20M");
	assert_string_equal(shown(CELL_BYTES, UINT64_MAX - 1), "16E");
	assert_string_equal(shown(CELL_AGE, 59), "59s");
	assert_string_equal(shown(CELL_AGE, 61), "1m01s");
	assert_string_equal(shown(CELL_AGE, 3600 + 120), "1h02m");
	assert_string_equal(shown(CELL_AGE, 3 * 86400 + 3600), "3d01h");
	assert_string_equal(shown(CELL_COUNT, 17), "17");
}

static void
what_is_not_known_is_a_dash_and_null(void **state)
{
	static const enum cell_kind kinds[] = { CELL_COUNT, CELL_BYTES, CELL_AGE, CELL_TIME };
	const struct cell cell = { .number = NUMBER_UNKNOWN };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct column column = { "X", "x", kinds[i] };
		json_t *json = cell_json(&column, &cell);

		assert_string_equal(shown(kinds[i], NUMBER_UNKNOWN), "-");
		assert_true(json_is_null(json));
		json_decref(json);
	}
	assert_string_equal(shown_text(""), "-");
	assert_string_equal(shown(CELL_TIME, (uint64_t)1 << 62), "-");
}

static void
programs_get_times_in_utc_and_numbers(void **state)
{
	static const struct column time = { "T", "t", CELL_TIME },
				   bytes = { "B", "b", CELL_BYTES };
	const struct cell cell = { .number = 1700000000 };
	json_t *json = cell_json(&time, &cell);

	(void)state;
	assert_string_equal(json_string_value(json), "2023-11-14T22:13:20Z");
	json_decref(json);
	json = cell_json(&bytes, &cell);
	assert_int_equal(json_integer_value(json), 1700000000);
	json_decref(json);
}

/* A process may be called anything. */
static void
texts_from_inside_are_escaped_for_both(void **state)
{
	static const struct column column = { "X", "x", CELL_TEXT };
	char controls[] = "a\033]0;x\007b", no_utf8[] = "a\377b";
	const struct cell cell = { .text = no_utf8 };
	json_t *json = cell_json(&column, &cell);

	(void)state;
	assert_string_equal(shown_text(controls), "a\\x1b]0;x\\x07b");
	assert_string_equal(json_string_value(json), "a\\xffb");
	json_decref(json);
}

/* What printing writes to stdout. */
static char *
printed(const struct table *table, const struct options *options)
{
	char *text = NULL;
	size_t size;
	FILE *saved = stdout, *out = open_memstream(&text, &size);
	struct jail_error err;

	assert_non_null(out);
	stdout = out;
	assert_int_equal(table_print(table, "things", options, &err), 0);
	stdout = saved;
	fclose(out);
	return text;
}

static void
columns_are_aligned_and_json_has_what_has_no_heading(void **state)
{
	static const struct column columns[] = { { "NAME", "name", CELL_TEXT },
		{ NULL, "hidden", CELL_COUNT }, { "STATE", "state", CELL_STATE },
		{ "N", "n", CELL_COUNT }, { "LAST", "last", CELL_TEXT } };
	struct table table = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	struct options options = { .quiet = false };
	char *text;

	(void)state;
	for (unsigned row = 0; row < 40; row++) {
		table_text(&table, row ? "b" : "alice");
		table_number(&table, 5);
		table_text(&table, "stale");
		table_number(&table, row);
		table_text(&table, "x y");
	}
	assert_int_equal(table_rows(&table), 40);
	text = printed(&table, &options);
	assert_ptr_equal(strstr(text, "NAME   STATE   N  LAST\nalice  stale   0  x y\n"
				      "b      stale   1  x y\n"),
		text);
	free(text);
	options.quiet = true;
	text = printed(&table, &options);
	assert_ptr_equal(strstr(text, "alice"), text);
	free(text);
	options.json = true;
	text = printed(&table, &options);
	assert_non_null(strstr(text, "\"hidden\": 5"));
	assert_non_null(strstr(text, "\"schema_version\": 1"));
	free(text);
	table_free(&table);
}

/* As printed() where descriptor 1 is a terminal. */
static char *
printed_on_terminal(const struct table *table, const struct options *options)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), saved = dup(1), terminal;
	char *text;

	assert_true(master >= 0 && saved >= 0);
	assert_int_equal(unlockpt(master), 0);
	terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal >= 0);
	fflush(stdout);
	dup2(terminal, 1);
	text = printed(table, options);
	dup2(saved, 1);
	close(saved);
	close(terminal);
	close(master);
	return text;
}

static void
only_states_that_want_a_look_have_a_colour(void **state)
{
	static const struct column columns[] = { { "STATE", "state", CELL_STATE },
		{ "NAME", "name", CELL_TEXT } };
	struct table table = table_new(columns, 2);
	const struct options options = { .quiet = true };
	char *text;

	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	table_text(&table, "live");
	table_text(&table, "stale");
	table_text(&table, "stale");
	table_text(&table, "x");
	table_text(&table, "ending");
	table_text(&table, "x");
	text = printed_on_terminal(&table, &options);
	assert_string_equal(text, "live    stale\n\033[31mstale\033[0m   x\n"
				  "\033[33mending\033[0m  x\n");
	free(text);
	table_free(&table);
}

static void
colours_are_for_terminals_that_have_them_and_people_who_want_them(void **state)
{
	static const struct column column = { "STATE", "state", CELL_STATE };
	static const struct {
		const char *term, *no_color;
		bool option, wanted;
	} rows[] = {
		{ "xterm", NULL, false, true },
		{ "xterm", "", false, true }, /* no-color.org: empty is not set */
		{ "xterm", "1", false, false },
		{ "xterm", NULL, true, false },
		{ "dumb", NULL, false, false },
		{ NULL, NULL, false, false },
	};
	struct table table = table_new(&column, 1);

	(void)state;
	table_text(&table, "stale");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct options options = { .no_color = rows[i].option };
		char *text;

		rows[i].term ? setenv("TERM", rows[i].term, 1) : unsetenv("TERM");
		rows[i].no_color ? setenv("NO_COLOR", rows[i].no_color, 1)
				 : unsetenv("NO_COLOR");
		text = printed_on_terminal(&table, &options);
		assert_int_equal(strstr(text, "\033[31m") != NULL, rows[i].wanted);
		free(text);
	}
	table_free(&table);
}

/* What jansson returns without memory. */
static void
json_that_could_not_be_made_is_an_error(void **state)
{
	struct table table = table_new(NULL, 0);
	const struct options options = { .json = true };
	struct jail_error err;

	(void)state;
	assert_int_equal(json_print("things", NULL, &err), -1);
	assert_int_equal(err.errnum, ENOMEM);
	assert_int_equal(json_print_object(NULL, &err), -1);
	assert_int_equal(err.errnum, ENOMEM);
	table.failed = true; /* a cell found no room */
	assert_int_equal(table_print(&table, "things", &options, &err), -1);
	assert_int_equal(err.errnum, ENOMEM);
}

static void
one_row_is_told_line_by_line(void **state)
{
	static const struct column columns[] = { { "NAME", "name", CELL_TEXT },
		{ NULL, "supervisor_pid", CELL_COUNT } };
	struct table table = table_new(columns, 2);
	char *text = NULL;
	size_t size;
	FILE *saved = stdout;

	(void)state;
	table_text(&table, "alice");
	table_number(&table, 7);
	stdout = open_memstream(&text, &size);
	table_print_row(&table, 0, &(struct options){ .quiet = false });
	fclose(stdout);
	stdout = saved;
	assert_string_equal(text, "name                alice\nsupervisor_pid      7\n");
	free(text);
	table_free(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_and_ages_are_short),
		cmocka_unit_test(what_is_not_known_is_a_dash_and_null),
		cmocka_unit_test(programs_get_times_in_utc_and_numbers),
		cmocka_unit_test(texts_from_inside_are_escaped_for_both),
		cmocka_unit_test(columns_are_aligned_and_json_has_what_has_no_heading),
		cmocka_unit_test(only_states_that_want_a_look_have_a_colour),
		cmocka_unit_test(
			colours_are_for_terminals_that_have_them_and_people_who_want_them),
		cmocka_unit_test(json_that_could_not_be_made_is_an_error),
		cmocka_unit_test(one_row_is_told_line_by_line),
	};

	return cmocka_run_group_tests_name("jailctl_table", tests, NULL, NULL);
}
