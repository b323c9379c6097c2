/* What may be open in a process that is about to cross, and what may not. */
#include "entry.h"
#include "fd.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include <cmocka.h>

static int
open_directory(void)
{
	return open("/tmp", O_RDONLY | O_DIRECTORY);
}

static int
open_path(void)
{
	return open("/dev/null", O_PATH);
}

static int
open_proc(void)
{
	return open("/proc/self/status", O_RDONLY);
}

static int
open_namespace(void)
{
	return open("/proc/self/ns/mnt", O_RDONLY);
}

static int
open_pidfd(void)
{
	return pidfd_open(getpid(), 0);
}

static int
open_file(void)
{
	return memfd_create("file", 0);
}

static int
open_null(void)
{
	return open("/dev/null", O_RDWR);
}

static int
open_random(void)
{
	return open("/dev/urandom", O_RDONLY);
}

static int
open_terminals(void)
{
	return open("/dev/ptmx", O_RDWR | O_NOCTTY);
}

static int
open_pipe(void)
{
	int ends[2];

	return pipe(ends) < 0 ? -1 : ends[0];
}

static int
open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
open_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
open_epoll(void)
{
	return epoll_create1(0);
}

static int
open_event(void)
{
	return eventfd(0, 0);
}

static int
open_timer(void)
{
	return timerfd_create(CLOCK_MONOTONIC, 0);
}

static int
open_signal(void)
{
	sigset_t none;

	sigemptyset(&none);
	return signalfd(-1, &none, 0);
}

static int
open_inotify(void)
{
	return inotify_init1(0);
}

/* clang-format off */
static const struct {
	const char *what;
	int (*open)(void);
	const char *objection; /* NULL: it may stay */
} rows[] = {
	{ "a directory",    open_directory,   "is a directory" },
	{ "a path",         open_path,        "is an O_PATH descriptor" },
	{ "a file of proc", open_proc,        "is a file of the kernel" },
	{ "a namespace",    open_namespace,   "is a file of the kernel" },
	{ "a file",         open_file,        NULL },
	{ "null",           open_null,        NULL },
	{ "urandom",        open_random,      NULL },
	{ "a terminal",     open_terminals,   NULL },
	{ "a pipe",         open_pipe,        NULL },
	{ "a socket",       open_socket,      NULL },
	{ "a unix socket",  open_unix_socket, NULL },
	{ "epoll",          open_epoll,       NULL },
	{ "an event",       open_event,       NULL },
	{ "a timer",        open_timer,       NULL },
	{ "signals",        open_signal,      NULL },
	{ "inotify",        open_inotify,     NULL },
};
/* clang-format on */

/* What the check says of a process with descriptor `fd` beside a null; "" yes. */
struct said {
	char text[sizeof(((struct jail_error *)0)->text)];
	bool closes_on_exec;
};

static void
check_in_child(int (*open_one)(void), int at, bool socket_stdio, struct said *said)
{
	static struct jail_entry entry;
	struct jail_error err;
	int fd;

	entry_begin(&entry);
	entry.socket_stdio = socket_stdio;
	close_range(0, ~0U, 0);
	fd = open_one ? open_one() : open_null();
	if (fd < 0)
		_exit(77);
	if (open_one)
		dup2(fd, at);
	if (open_one && fd != at)
		close(fd);
	if (descriptors_check(&entry, &err) < 0)
		memcpy(said->text, err.text, sizeof(said->text));
	else
		said->closes_on_exec = fcntl(at, F_GETFD) & FD_CLOEXEC;
	_exit(fcntl(0, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0);
}

/* 77: there is no such thing here. */
static int
check(int (*open_one)(void), int at, bool socket_stdio, struct said *said)
{
	struct said *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;
	int status;

	assert_true(shared != MAP_FAILED);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		check_in_child(open_one, at, socket_stdio, shared);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	*said = *shared;
	munmap(shared, sizeof(*shared));
	return WEXITSTATUS(status);
}

static void
only_harmless_kinds_may_stay_and_close_on_exec(void **state)
{
	char wanted[128];
	struct said said;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (check(rows[i].open, 7, false, &said) == 77) {
			print_message("%s: not here\n", rows[i].what);
			continue;
		}
		snprintf(wanted, sizeof(wanted), "descriptor 7 of the calling process %s",
			rows[i].objection);
		assert_string_equal(said.text, rows[i].objection ? wanted : "");
		assert_true(rows[i].objection || said.closes_on_exec);
	}
}

/* A pidfd is an inode of the kernel without a type, or since 6.9 a file of its own. */
static void
a_pidfd_is_a_handle_on_a_process(void **state)
{
	struct said said;

	(void)state;
	assert_int_equal(check(open_pidfd, 7, false, &said), 0);
	assert_non_null(strstr(said.text, "descriptor 7 of the calling process is a "));
}

static void
a_unix_socket_is_no_standard_stream_unless_allowed(void **state)
{
	struct said said;

	(void)state;
	assert_int_equal(check(open_unix_socket, 1, false, &said), 0);
	assert_string_equal(said.text, "descriptor 1 of the calling process is a unix socket "
				       "(see socket_stdio in jail.conf(5))");
	assert_int_equal(check(open_unix_socket, 1, true, &said), 0);
	assert_string_equal(said.text, "");
	assert_int_equal(check(open_socket, 1, false, &said), 0);
	assert_string_equal(said.text, "");
}

/* Else the next file that is opened would be standard error. */
static void
closed_standard_streams_become_null(void **state)
{
	struct said said;

	(void)state;
	assert_int_equal(check(NULL, 0, false, &said), 0);
	assert_string_equal(said.text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_harmless_kinds_may_stay_and_close_on_exec),
		cmocka_unit_test(a_pidfd_is_a_handle_on_a_process),
		cmocka_unit_test(a_unix_socket_is_no_standard_stream_unless_allowed),
		cmocka_unit_test(closed_standard_streams_become_null),
	};

	return cmocka_run_group_tests_name("descriptors", tests, NULL, NULL);
}
