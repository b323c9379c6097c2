/* clone.c - clone3(2). */
#include "clone.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Not syscall(3): a child that shares our stack would, by its next call, write
 * over the place that syscall() returns to in the parent.
 */
static inline __attribute__((always_inline)) long
clone3(struct clone_args *args)
{
#if defined(__x86_64__)
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_clone3), "D"(args), "S"(sizeof(*args))
			 : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = SYS_clone3;
	register long x1 __asm__("x1") = sizeof(*args);
	register long x0 __asm__("x0") = (long)args;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
	return x0;
#else
#error "clone3(2) of this architecture"
#endif
}

static struct clone_args
clone_args(uint64_t flags, int cgroup, int *pidfd)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };

	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup;
	}
	if (pidfd) {
		args.flags |= CLONE_PIDFD;
		args.pidfd = (uint64_t)(uintptr_t)pidfd;
	}
	return args;
}

/* The descriptor is given out for a child that exists: the kernel writes its
 * number before the last things that can fail. */
static pid_t
result_of(long child, int fd, int *pidfd)
{
	if (child < 0) {
		errno = (int)-child;
		return -1;
	}
	if (child > 0 && pidfd)
		*pidfd = fd;
	return (pid_t)child;
}

pid_t
sys_fork(uint64_t flags, int cgroup, int *pidfd)
{
	int fd = -1;
	struct clone_args args = clone_args(flags, cgroup, pidfd ? &fd : NULL);
	long child = clone3(&args);

	return result_of(child, fd, pidfd);
}

__attribute__((noinline)) pid_t
sys_vfork(uint64_t flags, int cgroup, int *pidfd, void (*become)(void *work), void *work)
{
	int fd = -1;
	struct clone_args args =
		clone_args(flags | CLONE_VM | CLONE_VFORK, cgroup, pidfd ? &fd : NULL);
	long child = clone3(&args);

	if (child == 0) {
		become(work);
		_exit(127);
	}
	return result_of(child, fd, pidfd);
}
