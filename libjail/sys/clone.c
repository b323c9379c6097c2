/* clone.c - clone3(2). */
#include "clone.h"

#include <linux/sched.h>
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
