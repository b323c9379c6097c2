/*
 * clone.h - clone3(2) in the shape of fork(2) and vfork(2).
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/*
 * Forks with more CLONE_* flags; the child has a copy of the memory and returns
 * 0 here. cgroup: a cgroup2 directory for the child, or -1. pidfd: written in
 * the parent, close-on-exec; or NULL.
 */
pid_t sys_fork(uint64_t flags, int cgroup, int *pidfd);

/*
 * As sys_fork(), but nothing is copied: `become` runs in the child on our memory
 * and stack, until it has exec'd or ended. It must not return. What it writes we
 * see; its descriptors and namespaces are its own.
 */
pid_t sys_vfork(uint64_t flags, int cgroup, int *pidfd, void (*become)(void *work), void *work);
