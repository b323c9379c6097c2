/* What a command inside finds in its environment: of the administrator's, TERM. */
#include "environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct jail_entry entry;
static struct environment environment;
static struct jail_error err;

static int
prepare(void **state)
{
	(void)state;
	memset(&entry, 0, sizeof(entry));
	entry_begin(&entry);
	entry.login = (struct jail_login){ .user = "alice",
		.uid = 2001,
		.home = "/home/alice",
		.shell = "/bin/bash" };
	entry.answer = wire_new(WIRE_SEAL);
	return entry.answer ? 0 : -1;
}

static int
forget(void **state)
{
	(void)state;
	for (size_t i = 0; i < environment.count; i++)
		free(environment.variables[i]);
	environment = (struct environment){ .count = 0 };
	entry_release(&entry);
	return 0;
}

static const char *
value_of(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; environment.variables[i]; i++)
		if (strncmp(environment.variables[i], name, length) == 0 &&
			environment.variables[i][length] == '=')
			return environment.variables[i] + length + 1;
	return NULL;
}

static void
it_is_made_of_the_login_and_the_seal(void **state)
{
	(void)state;
	wire_put_text(entry.answer, TAG_ENV, "XDG_RUNTIME_DIR=/run/user/2001");
	wire_put_text(entry.answer, TAG_ENV, "SHELL");
	wire_put_text(entry.answer, TAG_ENV, "MAIL");
	wire_put_text(entry.answer, TAG_ENV, "HOME=/elsewhere");
	assert_int_equal(environment_make(&environment, &entry, "xterm", &err), 0);
	assert_string_equal(value_of("USER"), "alice");
	assert_string_equal(value_of("TERM"), "xterm");
	assert_string_equal(value_of("HOME"), "/elsewhere");
	assert_string_equal(value_of("XDG_RUNTIME_DIR"), "/run/user/2001");
	assert_null(value_of("SHELL"));
	assert_null(strstr(value_of("PATH"), "sbin"));
}

static void
root_of_a_jail_has_another_path(void **state)
{
	(void)state;
	entry.login.uid = 0;
	assert_int_equal(environment_make(&environment, &entry, "", &err), 0);
	assert_non_null(strstr(value_of("PATH"), "/usr/sbin"));
	assert_null(value_of("TERM"));
}

static void
more_than_there_is_room_for_is_an_error(void **state)
{
	char text[] = "A0=x";

	(void)state;
	for (int i = 0; i < ENVIRONMENT_MAX; i++) {
		text[0] = (char)('A' + i % 26);
		text[1] = (char)('0' + i / 26);
		wire_put_text(entry.answer, TAG_ENV, text);
	}
	assert_int_equal(environment_make(&environment, &entry, "", &err), -1);
}

static void
term_is_a_name_or_nothing(void **state)
{
	char term[16];

	(void)state;
	setenv("TERM", "xterm-256color", 1);
	environment_term(term, sizeof(term));
	assert_string_equal(term, "xterm-256color");
	setenv("TERM", "/etc/passwd", 1);
	environment_term(term, sizeof(term));
	assert_string_equal(term, "");
	setenv("TERM", "a-name-that-is-too-long", 1);
	environment_term(term, sizeof(term));
	assert_string_equal(term, "");
	unsetenv("TERM");
	environment_term(term, sizeof(term));
	assert_string_equal(term, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, prepare, forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_made_of_the_login_and_the_seal),
		TEST(root_of_a_jail_has_another_path),
		TEST(more_than_there_is_room_for_is_an_error),
		TEST(term_is_a_name_or_nothing),
	};

	return cmocka_run_group_tests_name("jailctl_environment", tests, NULL, NULL);
}
