/*
 * jailctl_process.c - /proc/PID/status, in which a process has named itself. The
 * library's file_read() is ours here.
 */
#include "fuzz.h"
#include "input_file.h"

#include "fd.h"
#include "files.h"
#include "process.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process process;
	struct jail_error err;
	pid_t self = getpid();

	input = data;
	input_size = size;
	if (process_read(self, process_pid_namespace((uint64_t)self), &process, &err) == 0)
		must(strnlen(process.command, sizeof(process.command)) <
			sizeof(process.command));
	return 0;
}
