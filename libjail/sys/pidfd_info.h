/* pidfd_info.h - what a pidfd says of its process. */
#pragma once

#include <sys/types.h>

/*
 * The process's id, seen from our PID namespace.
 *   fails   EINVAL or ENOTTY before Linux 6.13: there /proc/self/fdinfo tells it,
 *           in ten times the time; ESRCH when the process is gone
 */
pid_t sys_pidfd_pid(int pidfd);
