/* Paths from passwd and jail.conf are walked whole or not at all. */
#include "walk.h"

#include "fd.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct jail_error err;

static void
a_directory_is_found(void **state)
{
	autoclose int fd = walk_open("/usr/../usr", &err);
	autoclose int plain = walk_open("//usr/", &err);

	(void)state;
	assert_true(fd < 0); /* ".." never */
	assert_true(plain >= 0);
}

static void
a_name_too_long_is_not_its_parent(void **state)
{
	char path[NAME_MAX + 64] = "/usr/";

	(void)state;
	memset(path + strlen(path), 'x', NAME_MAX + 1);
	assert_int_equal(walk_open(path, &err), -1);
	assert_int_equal(err.errnum, ENAMETOOLONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_is_found),
		cmocka_unit_test(a_name_too_long_is_not_its_parent),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
