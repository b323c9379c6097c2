/*
 * processes.h - the processes of the host, as doctor looks for some of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PROCESS_TEXT_MAX = 4096 };

void processes_each(void (*see)(pid_t pid, void *context), void *context);

bool process_is_roots(pid_t pid);

/* Is it root's, and executing this program? */
bool process_runs(pid_t pid, const char *program);

/* Its arguments, each with its NUL, and one more NUL.  returns the size without that */
size_t process_arguments(pid_t pid, char *out, size_t size);

/* A small file below /proc/PID as text; "" where there is none. */
void process_text(pid_t pid, const char *name, char *out, size_t size);
