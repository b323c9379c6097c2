/*
 * processes.c - walks /proc. A process may be gone at any moment, and is then one
 * that there is not.
 */
#include "processes.h"

#include "fd.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void
processes_each(void (*see)(pid_t pid, void *context), void *context)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			see(atoi(entry->d_name), context);
	if (proc)
		closedir(proc);
}

bool
process_is_roots(pid_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return stat(path, &st) == 0 && st.st_uid == 0;
}

bool
process_runs(pid_t pid, const char *program)
{
	char path[32], link[PATH_MAX];
	ssize_t length;

	if (!process_is_roots(pid))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = readlink(path, link, sizeof(link) - 1);
	return length > 0 && (size_t)length == strlen(program) &&
	       memcmp(link, program, (size_t)length) == 0;
}

static size_t
read_some(pid_t pid, const char *name, char *out, size_t size)
{
	char path[64];
	size_t used = 0;
	ssize_t got = 1;
	autoclose int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && got > 0 && used < size) {
		got = read(fd, out + used, size - used);
		used += got > 0 ? (size_t)got : 0;
	}
	return used;
}

size_t
process_arguments(pid_t pid, char *out, size_t size)
{
	size_t used = read_some(pid, "cmdline", out, size - 2);

	out[used] = out[used + 1] = '\0';
	return used;
}

void
process_text(pid_t pid, const char *name, char *out, size_t size)
{
	out[read_some(pid, name, out, size - 1)] = '\0';
}
