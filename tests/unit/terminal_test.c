/* The terminal of login(1) is lent to the jail's root, and nobody else's is. */
#include "entry.h"

#include "fd.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "in_child.h"

enum { ROOT = 2100000000, GETTY = 5 };

static struct jail_entry entry;

static bool
owned_by(uid_t uid, gid_t gid)
{
	struct stat st;

	return fstat(STDIN_FILENO, &st) == 0 && st.st_uid == uid && st.st_gid == gid;
}

/* A terminal, or what is none, as standard input of a login. */
static bool
comes_by(const char *device, const char *service)
{
	int fd = open(device, O_RDWR | O_NOCTTY);

	strcpy(entry.login.service, service);
	entry.identity.root_uid = ROOT;
	return fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO;
}

/* A pty of our own: its other end's name. */
static const char *
terminal(void)
{
	static char name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
		ptsname_r(master, name, sizeof(name)) != 0)
		return "";
	return name;
}

static bool
is_lent_and_comes_back(void)
{
	struct jail_error err;

	return comes_by(terminal(), "login") && fchown(STDIN_FILENO, 0, GETTY) == 0 &&
	       terminal_lend(&entry, &err) == 0 && owned_by(ROOT, ROOT) &&
	       (terminal_return(&entry), owned_by(0, GETTY));
}

static bool
stays_whose_it_is(const char *device, const char *service)
{
	struct jail_error err;
	struct stat before;

	return comes_by(device, service) && fstat(STDIN_FILENO, &before) == 0 &&
	       terminal_lend(&entry, &err) == 0 && owned_by(before.st_uid, before.st_gid) &&
	       !entry.terminal.lent &&
	       (terminal_return(&entry), owned_by(before.st_uid, before.st_gid));
}

static bool
of_another_service_stays(void)
{
	return stays_whose_it_is(terminal(), "sshd");
}

static bool
that_is_none_stays(void)
{
	return stays_whose_it_is("/dev/null", "login");
}

/* Without the power to give it away the session could not use it. */
static bool
that_cannot_be_lent_is_an_error(void)
{
	struct jail_error err = { .text = "" };

	return comes_by(terminal(), "login") && (geteuid() != 0 || setuid(ROOT - 1) == 0) &&
	       terminal_lend(&entry, &err) < 0 &&
	       strcmp(err.text,
		       "give the terminal to the jail's root: Operation not permitted") == 0;
}

static void
a_terminal_of_login_is_lent_and_comes_back(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_true(in_child(is_lent_and_comes_back));
}

static void
nothing_else_is_touched(void **state)
{
	(void)state;
	assert_true(in_child(of_another_service_stays));
	assert_true(in_child(that_is_none_stays));
}

static void
a_terminal_that_cannot_be_lent_is_an_error(void **state)
{
	(void)state;
	assert_true(in_child(that_cannot_be_lent_is_an_error));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_of_login_is_lent_and_comes_back),
		cmocka_unit_test(nothing_else_is_touched),
		cmocka_unit_test(a_terminal_that_cannot_be_lent_is_an_error),
	};

	return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
