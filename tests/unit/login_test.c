/* What a login may bring along. */
#include "scratch_conf.h"

static struct jail_login login;

static const char *
complaint(void)
{
	return login_check(&login, &err) == 0 ? "" : err.text;
}

static void
ordinary_logins_pass(void **state)
{
	(void)state;
	login = login_in("alice", "sshd", "domain users");
	strcpy(login.rhost, "2001:db8::1");
	strcpy(login.tty, "/dev/pts/3");
	assert_string_equal(complaint(), "");
	strcpy(login.user, "CORP\\alice");
	assert_string_equal(complaint(), "");
	login.shell[0] = login.groups[1].name[0] = '\0';
	assert_string_equal(complaint(), "");
}

static void
names_that_act_are_refused(void **state)
{
	(void)state;
	login = login_of("", "sshd");
	assert_string_equal(complaint(), "login: user is empty");
	login = login_of("../x", "sshd");
	assert_string_equal(complaint(), "login: user begins with '.'");
	login = login_of("a/b", "sshd");
	assert_string_equal(complaint(), "login: user with a '/'");
	login = login_of("-rf", "sshd");
	assert_string_equal(complaint(), "login: user begins with '-'");
	login = login_of("a\nb", "sshd");
	assert_string_equal(complaint(), "login: user with a control character");
	login = login_of("alice", "");
	assert_string_equal(complaint(), "login: service is empty");
	login = login_in("alice", "sshd", "a/b");
	assert_string_equal(complaint(), "login: a group's name with a '/'");
}

/* Its passwd and group files are made of them. */
static void
nothing_adds_a_field_to_the_jails_accounts(void **state)
{
	(void)state;
	login = login_of("alice:x:0:0", "sshd");
	assert_string_equal(complaint(), "login: user with one of \":,\"");
	login = login_of("alice,bob", "sshd");
	assert_string_equal(complaint(), "login: user with one of \":,\"");
	login = login_in("alice", "sshd", "disk:x:0:alice");
	assert_string_equal(complaint(), "login: a group's name with one of \":\"");
	login = login_of("alice", "sshd");
	strcpy(login.home, "/home/a:/bin/sh");
	assert_string_equal(complaint(), "login: home with one of \":\"");
	login = login_of("alice", "sshd");
	strcpy(login.shell, "/bin/sh:");
	assert_string_equal(complaint(), "login: shell with one of \":\"");
}

static void
paths_are_absolute(void **state)
{
	(void)state;
	login = login_of("alice", "sshd");
	strcpy(login.home, "home/alice");
	assert_string_equal(complaint(), "login: home is not an absolute path");
	login = login_of("alice", "sshd");
	strcpy(login.shell, "sh");
	assert_string_equal(complaint(), "login: shell is not an absolute path");
}

static void
log_fields_hold_no_second_line(void **state)
{
	(void)state;
	login = login_of("alice", "sshd");
	strcpy(login.rhost, "evil\nAccepted password for root");
	assert_string_equal(complaint(), "login: rhost with a control character");
	login = login_of("alice", "sshd");
	strcpy(login.tty, "\033[2J");
	assert_string_equal(complaint(), "login: tty with a control character");
}

static void
texts_without_an_end_and_counts_beyond_are_refused(void **state)
{
	(void)state;
	login = login_of("alice", "sshd");
	memset(login.user, 'a', sizeof(login.user));
	assert_string_equal(complaint(), "login: user has no end");
	login = login_of("alice", "sshd");
	login.group_count = LOGIN_GROUPS_MAX + 1;
	assert_string_equal(complaint(), "login: more than 512 groups");
}

static void
ids_that_mean_no_change_are_refused(void **state)
{
	(void)state;
	login = login_of("alice", "sshd");
	login.uid = (uid_t)-1;
	assert_string_equal(complaint(), "login: uid or gid -1");
	login = login_in("alice", "sshd", "g");
	login.groups[1].gid = (gid_t)-1;
	assert_string_equal(complaint(), "login: gid -1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_logins_pass),
		cmocka_unit_test(names_that_act_are_refused),
		cmocka_unit_test(nothing_adds_a_field_to_the_jails_accounts),
		cmocka_unit_test(paths_are_absolute),
		cmocka_unit_test(log_fields_hold_no_second_line),
		cmocka_unit_test(texts_without_an_end_and_counts_beyond_are_refused),
		cmocka_unit_test(ids_that_mean_no_change_are_refused),
	};

	return cmocka_run_group_tests_name("login", tests, NULL, NULL);
}
