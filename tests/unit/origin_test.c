/* At 3 a.m. an administrator wants the file and the line. */
#include "origin.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct jail_error err;

static void
the_place_stands_first(void **state)
{
	static const struct jail_origin here = { .file = "/etc/jail.conf", .line = 17 };

	(void)state;
	assert_int_equal(origin_fail(&here, &err, "no plan \"%s\"", "x"), -1);
	assert_string_equal(err.text, "/etc/jail.conf:17: no plan \"x\"");
	assert_int_equal(err.errnum, 0);
}

static void
an_error_keeps_its_errno_and_gets_a_place(void **state)
{
	static const struct jail_origin here = { .file = "a", .line = 2 };

	(void)state;
	jail_fail(&err, ENOENT, "open x");
	assert_int_equal(origin_fail_in(&here, &err), -1);
	assert_string_equal(err.text, "a:2: open x: No such file or directory");
	assert_int_equal(err.errnum, ENOENT);
}

static void
a_preset_has_no_file(void **state)
{
	static const struct jail_origin nowhere = { .file = NULL };

	(void)state;
	assert_int_equal(origin_fail(&nowhere, &err, "wrong"), -1);
	assert_string_equal(err.text, "preset:0: wrong");
}

static void
of_a_long_path_the_end_is_shown(void **state)
{
	char path[300];
	const struct jail_origin here = { .file = path, .line = 1 };

	(void)state;
	memset(path, 'x', sizeof(path));
	strcpy(path + sizeof(path) - 6, ".conf");
	assert_int_equal(origin_fail(&here, &err, "wrong"), -1);
	assert_non_null(strstr(err.text, "x.conf:1: wrong"));
	assert_ptr_equal(strstr(err.text, "...xxx"), err.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_stands_first),
		cmocka_unit_test(an_error_keeps_its_errno_and_gets_a_place),
		cmocka_unit_test(a_preset_has_no_file),
		cmocka_unit_test(of_a_long_path_the_end_is_shown),
	};

	return cmocka_run_group_tests_name("origin", tests, NULL, NULL);
}
