/*
 * attempts_mounts.c - mounts and namespaces. What is mounted is unmounted again,
 * and what is changed changed back.
 */
#include "attempts.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* args: a type of file system */
enum answer
try_mount(struct trial *trial)
{
	char place[PIT_SIZE];

	if (mount("none", make_pit(trial, place), trial->args[0], 0, NULL) < 0)
		return blocked(trial, "mount");
	umount2(place, MNT_DETACH);
	return worked(trial, "mounted %s", trial->args[0]);
}

enum answer
try_bind(struct trial *trial)
{
	char place[PIT_SIZE];

	if (mount("/proc", make_pit(trial, place), NULL, MS_BIND, NULL) < 0)
		return blocked(trial, "mount");
	umount2(place, MNT_DETACH);
	return worked(trial, "mounted /proc a second time");
}

static unsigned long
root_flags(void)
{
	struct statvfs fs;

	return statvfs("/", &fs) < 0 ? 0 : fs.f_flag & (ST_RDONLY | ST_NOSUID | ST_NODEV);
}

/* ST_RDONLY and the like are MS_RDONLY and the like. */
enum answer
try_remount(struct trial *trial)
{
	unsigned long flags = root_flags();

	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) < 0)
		return blocked(trial, "mount");
	mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | flags, NULL);
	return worked(trial, "remounted / writable");
}

enum answer
try_mount_attributes(struct trial *trial)
{
	unsigned long flags = root_flags();
	struct mount_attr attr = { .attr_clr = MOUNT_ATTR_RDONLY };

	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attr, sizeof(attr)) < 0)
		return blocked(trial, "mount_setattr");
	attr = (struct mount_attr){ .attr_set = (flags & ST_RDONLY) ? MOUNT_ATTR_RDONLY : 0 };
	syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attr, sizeof(attr));
	return worked(trial, "made / writable");
}

enum answer
try_new_mount_calls(struct trial *trial)
{
	autoclose int context = (int)syscall(SYS_fsopen, "tmpfs", 0), tree = -1;

	if (context < 0)
		return blocked(trial, "fsopen");
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return blocked(trial, "fsconfig");
	tree = (int)syscall(SYS_fsmount, context, 0, 0);
	return tree < 0 ? blocked(trial, "fsmount") : worked(trial, "made a tmpfs");
}

enum answer
try_user_namespace(struct trial *trial)
{
	char place[PIT_SIZE];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return blocked(trial, "unshare");
	if (mount("none", make_pit(trial, place), "tmpfs", 0, NULL) < 0)
		return blocked(trial, "mount");
	return worked(trial, "mounted in a user namespace of its own");
}

static enum answer
cloned(struct trial *trial, long child, const char *call)
{
	if (child == 0)
		_exit(0);
	if (child < 0)
		return blocked(trial, call);
	waitpid((pid_t)child, NULL, 0);
	return worked(trial, "%s made a user namespace", call);
}

enum answer
try_clone_user_namespace(struct trial *trial)
{
	return cloned(trial, syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0), "clone");
}

enum answer
try_clone3_user_namespace(struct trial *trial)
{
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };

	return cloned(trial, syscall(SYS_clone3, &args, sizeof(args)), "clone3");
}

static bool
is_another(const char *path, const char *kind)
{
	struct stat theirs, ours;
	char own[64];

	snprintf(own, sizeof(own), "/proc/self/ns/%s", kind);
	return stat(path, &theirs) == 0 && stat(own, &ours) == 0 &&
	       theirs.st_ino != ours.st_ino;
}

static enum answer
join(struct trial *trial, const char *process)
{
	static const char *const kinds[] = { "mnt", "pid", "net", "ipc", "uts", "cgroup",
		"user" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		autoclose int fd = -1;
		char path[300];

		snprintf(path, sizeof(path), "/proc/%s/ns/%s", process, kinds[i]);
		if (!is_another(path, kinds[i]))
			continue;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			blocked(trial, path);
		else if (setns(fd, 0) < 0)
			blocked(trial, "setns");
		else
			return worked(trial, "joined %s", path);
	}
	return BLOCKED;
}

/* Of every process in sight, every namespace that is not ours. */
enum answer
try_join_namespaces(struct trial *trial)
{
	enum answer answer = BLOCKED;
	DIR *proc = opendir("/proc");
	struct dirent *row;

	errno = 0;
	blocked(trial, "none of others is in sight");
	while (proc && answer == BLOCKED && (row = readdir(proc)))
		if (row->d_name[0] >= '1' && row->d_name[0] <= '9')
			answer = join(trial, row->d_name);
	if (proc)
		closedir(proc);
	return answer;
}

/* args: a process; its mounts can be joined again where they are ours already */
enum answer
try_join_by_pidfd(struct trial *trial)
{
	autoclose int fd = (int)syscall(SYS_pidfd_open, atoi(trial->args[0]), 0);

	if (fd < 0)
		return blocked(trial, "pidfd_open");
	return setns(fd, CLONE_NEWNS) < 0
		       ? blocked(trial, "setns")
		       : worked(trial, "joined the mounts of process %s", trial->args[0]);
}
