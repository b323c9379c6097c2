/* clone.h - clone3(2) in the shape of fork(2). */
#pragma once

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Forks with more CLONE_* flags; the child has a copy of the memory and returns
 * 0 here. With CLONE_VFORK the parent goes on when the child has exec'd or
 * ended. cgroup: a cgroup2 directory for the child, or -1. pidfd: written in the
 * parent, close-on-exec; or NULL.
 */
pid_t sys_fork(uint64_t flags, int cgroup, int *pidfd);

/* One write(2) that takes long, made by a child while we go on. */
struct sys_writing {
	int fd;
	const char *text;
	size_t size;
	_Alignas(16) char stack[4096];
};

/*
 * The child shares our memory and descriptors, so `writing` must stay until it
 * has ended: with 0, where the write succeeded. While it lives we are not alone,
 * as unshare(CLONE_NEWTIME) and setns(2) to a time namespace demand.
 */
pid_t sys_write_aside(struct sys_writing *writing, int *pidfd);

/* A process that does nothing but keep what it was cloned with. */
struct sys_keeper {
	struct pollfd parent; /* a pidfd of ours: it ends with us, too */
	_Alignas(16) char stack[4096];
};

/*
 * Clones one with more CLONE_* flags. It shares our memory: `keeper` must stay,
 * and what sys_write_aside() says of not being alone holds until it is reaped.
 * It has copies of our descriptors.
 */
pid_t sys_keep_aside(uint64_t flags, struct sys_keeper *keeper, int *pidfd);
