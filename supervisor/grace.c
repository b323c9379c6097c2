/*
 * grace.c - pays a session's grace period ahead of time.
 *
 * A process that is moved between cgroups waits some 10 ms for an RCU grace
 * period, unless another move came just before. So ADMIT has a worker move the
 * supervisor, the first time to its place and later to where it is: by ENTER the
 * period is over, or part of it, and the session's own move is free. Nothing is
 * moved that a refusal would have to move back.
 */
#include "fd.h"
#include "supervisor.h"
#include "sys/clone.h"

#include <stdio.h>
#include <sys/wait.h>

static void
take_result(struct supervisor *supervisor, void *owner)
{
	siginfo_t info = { 0 };

	(void)owner;
	while (waitid(P_PIDFD, (id_t)supervisor->grace.fd, &info, WEXITED) < 0 &&
		errno == EINTR)
		;
	if (info.si_code == CLD_EXITED && info.si_status == 0)
		supervisor->moved = true;
	watch_remove(supervisor, &supervisor->grace);
	fd_close(&supervisor->grace.fd);
}

/* A worker that shares our memory: a copy of it would cost us, and the login that
 * waits for this processor, some 0.3 ms. */
void
grace_begin(struct supervisor *supervisor)
{
	static char number[16];
	static struct sys_writing writing = { .text = number };
	struct jail_error err;

	if (supervisor->grace.fd >= 0)
		return; /* one is on its way */
	writing.fd = supervisor->grace_file;
	writing.size = (size_t)snprintf(number, sizeof(number), "%d", getpid());
	if (sys_write_aside(&writing, &supervisor->grace.fd) < 0)
		return; /* then ENTER moves us */
	supervisor->grace.ready = take_result;
	if (watch_add(supervisor, &supervisor->grace, &err) < 0)
		take_result(supervisor, NULL);
}

void
grace_wait(struct supervisor *supervisor)
{
	if (supervisor->grace.fd >= 0)
		take_result(supervisor, NULL);
}

int
grace_end(struct supervisor *supervisor, struct jail_error *err)
{
	grace_wait(supervisor);
	/* Without an account line, or when the worker failed: now, and with a reason. */
	if (!supervisor->moved && write(supervisor->grace_file, "0", 1) < 0)
		return jail_fail(err, errno, "move the supervisor into its cgroup");
	supervisor->moved = true;
	return 0;
}
