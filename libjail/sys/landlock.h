/*
 * landlock.h - landlock(7), which glibc does not wrap and headers before Linux
 * 6.12 know only in part.
 */
#pragma once

#include <stdint.h>

enum { SYS_LANDLOCK_SCOPES = 6 }; /* the ABI that has them */
enum { SYS_LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1 };

/* The version of the kernel's ABI; 0: it has none, or it is switched off. */
int sys_landlock_abi(void);

/*
 * Puts the calling thread, and all that it will start, into a domain of its own
 * that is scoped so and restricts nothing else. Needs no_new_privs.
 *   returns 0, or -1 with errno
 */
int sys_landlock_scope(uint64_t scoped);
