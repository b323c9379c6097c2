/*
 * jailctl_process.c - /proc/PID/status, in which a process has named itself. The
 * library's file_read() is ours here.
 */
#include "fuzz.h"

#include "fd.h"
#include "files.h"
#include "process.h"

#include <string.h>

static const uint8_t *input;
static size_t input_size;

ssize_t
file_read(int directory, const char *path, char *buffer, size_t size, struct jail_error *err)
{
	(void)directory;
	if (input_size >= size)
		return jail_fail(err, EFBIG, "read %s", path);
	memcpy(buffer, input, input_size);
	buffer[input_size] = '\0';
	return (ssize_t)input_size;
}

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
