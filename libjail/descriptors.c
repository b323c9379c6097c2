/*
 * descriptors.c - nothing that is open on the host may be a way back to it.
 *
 * A directory, even one opened O_PATH, leads out by openat(2) (CVE-2024-21626),
 * a namespace or pidfd by setns(2). The kinds that are harmless are listed;
 * everything else refuses. From 3 up descriptors become close-on-exec, which
 * does not help where nothing execs: so the whole table is looked at.
 */
#include "entry.h"
#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define NSFS_TYPE  0x6e736673
#define PIDFD_TYPE 0x50494446

/* clang-format off */
/* Anonymous inodes that only wake their owner. */
static const char *const quiet_inodes[] = {
	"anon_inode:[eventpoll]", "anon_inode:[eventfd]", "anon_inode:[timerfd]",
	"anon_inode:[signalfd]", "anon_inode:inotify",
};

/* Regular "files" of these are handles on processes or on the kernel. */
static const long kernel_filesystems[] = {
	PROC_SUPER_MAGIC, SYSFS_MAGIC, NSFS_TYPE, PIDFD_TYPE, CGROUP_SUPER_MAGIC,
	CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC, BPF_FS_MAGIC, SECURITYFS_MAGIC,
};
/* clang-format on */

enum {
	COUNT_QUIET = sizeof(quiet_inodes) / sizeof(quiet_inodes[0]),
	COUNT_KERNEL = sizeof(kernel_filesystems) / sizeof(kernel_filesystems[0])
};

static bool
is_quiet_inode(int fd)
{
	char link[64], target[64];
	ssize_t size;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	size = readlink(link, target, sizeof(target) - 1);
	if (size < 0)
		return false;
	target[size] = '\0';
	for (size_t i = 0; i < COUNT_QUIET; i++)
		if (strcmp(target, quiet_inodes[i]) == 0)
			return true;
	return false;
}

static bool
is_plain_file(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < COUNT_KERNEL; i++)
		if ((long)fs.f_type == kernel_filesystems[i])
			return false;
	return true;
}

/* A terminal, or one of mem(4)'s null, zero, full, random and urandom. */
static bool
is_plain_device(int fd, dev_t device)
{
	if (major(device) == 1)
		return minor(device) == 3 || minor(device) == 5 || minor(device) == 7 ||
		       minor(device) == 8 || minor(device) == 9;
	return isatty(fd);
}

static bool
is_unix_socket(int fd)
{
	int domain;
	socklen_t size = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0 || domain == AF_UNIX;
}

/* NULL when it may stay, else what it is. */
static const char *
objection(const struct jail_entry *entry, int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(fd, &st) < 0)
		return "cannot be examined";
	if (S_ISDIR(st.st_mode))
		return "is a directory";
	if (flags & O_PATH)
		return "is an O_PATH descriptor";
	if (S_ISFIFO(st.st_mode))
		return NULL;
	if (S_ISSOCK(st.st_mode)) /* on 0-2 it reaches the user, and carries descriptors */
		return fd <= 2 && !entry->socket_stdio && is_unix_socket(fd)
			       ? "is a unix socket (see socket_stdio in jail.conf(5))"
			       : NULL;
	if (S_ISREG(st.st_mode))
		return is_plain_file(fd) ? NULL : "is a file of the kernel";
	if (S_ISCHR(st.st_mode))
		return is_plain_device(fd, st.st_rdev) ? NULL : "is a device";
	if ((st.st_mode & S_IFMT) == 0)
		return is_quiet_inode(fd) ? NULL : "is a handle on the kernel";
	return "is a block device";
}

static bool
is_ours(const struct jail_entry *entry, int fd)
{
	return fd == entry->socket || fd == entry->self || fd == entry->process_dir ||
	       fd == entry->init;
}

static int
check_table(const struct jail_entry *entry, DIR *table, struct jail_error *err)
{
	struct dirent *row;

	while (errno = 0, (row = readdir(table))) {
		int fd = atoi(row->d_name);
		const char *why;

		if (row->d_name[0] == '.' || fd == dirfd(table) || is_ours(entry, fd))
			continue;
		why = objection(entry, fd);
		if (why)
			return jail_fail(err, 0, "descriptor %d of the calling process %s", fd,
				why);
	}
	return errno ? jail_fail(err, errno, "read /proc/self/fd") : 0;
}

/* A closed 0, 1 or 2 would be the next thing that is opened. */
static int
fill_standard(struct jail_error *err)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (errno != EBADF)
			return jail_fail(err, errno, "examine descriptor %d", fd);
		if (open("/dev/null", O_RDWR) < 0)
			return jail_fail(err, errno, "open /dev/null");
	}
	return 0;
}

int
descriptors_check(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	DIR *table;
	int result;

	if (fill_standard(err) < 0)
		return -1;
	table = opendir("/proc/self/fd");
	if (!table)
		return jail_fail(err, errno, "open /proc/self/fd");
	result = check_table(entry, table, err);
	closedir(table);
	if (result == 0 && close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return jail_fail(err, errno, "close_range");
	return result;
}
