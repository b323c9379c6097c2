/* On the host's network a session reaches no abstract socket but its own. */
#include "scope.h"

#include "entry.h"
#include "fd.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "in_child.h"

static struct jail_entry entry;
static struct sockaddr_un daemons_name;
static socklen_t daemons_length;

static int
listening(struct sockaddr_un *name, socklen_t *length)
{
	const struct sockaddr_un any = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*length = sizeof(*name);
	assert_int_equal(bind(fd, (const struct sockaddr *)&any, sizeof(sa_family_t)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)name, length), 0);
	return fd;
}

/* The errno, 0 for success. */
static int
connection(const struct sockaddr_un *name, socklen_t length)
{
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (const struct sockaddr *)name, length) < 0 ? errno : 0;
}

static int
scoped(uint64_t namespaces)
{
	struct jail_error err;

	entry.namespaces = namespaces;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || sockets_scope(&entry, &err) < 0)
		return -1;
	return connection(&daemons_name, daemons_length);
}

static bool
reaches_its_own_alone(void)
{
	struct sockaddr_un own;
	socklen_t length;

	if (scoped(0) != EPERM)
		return false;
	listening(&own, &length);
	return connection(&own, length) == 0;
}

/* Its network has no socket of the host's: nothing to keep it from. */
static bool
is_left_alone_on_a_network_of_its_own(void)
{
	return scoped(CLONE_NEWNET) == 0;
}

static bool
says(const char *objection)
{
	struct jail_error err = { .text = "" };

	return sockets_scope(&entry, &err) < 0 && strcmp(err.text, objection) == 0;
}

static bool
needs_no_new_privs(void)
{
	return (geteuid() != 0 || setuid(2001) == 0) &&
	       says("landlock_restrict_self: Operation not permitted");
}

/* Room for so many more descriptors. */
static bool
room_for(int count)
{
	const int next = dup(STDIN_FILENO);
	const struct rlimit few = { (rlim_t)(next + count), (rlim_t)(next + count) };

	return next >= 0 && close(next) == 0 && setrlimit(RLIMIT_NOFILE, &few) == 0;
}

static bool
needs_a_socket_to_try(void)
{
	return room_for(0) && says("an abstract socket: Too many open files");
}

static bool
needs_a_ruleset(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && room_for(1) &&
	       says("landlock_restrict_self: Too many open files");
}

static int
set_up(void **state)
{
	static int daemon = -1;

	(void)state;
	daemon = listening(&daemons_name, &daemons_length);
	return daemon < 0;
}

static void
a_session_reaches_its_own_abstract_sockets_alone(void **state)
{
	(void)state;
	assert_int_equal(connection(&daemons_name, daemons_length), 0);
	if (!scope_is_possible())
		skip();
	assert_true(in_child(reaches_its_own_alone));
	assert_true(in_child(is_left_alone_on_a_network_of_its_own));
}

static void
a_scope_that_is_not_to_be_had_is_an_error(void **state)
{
	(void)state;
	if (!scope_is_possible())
		skip();
	assert_true(in_child(needs_no_new_privs));
	assert_true(in_child(needs_a_socket_to_try));
	assert_true(in_child(needs_a_ruleset));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_reaches_its_own_abstract_sockets_alone),
		cmocka_unit_test(a_scope_that_is_not_to_be_had_is_an_error),
	};

	return cmocka_run_group_tests_name("scope", tests, set_up, NULL);
}
