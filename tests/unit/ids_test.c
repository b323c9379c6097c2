/* The index of ids: each user's own, the same for ever, or nobody's at all. */
#include "ids.h"

#include "fd.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

static char path[] = "/tmp/ids_test.XXXXXX";
static int directory = -1;
static struct jail_error err;

static void
put(const char *text)
{
	autoclose int fd = openat(directory, "ids", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void
has(const char *wanted)
{
	autoclose int fd = openat(directory, "ids", O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t size = read(fd, text, sizeof(text) - 1);

	assert_true(size >= 0);
	text[size] = '\0';
	assert_string_equal(text, wanted);
}

static uid_t
root_of(uid_t uid)
{
	struct jail_ids ids;

	if (ids_of(directory, uid, &ids, &err) < 0)
		fail_msg("uid %u: %s", uid, err.text);
	assert_int_equal(ids.tty, ids.root + 1);
	return ids.root;
}

static void
refuses(uid_t uid, const char *sentence)
{
	struct jail_ids ids = { .root = 7 };

	assert_int_equal(ids_of(directory, uid, &ids, &err), -1);
	assert_non_null(strstr(err.text, sentence));
	assert_int_equal(ids.root, 7);
}

static void
each_user_has_ids_of_her_own(void **state)
{
	(void)state;
	assert_int_equal(root_of(2001), 2100000000);
	assert_int_equal(root_of(2002), 2100000002);
	assert_int_equal(root_of(0), 2100000004);
	has("2100000000\n0000002001\n0000002002\n0000000000\n");
}

static void
they_are_the_same_for_ever(void **state)
{
	(void)state;
	root_of(2001);
	root_of(2002);
	assert_int_equal(root_of(2001), 2100000000);
	assert_int_equal(root_of(2002), 2100000002);
	has("2100000000\n0000002001\n0000002002\n");
}

static void
the_first_line_is_where_they_begin(void **state)
{
	(void)state;
	put("0300000000\n0000002002\n");
	assert_int_equal(root_of(2001), 300000002);
	assert_int_equal(root_of(2002), 300000000);
}

static void
what_is_damaged_gives_nobody_ids(void **state)
{
	static const char *const texts[] = { "", "\n", "2100000000", "2100000000\n2001\n",
		"2100000000\n0000002001\n000000200", "2100000000\n0000002001\r\n000000200\n",
		"2100000000\n00000020x1\n", "2100000000\n-000002001\n",
		"2100000000\n+000002001\n", "2100000000\n 000002001\n",
		"2100000000\n4294967295\n", "2100000000\n9999999999\n",
		"2100000000\n0000002001\n0000002001\n", "0000000000\n", "0000065535\n",
		"4294967294\n", "4293000000\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put(texts[i]);
		refuses(2001, "ids: ");
		has(texts[i]);
	}
}

static void
a_uid_of_the_range_is_no_users(void **state)
{
	(void)state;
	refuses(2100000000, "one of those");
	refuses(2101999999, "one of those");
	root_of(2102000000);
}

static void
what_others_may_write_is_not_believed(void **state)
{
	(void)state;
	root_of(2001);
	assert_int_equal(fchmodat(directory, "ids", 0664, 0), 0);
	refuses(2001, "root alone");
	assert_int_equal(unlinkat(directory, "ids", 0), 0);
	assert_int_equal(symlinkat("/etc/passwd", directory, "ids"), 0);
	refuses(2001, "open");
	assert_int_equal(unlinkat(directory, "ids", 0), 0);
	assert_int_equal(mkfifoat(directory, "ids", 0600), 0);
	refuses(2001, "root alone");
	assert_int_equal(unlinkat(directory, "ids", 0), 0);
	assert_int_equal(fchmod(directory, 0777), 0);
	refuses(2001, "not root's alone");
	assert_int_equal(fchmod(directory, 0700), 0);
}

static void
many_new_users_at_once_all_get_their_own(void **state)
{
	enum { USERS = 40 };
	bool seen[USERS] = { false };

	(void)state;
	for (int i = 0; i < USERS; i++)
		if (fork() == 0)
			_exit(root_of((uid_t)(3000 + i)) < 2100000000);
	for (int i = 0; i < USERS; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < USERS; i++) {
		uid_t place = (root_of((uid_t)(3000 + i)) - 2100000000) / 2;

		assert_true(place < USERS && !seen[place]);
		seen[place] = true;
	}
}

static int
make_directory(void **state)
{
	(void)state;
	strcpy(path + strlen(path) - 6, "XXXXXX");
	if (!mkdtemp(path))
		return -1;
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return directory < 0 ? -1 : 0;
}

static int
remove_directory(void **state)
{
	(void)state;
	unlinkat(directory, "ids", 0);
	unlinkat(directory, "ids.new", 0);
	fd_close(&directory);
	return rmdir(path);
}

int
main(void)
{
#define PROMISE(f) cmocka_unit_test_setup_teardown(f, make_directory, remove_directory)
	const struct CMUnitTest tests[] = {
		PROMISE(each_user_has_ids_of_her_own),
		PROMISE(they_are_the_same_for_ever),
		PROMISE(the_first_line_is_where_they_begin),
		PROMISE(what_is_damaged_gives_nobody_ids),
		PROMISE(a_uid_of_the_range_is_no_users),
		PROMISE(what_others_may_write_is_not_believed),
		PROMISE(many_new_users_at_once_all_get_their_own),
	};

	return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
