/*
 * main.c - jail-supervisor UID CONFIG, with its listening socket as descriptor
 * 3: started by a login under the user's lock, gone with the user's last jail.
 *
 * jail-supervisor --hold is the process that keeps pam_jail.service's cgroup.
 */
#include "supervisor.h"

#include "fd.h"
#include "paths.h"
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

enum { LISTENER = 3, IDLE_MS = 2000, SWEEP_MS = 1000 };

static bool
has_work(const struct supervisor *supervisor)
{
	return supervisor->jails || supervisor->connections || supervisor->admissions ||
	       supervisor->sessions;
}

/*
 * Leaves, unless a login came meanwhile: under the lock nobody connects, so an
 * empty backlog stays empty until the socket's name is gone.
 */
static bool
leave(struct supervisor *supervisor)
{
	struct jail_error err;
	autoclose int lock = state_lock(supervisor->uid, 0, &err);

	if (lock < 0)
		return false;
	connection_accept(supervisor, NULL);
	if (has_work(supervisor))
		return false;
	if (supervisor->born)
		cgroup_sweep(&supervisor->cgroups, supervisor->uid, SWEEP_MS);
	state_remove(supervisor->uid);
	return true;
}

static int
wait_ms(const struct supervisor *supervisor)
{
	uint64_t due = sooner(jails_next(supervisor), relay_next(supervisor)), now = now_ms();

	if (!has_work(supervisor))
		return 1; /* somebody else holds the lock for a moment */
	if (due == 0)
		return -1;
	return due <= now ? 0 : due - now > INT32_MAX ? INT32_MAX : (int)(due - now);
}

/* One event a turn: its handler may free what another event would name. */
static int
turn(struct supervisor *supervisor)
{
	struct epoll_event event;
	int count = epoll_wait(supervisor->epoll, &event, 1, wait_ms(supervisor));

	if (count < 0 && errno != EINTR)
		return -1;
	if (count == 1) {
		struct watch *watch = event.data.ptr;

		watch->ready(supervisor, watch->owner);
	}
	admissions_expire(supervisor);
	relay_tick(supervisor);
	jails_tick(supervisor);
	return 0;
}

static int
serve(struct supervisor *supervisor)
{
	struct epoll_event event;
	struct jail_error err;

	supervisor->message = wire_new(0);
	supervisor->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!supervisor->message || supervisor->epoll < 0 ||
		watch_add(supervisor, &supervisor->listener, &err) < 0)
		return 1;
	/* The login that started us is in the backlog already. */
	if (epoll_wait(supervisor->epoll, &event, 1, IDLE_MS) == 1)
		connection_accept(supervisor, NULL);
	while (has_work(supervisor) || !leave(supervisor))
		if (turn(supervisor) < 0)
			return 1;
	return 0;
}

int
main(int argc, char **argv)
{
	static struct supervisor supervisor = {
		.cgroups = { .unified = -1, .v1 = { -1, -1, -1 } },
		.grace_file = -1,
		.grace = { .fd = -1 },
	};
	char *end;

	if (argc == 2 && strcmp(argv[1], "--hold") == 0)
		return supervisor_hold();
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return printf("jail-supervisor %s\n", JAIL_VERSION) < 0;
	if (argc != 3 || fcntl(LISTENER, F_SETFD, FD_CLOEXEC) < 0) {
		fprintf(stderr, "jail-supervisor: started by pam_jail.so, not by hand\n");
		return 2;
	}
	supervisor.uid = (uid_t)strtoul(argv[1], &end, 10);
	supervisor.config = argv[2];
	supervisor.listener = (struct watch){ .fd = LISTENER, .ready = connection_accept };
	return *end ? 2 : serve(&supervisor);
}
