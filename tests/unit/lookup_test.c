/*
 * lookup_test.c - a directory may answer anything: what is not a whole answer is an
 * error. The C library's lookups are ours here.
 */
#include "lookup.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct passwd user;
static int user_error, group_error;
static const char *group_name; /* NULL: of no group */
static int group_count;
static size_t room_wanted;
static char long_text[5000];

int
getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
	struct passwd **result)
{
	buffer[0] = '\0';
	*result = NULL;
	if (user_error || size < room_wanted)
		return user_error ? user_error : ERANGE;
	if (strcmp(name, "alice") == 0) {
		*entry = user;
		*result = entry;
	}
	return 0;
}

int
getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **result)
{
	buffer[0] = '\0';
	*result = NULL;
	if (group_error || size < room_wanted)
		return group_error ? group_error : ERANGE;
	if (group_name) {
		*entry = (struct group){ .gr_gid = gid, .gr_name = (char *)group_name };
		*result = entry;
	}
	return 0;
}

int
getgrouplist(const char *name, gid_t first, gid_t *ids, int *count)
{
	int room = *count;

	(void)name;
	*count = group_count;
	for (int i = 0; i < group_count && i < room; i++)
		ids[i] = first + (gid_t)i;
	return group_count > room ? -1 : group_count;
}

static struct jail_login login;
static struct jail_error err;

static int
prepare(void **state)
{
	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	user = (struct passwd){ .pw_name = (char *)"alice",
		.pw_uid = 2001,
		.pw_gid = 3001,
		.pw_dir = (char *)"/home/alice",
		.pw_shell = (char *)"" };
	user_error = group_error = 0;
	group_name = "customers";
	group_count = 2;
	room_wanted = 0;
	return 0;
}

static void
a_user_comes_with_groups_and_a_shell(void **state)
{
	(void)state;
	assert_int_equal(login_lookup("alice", &login, &err), 0);
	assert_string_equal(login.user, "alice");
	assert_string_equal(login.shell, "/bin/sh");
	assert_int_equal(login.group_count, 2);
	assert_int_equal(login.groups[1].gid, 3002);
	assert_true(login_in_group(&login, "customers"));
	assert_false(login_in_group(&login, "custom"));
}

static void
long_entries_get_the_room_they_need(void **state)
{
	(void)state;
	room_wanted = 100000;
	assert_int_equal(login_lookup("alice", &login, &err), 0);
	assert_true(login_in_group(&login, "customers"));
	room_wanted = (size_t)1 << 30;
	assert_int_equal(login_lookup("alice", &login, &err), -1);
	assert_int_equal(err.errnum, ERANGE);
}

static void
nobody_is_not_an_answer_that_failed(void **state)
{
	(void)state;
	assert_int_equal(login_lookup("bob", &login, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	user_error = EIO;
	assert_int_equal(login_lookup("alice", &login, &err), -1);
	assert_int_equal(err.errnum, EIO);
}

static void
texts_that_do_not_fit_are_not_cut(void **state)
{
	char *const *const texts[] = { &user.pw_name, &user.pw_dir, &user.pw_shell };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		prepare(state);
		*(char **)texts[i] = long_text;
		assert_int_equal(login_lookup("alice", &login, &err), -1);
		assert_int_equal(err.errnum, ENAMETOOLONG);
	}
	prepare(state);
	group_name = long_text;
	assert_int_equal(login_lookup("alice", &login, &err), -1);
	assert_int_equal(err.errnum, ENAMETOOLONG);
}

/* Rules name groups: not being able to tell one is a refusal. */
static void
a_group_that_cannot_be_had_is_an_error(void **state)
{
	(void)state;
	group_error = EIO;
	assert_int_equal(login_lookup("alice", &login, &err), -1);
	assert_int_equal(err.errnum, EIO);
	group_error = ERANGE;
	assert_int_equal(login_lookup("alice", &login, &err), -1);
	assert_int_equal(err.errnum, ERANGE);
	group_error = 0;
	group_count = LOGIN_GROUPS_MAX + 1;
	assert_int_equal(login_lookup("alice", &login, &err), -1);
	assert_non_null(strstr(err.text, "more than"));
}

static void
a_group_without_a_name_has_its_number(void **state)
{
	(void)state;
	group_name = NULL;
	assert_int_equal(login_lookup("alice", &login, &err), 0);
	assert_string_equal(login.groups[0].name, "3001");
}

#define TEST(f) cmocka_unit_test_setup(f, prepare)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_user_comes_with_groups_and_a_shell),
		TEST(long_entries_get_the_room_they_need),
		TEST(nobody_is_not_an_answer_that_failed),
		TEST(texts_that_do_not_fit_are_not_cut),
		TEST(a_group_that_cannot_be_had_is_an_error),
		TEST(a_group_without_a_name_has_its_number),
	};

	return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
