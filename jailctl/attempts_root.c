/*
 * attempts_root.c - the host's root by a path, a link, a descriptor or a handle.
 * Whatever was reached is climbed up from, and compared with what the host says
 * its root is: nothing has to lie there.
 */
#include "attempts.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

enum { DEPTH = 64, DESCRIPTORS_MAX = 1024 };

bool
leads_to_host(const struct trial *trial, int directory)
{
	autoclose int at = openat(directory, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; at >= 0 && i < DEPTH; i++) {
		char here[sizeof(trial->bait->root)];
		struct stat st;
		int up;

		if (fstat(at, &st) < 0)
			return false;
		snprintf(here, sizeof(here), "%ju:%ju", (uintmax_t)st.st_dev,
			(uintmax_t)st.st_ino);
		if (strcmp(here, trial->bait->root) == 0)
			return true;
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd_close(&at);
		at = up;
	}
	return false;
}

enum answer
climb(struct trial *trial)
{
	if (leads_to_host(trial, AT_FDCWD))
		return worked(trial, "this is the host's root");
	errno = 0;
	return blocked(trial, "it is not the host's root");
}

enum answer
try_second_chroot(struct trial *trial)
{
	autoclose int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char pit[PIT_SIZE];

	if (chroot(make_pit(trial, pit)) < 0)
		return blocked(trial, "chroot");
	if (fchdir(root) < 0)
		return blocked(trial, "fchdir");
	return climb(trial);
}

enum answer
try_chroot_from_outside(struct trial *trial)
{
	char pit[PIT_SIZE];

	if (chdir("/") < 0)
		return blocked(trial, "chdir");
	return chroot(make_pit(trial, pit)) < 0 ? blocked(trial, "chroot") : climb(trial);
}

enum answer
try_dotdot(struct trial *trial)
{
	return climb(trial);
}

static enum answer
try_link(struct trial *trial, const char *process, const char *name)
{
	autoclose int at = -1;
	char path[600];

	snprintf(path, sizeof(path), "/proc/%s/%s", process, name);
	at = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at >= 0 && leads_to_host(trial, at))
		return worked(trial, "%s", path);
	return BLOCKED;
}

/* Of ours the attempt on descriptors tells. */
static enum answer
try_descriptors_of(struct trial *trial, const char *process)
{
	enum answer answer = BLOCKED;
	struct dirent *row;
	char path[300], name[300];
	DIR *table;

	snprintf(path, sizeof(path), "/proc/%s/fd", process);
	table = atoi(process) == getpid() ? NULL : opendir(path);
	while (table && answer == BLOCKED && (row = readdir(table))) {
		snprintf(name, sizeof(name), "fd/%s", row->d_name);
		if (row->d_name[0] != '.')
			answer = try_link(trial, process, name);
	}
	if (table)
		closedir(table);
	return answer;
}

/* CVE-2024-21626 from the other side: every link of every process in sight. */
enum answer
try_proc_links(struct trial *trial)
{
	enum answer answer = BLOCKED;
	DIR *proc = opendir("/proc");
	struct dirent *row;

	while (proc && answer == BLOCKED && (row = readdir(proc))) {
		const char *process = row->d_name;

		if (process[0] < '1' || process[0] > '9')
			continue;
		if (try_link(trial, process, "root") == WORKED ||
			try_link(trial, process, "cwd") == WORKED ||
			try_descriptors_of(trial, process) == WORKED)
			answer = WORKED;
	}
	if (proc)
		closedir(proc);
	errno = 0;
	return answer == WORKED ? WORKED : blocked(trial, "none of /proc/*/root, cwd, fd/*");
}

#define NSFS_TYPE  0x6e736673
#define PIDFD_TYPE 0x50494446

/* NULL: it is harmless. */
static const char *
objection(int fd)
{
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return NULL;
	if (S_ISDIR(st.st_mode))
		return "a directory";
	if (S_ISBLK(st.st_mode))
		return "a block device";
	if (fs.f_type == NSFS_TYPE)
		return "a namespace";
	if (fs.f_type == PIDFD_TYPE)
		return "a process";
	return (fcntl(fd, F_GETFL) & O_PATH) ? "an O_PATH descriptor" : NULL;
}

/* CVE-2024-21626: a descriptor or a working directory that somebody left open. */
enum answer
try_descriptors(struct trial *trial)
{
	char path[PATH_MAX];

	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++) {
		const char *what = objection(fd);

		if (what)
			return worked(trial, "descriptor %d is %s", fd, what);
	}
	/* getcwd(2): "(unreachable)" stands before a place outside the root. */
	if (!getcwd(path, sizeof(path)) || path[0] != '/')
		return worked(trial, "the working directory is outside");
	errno = 0;
	return blocked(trial, "none is open");
}

enum { HANDLE_HEAD = offsetof(struct file_handle, f_handle) };

union handle {
	struct file_handle head;
	unsigned char bytes[HANDLE_HEAD + MAX_HANDLE_SZ];
};

int
bait_name_handle(struct bait *bait, const char *path)
{
	union handle handle = { .head = { .handle_bytes = MAX_HANDLE_SZ } };
	int mount;

	if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount, 0) < 0)
		return -1;
	snprintf(bait->handle_type, sizeof(bait->handle_type), "%x",
		(unsigned)handle.head.handle_type);
	for (size_t i = 0; i < handle.head.handle_bytes; i++)
		snprintf(bait->handle + 2 * i, 3, "%02x", handle.bytes[HANDLE_HEAD + i]);
	return 0;
}

static int
read_handle(const char *type, const char *hex, union handle *handle)
{
	*handle = (union handle){ .head = { .handle_type = (int)strtol(type, NULL, 16) } };
	for (; hex[0] && hex[1]; hex += 2) {
		const char byte[3] = { hex[0], hex[1], '\0' };

		if (handle->head.handle_bytes == MAX_HANDLE_SZ)
			return -1;
		handle->bytes[HANDLE_HEAD + handle->head.handle_bytes++] =
			(unsigned char)strtol(byte, NULL, 16);
	}
	return handle->head.handle_bytes > 0 ? 0 : -1;
}

/* args: type and handle, both in hex; then climbs from a directory, or reads */
enum answer
try_handle(struct trial *trial)
{
	autoclose int here = open(trial->bait->home[0] ? trial->bait->home : ".",
		O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autoclose int fd = -1;
	union handle handle;
	char byte;

	if (read_handle(trial->args[0], trial->args[1], &handle) < 0)
		return SENSELESS;
	fd = open_by_handle_at(here, &handle.head, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return blocked(trial, "open_by_handle_at");
	if (read(fd, &byte, 1) == 1 || errno == EISDIR)
		return worked(trial, "opened what lies above the home");
	return blocked(trial, "read");
}
