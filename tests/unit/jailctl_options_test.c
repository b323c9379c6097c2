/* jailctl_options_test.c - a command line inside is not ours to read. */
#include "options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static int
parse(enum options_extent extent, struct options *options, struct options_seen *seen,
	char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	*options = (struct options){ .argc = 0 };
	*seen = (struct options_seen){ .letters = "" };
	return options_parse(argc, argv, extent, options, seen);
}

static void
options_may_stand_behind_operands(void **state)
{
	char *argv[] = { (char *)"explain", (char *)"alice", (char *)"--service",
		(char *)"sshd", (char *)"-q", NULL };
	struct options options;
	struct options_seen seen;

	(void)state;
	assert_int_equal(parse(ALL_OPTIONS, &options, &seen, argv), 4);
	assert_string_equal(argv[4], "alice");
	assert_string_equal(options.service, "sshd");
	assert_true(options.quiet);
}

static void
up_to_an_operand_stops_there(void **state)
{
	char *argv[] = { (char *)"exec", (char *)"-T", (char *)"alice", (char *)"ls",
		(char *)"--json", NULL };
	struct options options;
	struct options_seen seen;

	(void)state;
	assert_int_equal(parse(UP_TO_OPERAND, &options, &seen, argv), 2);
	assert_true(options.no_terminal);
	assert_false(options.json);
}

static void
a_stray_option_is_named(void **state)
{
	char *argv[] = { (char *)"list", (char *)"--json", (char *)"--root=/x", NULL };
	struct options options;
	struct options_seen seen;

	(void)state;
	assert_int_equal(parse(ALL_OPTIONS, &options, &seen, argv), 3);
	assert_null(options_stray(&seen, "jr"));
	assert_string_equal(options_stray(&seen, "j"), "root");
}

static void
options_for_every_command_are_never_stray(void **state)
{
	char *argv[] = { (char *)"list", (char *)"-q", (char *)"--no-color", NULL };
	struct options options;
	struct options_seen seen;

	(void)state;
	assert_int_equal(parse(ALL_OPTIONS, &options, &seen, argv), 3);
	assert_null(options_stray(&seen, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_behind_operands),
		cmocka_unit_test(up_to_an_operand_stops_there),
		cmocka_unit_test(a_stray_option_is_named),
		cmocka_unit_test(options_for_every_command_are_never_stray),
	};

	return cmocka_run_group_tests_name("jailctl_options", tests, NULL, NULL);
}
