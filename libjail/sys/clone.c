/* clone.c - clone3(2). */
#include "clone.h"

#include "raw.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

pid_t
sys_fork(uint64_t flags, int cgroup, int *pidfd)
{
	int fd = -1;
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };
	pid_t child;

	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	if (pidfd) {
		args.flags |= CLONE_PIDFD;
		args.pidfd = (uint64_t)(uintptr_t)&fd;
	}
	child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (child > 0 && pidfd)
		*pidfd = fd;
	return child;
}

static int
write_and_end(void *work)
{
	const struct sys_writing *writing = work;
	long size = (long)writing->size;

	return raw_syscall(SYS_write, writing->fd, (long)writing->text, size, 0, 0) < 0;
}

pid_t
sys_write_aside(struct sys_writing *writing, int *pidfd)
{
	return clone(write_and_end, writing->stack + sizeof(writing->stack),
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_PIDFD | SIGCHLD, writing, pidfd);
}

static int
end_with_parent(void *work)
{
	struct sys_keeper *keeper = work; /* no variable of its own: it is killed here */

	/* ppoll(2): not every architecture has poll(2). */
	return raw_syscall(SYS_ppoll, (long)&keeper->parent, 1, 0, 0, 0) < 0;
}

pid_t
sys_keep_aside(uint64_t flags, struct sys_keeper *keeper, int *pidfd)
{
	return clone(end_with_parent, keeper->stack + sizeof(keeper->stack),
		(int)flags | CLONE_VM | CLONE_PIDFD | SIGCHLD, keeper, pidfd);
}
