/* clone.h - clone3(2) in the shape of fork(2). */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/*
 * Forks with more CLONE_* flags; the child has a copy of the memory and returns
 * 0 here. With CLONE_VFORK the parent goes on when the child has exec'd or
 * ended. cgroup: a cgroup2 directory for the child, or -1. pidfd: written in the
 * parent, close-on-exec; or NULL.
 */
pid_t sys_fork(uint64_t flags, int cgroup, int *pidfd);
