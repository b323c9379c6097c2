/*
 * process.c - reads /proc/PID. Name and arguments are written by the process
 * itself: here they are bytes, escaped by whoever prints them.
 */
#include "process.h"

#include "fd.h"
#include "files.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { STATUS_MAX = 8192 };

static uint64_t
namespace_of(int directory)
{
	struct stat st;

	return fstatat(directory, "ns/pid", &st, 0) < 0 ? 0 : st.st_ino;
}

uint64_t
process_pid_namespace(uint64_t pid)
{
	autoclose int directory = -1;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%" PRIu64, pid);
	directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return directory < 0 ? 0 : namespace_of(directory);
}

/* "\nField:" and what follows it, up to the end of the line. The name of the
 * process comes first in the file and is escaped by the kernel: it holds no line
 * of its own. */
static const char *
status_field(const char *status, const char *field)
{
	char wanted[32];
	const char *at;

	snprintf(wanted, sizeof(wanted), "\n%s:", field);
	at = strstr(status, wanted);
	return at ? at + strlen(wanted) : "";
}

/* NSpid lists the numbers from our namespace inwards. */
static uint64_t
last_number(const char *text)
{
	uint64_t number = UINT64_MAX;
	char *end;

	while (*text == '\t' || *text == ' ') {
		uint64_t next = strtoull(text, &end, 10);

		if (end == text)
			break;
		number = next;
		text = end;
	}
	return number;
}

/* Arguments end with NULs; a process without any is shown as ps(1) does. */
static void
take_command(int directory, const char *status, struct process *process)
{
	autoclose int fd = openat(directory, "cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, process->command, sizeof(process->command) - 1);
	size_t used = size > 0 ? (size_t)size : 0;

	while (used > 0 && process->command[used - 1] == '\0')
		used--;
	for (size_t i = 0; i < used; i++)
		if (process->command[i] == '\0')
			process->command[i] = ' ';
	process->command[used] = '\0';
	if (used == 0) /* "Name:\tNAME\n" is the first line */
		snprintf(process->command, sizeof(process->command), "[%.*s]",
			(int)strcspn(status, "\n") - 6, status + 6);
}

int
process_read(pid_t pid, uint64_t jail_namespace, struct process *process,
	struct jail_error *err)
{
	autoclose int directory = -1;
	char path[48], status[STATUS_MAX];
	ssize_t size;

	*process = (struct process){ .pid = pid, .inside = UINT64_MAX };
	snprintf(path, sizeof(path), "/proc/%d", pid);
	directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return jail_fail(err, errno, "open %s", path);
	size = file_read(directory, "status", status, sizeof(status), err);
	if (size < 0)
		return -1;
	if (size < 7) /* shorter than "Name:\t" and a letter */
		return jail_fail(err, ESRCH, "%s", path);
	if (jail_namespace != 0 && namespace_of(directory) == jail_namespace)
		process->inside = last_number(status_field(status, "NSpid"));
	process->uid = strtoull(status_field(status, "Uid"), NULL, 10);
	process->memory = strtoull(status_field(status, "VmRSS"), NULL, 10) * 1024;
	take_command(directory, status, process);
	return 0;
}
