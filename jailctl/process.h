/*
 * process.h - one process of a jail, as /proc shows it.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCESS_COMMAND_MAX = 512 };

struct process {
	pid_t pid;
	uint64_t inside; /* its pid in the jail; UINT64_MAX: not in its PID namespace */
	uint64_t uid;
	uint64_t memory;                   /* resident, bytes */
	char command[PROCESS_COMMAND_MAX]; /* arguments with blanks between; unescaped */
};

/* The inode of a process's PID namespace; 0 if it is gone. */
uint64_t process_pid_namespace(uint64_t pid);

/*
 * Reads all through one open /proc/PID, so that it is one process's.
 *   fails   ENOENT, ESRCH when it is gone
 */
int process_read(pid_t pid, uint64_t jail_namespace, struct process *process,
	struct jail_error *err);
