/*
 * client.c - the way from a login to its user's supervisor.
 *
 * The socket that a new supervisor will listen on is made here, under the lock,
 * and handed over: from then on others queue in its backlog, so that fifty
 * first logins have one builder and nobody polls.
 */
#include "client.h"

#include "fd.h"
#include "paths.h"
#include "state.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { CONNECT_TIMEOUT_S = 10, BACKLOG = 1024, SPAWN_STACK = 64 * 1024 };

static struct sockaddr_un
socket_address(uid_t uid)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	state_path(address.sun_path, uid, "socket");
	return address;
}

static int
try_connect(uid_t uid, struct jail_error *err)
{
	const struct timeval limit = { .tv_sec = CONNECT_TIMEOUT_S };
	struct sockaddr_un address = socket_address(uid);
	autoclose int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (fd < 0)
		return jail_fail(err, errno, "socket");
	/* connect(2) waits on a full backlog; unix(7): as long as SO_SNDTIMEO. */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return jail_fail(err, errno, "connect %s", address.sun_path);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != 0)
		return jail_fail(err, EPERM, "%s is not root's", address.sun_path);
	return fd_steal(&fd);
}

static bool
nobody_listens(const struct jail_error *err)
{
	return err->errnum == ENOENT || err->errnum == ECONNREFUSED;
}

static int
make_listener(uid_t uid, struct jail_error *err)
{
	struct sockaddr_un address = socket_address(uid);
	autoclose int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return jail_fail(err, errno, "socket");
	unlink(address.sun_path); /* a dead supervisor's: we hold the lock */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return jail_fail(err, errno, "bind %s", address.sun_path);
	if (listen(fd, BACKLOG) < 0)
		return jail_fail(err, errno, "listen %s", address.sun_path);
	return fcntl(fd, F_DUPFD_CLOEXEC, 3); /* not among 0-2, which the child reopens */
}

struct spawn {
	char *const *argv;
	int listener;
	int error; /* errno of the child that could not become the supervisor */
	char *inner_stack;
};

/* AddressSanitizer does not know the stack that these two run on. */
#define ON_OTHER_STACK __attribute__((no_sanitize_address))

/* The supervisor-to-be. Shares our memory until its exec: touches nothing but
 * descriptors and `error`. */
ON_OTHER_STACK static int
spawn_exec(void *arg)
{
	char *no_environment[] = { NULL };
	struct spawn *spawn = arg;
	int null = open("/dev/null", O_RDWR); /* may be 0 itself, and must survive exec */

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
		dup2(spawn->listener, 3) < 0 || fcntl(3, F_SETFD, 0) < 0 ||
		close_range(4, ~0U, 0) < 0) {
		spawn->error = errno;
		_exit(1);
	}
	execve(JAIL_SUPERVISOR, spawn->argv, no_environment);
	spawn->error = errno;
	_exit(1);
}

/* Exits at once, so that the supervisor is no child of the host program. */
ON_OTHER_STACK static int
spawn_orphan(void *arg)
{
	struct spawn *spawn = arg;
	char *stack = spawn->inner_stack + SPAWN_STACK;

	if (clone(spawn_exec, stack, CLONE_VM | CLONE_VFORK, arg) < 0)
		spawn->error = errno;
	_exit(0);
}

/* CLONE_VM and CLONE_VFORK, twice, with exit signal 0: no page tables are
 * copied from a large sshd and its SIGCHLD handler never hears of it. */
static int
spawn_detached(struct spawn *spawn, struct jail_error *err)
{
	char *stacks = mmap(NULL, 2UL * SPAWN_STACK, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	sigset_t all, saved;
	int status, error = 0;
	pid_t child;

	if (stacks == MAP_FAILED)
		return jail_fail(err, errno, "mmap");
	spawn->inner_stack = stacks + SPAWN_STACK;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &saved);
	child = clone(spawn_orphan, stacks + SPAWN_STACK, CLONE_VM | CLONE_VFORK, spawn);
	if (child < 0)
		error = errno;
	else
		while (waitpid(child, &status, __WCLONE) < 0 && errno == EINTR)
			;
	sigprocmask(SIG_SETMASK, &saved, NULL);
	munmap(stacks, 2UL * SPAWN_STACK);

	if (error != 0)
		return jail_fail(err, error, "clone");
	if (spawn->error != 0)
		return jail_fail(err, spawn->error, "start %s", JAIL_SUPERVISOR);
	return 0;
}

static int
spawn_supervisor(uid_t uid, const char *config, struct jail_error *err)
{
	char number[16];
	char *const argv[] = { (char *)"jail-supervisor", number, (char *)config, NULL };
	autoclose int listener = make_listener(uid, err);
	struct spawn spawn = { .argv = argv, .listener = listener };

	if (listener < 0)
		return -1;
	snprintf(number, sizeof(number), "%u", uid);
	return spawn_detached(&spawn, err);
}

int
supervisor_find(uid_t uid, struct jail_error *err)
{
	int fd = try_connect(uid, err);

	if (fd < 0 && nobody_listens(err))
		err->errnum = ENOENT;
	return fd;
}

int
supervisor_connect(uid_t uid, const char *config, struct jail_error *err)
{
	autoclose int lock = -1;
	int fd = try_connect(uid, err);

	if (fd >= 0 || !nobody_listens(err))
		return fd;

	lock = state_lock(uid, LOCK_TIMEOUT_MS, err);
	if (lock < 0)
		return -1;
	fd = try_connect(uid, err); /* somebody may have been faster */
	if (fd >= 0)
		return fd;
	if (!nobody_listens(err)) {
		state_leave(uid);
		return -1;
	}
	if (spawn_supervisor(uid, config, err) < 0) {
		state_remove(uid);
		return -1;
	}
	fd = try_connect(uid, err);
	if (fd < 0 && nobody_listens(err)) { /* it has ended already */
		state_remove(uid);
		return jail_fail_in(err, "the new supervisor");
	}
	return fd;
}

void
supervisor_bury(uid_t uid)
{
	struct jail_error ignored;
	autoclose int lock = state_lock(uid, LOCK_TIMEOUT_MS, &ignored);
	autoclose int fd = -1;

	if (lock < 0)
		return;
	fd = try_connect(uid, &ignored);
	if (fd < 0 && nobody_listens(&ignored))
		state_remove(uid);
}
