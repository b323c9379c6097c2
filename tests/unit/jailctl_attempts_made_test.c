/* An attempt that is made knows whether it has worked, and says what was in its way. */
#include "attempts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct bait bait = { .tag = "unit" };
static char directory[] = "/tmp/attempts_made.XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return rmdir(directory);
}

/* The attempt itself, and what it said. */
static void
gives(enum answer (*try)(struct trial *trial), const char *argument, enum answer wanted,
	const char *reason)
{
	struct trial trial = { .bait = &bait, .args = { argument, "" } };

	errno = 0;
	assert_int_equal(try(&trial), wanted);
	assert_string_equal(trial.reason, reason);
}

static void
nothing_is_where_it_was_not_laid(void **state)
{
	static const char none[] = "/nonexistent";
	static const char why[] = "/nonexistent: No such file or directory";

	(void)state;
	gives(try_write, none, BLOCKED, why);
	gives(try_read, none, BLOCKED, why);
	gives(try_create, none, BLOCKED, why);
	gives(try_plant_socket, none, BLOCKED, why);
	gives(try_set_id_file, none, BLOCKED, why);
	gives(try_abstract_socket, none, BLOCKED, "connect: No such file or directory");
}

static void
what_works_leaves_nothing(void **state)
{
	char said[128];

	(void)state;
	snprintf(said, sizeof(said), "made a file in %s", directory);
	gives(try_create, directory, WORKED, said);
	snprintf(said, sizeof(said), "made a socket in %s", directory);
	gives(try_plant_socket, directory, WORKED, said);
	assert_int_equal(rmdir(directory), 0); /* it is empty */
	assert_int_equal(mkdir(directory, 0700), 0);
}

static void
opening_is_not_yet_reading(void **state)
{
	(void)state;
	gives(try_write, "/dev/null", WORKED, "/dev/null opened for writing");
	gives(try_read, "/dev/zero", WORKED, "read /dev/zero");
	gives(try_read, "/dev/null", BLOCKED, "read");
	gives(try_read, directory, BLOCKED, "read: Is a directory");
}

static void
set_id_bits_are_void_by_either_defence(void **state)
{
	static const char *const places[] = { "/proc", "/sys", "/run", "/dev/shm", "/dev/pts" };
	struct trial trial = { .bait = &bait, .args = { "/", "" } };
	struct statvfs fs;
	int status;
	pid_t child;

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 &&
			statvfs(places[i], &fs) == 0 && (fs.f_flag & ST_NOSUID))
			gives(try_set_id_file, places[i], BLOCKED, "nosuid");
	child = fork();
	if (child == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(try_set_id_file(&trial) == BLOCKED &&
					strcmp(trial.reason, "no_new_privs") == 0
				? 0
				: 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A server that says `words` to the first who comes; its port is written. */
static pid_t
serve(const char *words, char port[8])
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct linger reset = { .l_onoff = 1 };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	pid_t child;

	assert_int_equal(bind(listener, (const void *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (void *)&address, &size), 0);
	snprintf(port, 8, "%d", ntohs(address.sin_port));
	child = fork();
	if (child == 0) {
		fd = accept(listener, NULL, NULL);
		if (words)
			send(fd, words, strlen(words), MSG_NOSIGNAL);
		else
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
		_exit(0);
	}
	close(listener);
	return child;
}

/* In the jail's own network anybody may listen on the same port. */
static void
only_the_hosts_own_server_counts(void **state)
{
	static const struct {
		const char *words; /* NULL: it hangs up */
		enum answer answer;
		const char *reason;
	} servers[] = {
		{ "unit", WORKED, "talked with a server of the host's" },
		{ "hello", BLOCKED, "somebody else listens there" },
		{ NULL, BLOCKED, "recv: Connection reset by peer" },
	};
	char port[8];

	(void)state;
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		pid_t child = serve(servers[i].words, port);

		gives(try_loopback, port, servers[i].answer, servers[i].reason);
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	gives(try_loopback, port, BLOCKED, "connect: Connection refused");
}

static void
a_socket_is_reached_by_path_and_by_abstract_name(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char name[40];

	(void)state;
	snprintf(name, sizeof(name), "attempts_made.%d", getpid());
	gives(try_abstract_socket, name, BLOCKED, "connect: Connection refused");
	memcpy(address.sun_path + 1, name, strlen(name));
	assert_int_equal(bind(fd, (const void *)&address,
				 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
					     strlen(name))),
		0);
	assert_int_equal(listen(fd, 1), 0);
	gives(try_abstract_socket, name, WORKED, "connected to a socket of the host's");
	close(fd);
}

/* Whoever is asked opens "/", or only says so. */
static pid_t
touch(const struct bait *asking, bool opens)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	while (__atomic_load_n(asking->touch, __ATOMIC_ACQUIRE) <= 0)
		usleep(100);
	for (int i = 0; opens && i < TOUCHES; i++)
		close(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	__atomic_store_n(asking->touch, TOUCH_DONE, __ATOMIC_RELEASE);
	_exit(0);
}

static void
who_shares_the_root_sees_others_open_it(void **state)
{
	pid_t child, *asked = mmap(NULL, sizeof(*asked), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct bait shared = { .tag = "unit", .touch = asked };
	struct trial trial = { .bait = &shared };

	(void)state;
	assert_ptr_not_equal(asked, MAP_FAILED);
	child = touch(&shared, true);
	assert_int_equal(try_watch_root(&trial), WORKED);
	assert_int_equal(waitpid(child, NULL, 0), child);
	*asked = 0;
	child = touch(&shared, false);
	assert_int_equal(try_watch_root(&trial), BLOCKED);
	assert_string_equal(trial.reason, "nothing was seen");
	assert_int_equal(waitpid(child, NULL, 0), child);
	gives(try_watch_root, "", SENSELESS, ""); /* where nobody can be asked */
	munmap(asked, sizeof(*asked));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_where_it_was_not_laid),
		cmocka_unit_test(what_works_leaves_nothing),
		cmocka_unit_test(opening_is_not_yet_reading),
		cmocka_unit_test(set_id_bits_are_void_by_either_defence),
		cmocka_unit_test(only_the_hosts_own_server_counts),
		cmocka_unit_test(a_socket_is_reached_by_path_and_by_abstract_name),
		cmocka_unit_test(who_shares_the_root_sees_others_open_it),
	};

	return cmocka_run_group_tests_name("jailctl_attempts_made", tests, set_up, tear_down);
}
