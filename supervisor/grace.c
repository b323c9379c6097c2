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

void
grace_begin(struct supervisor *supervisor)
{
	pid_t self = getpid();
	struct jail_error err;

	if (supervisor->grace.fd >= 0)
		return; /* one is on its way */
	if (sys_fork(0, -1, &supervisor->grace.fd) == 0)
		_exit(cgroup_move_supervisor(&supervisor->cgroups, self, &err) < 0);
	supervisor->grace.ready = take_result;
	if (supervisor->grace.fd >= 0 && watch_add(supervisor, &supervisor->grace, &err) < 0)
		take_result(supervisor, NULL);
}

int
grace_end(struct supervisor *supervisor, struct jail_error *err)
{
	if (supervisor->grace.fd >= 0)
		take_result(supervisor, NULL);
	/* Without an account line, or when the worker failed: now, and with a reason. */
	if (!supervisor->moved &&
		cgroup_move_supervisor(&supervisor->cgroups, getpid(), err) < 0)
		return -1;
	supervisor->moved = true;
	return 0;
}
