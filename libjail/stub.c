/*
 * stub.c - making and pinning the empty mount namespace.
 *
 * A mount namespace cannot be pinned on a mount that has peers (/run under
 * systemd is shared), so /run/pam_jail is made a private mount of its own.
 */
#include "stub.h"

#include "fd.h"
#include "lock.h"
#include "paths.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <linux/stat.h>

#define NSFS_TYPE 0x6e736673

static int
set_private(const char *path, struct jail_error *err)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };

	if (mount_setattr(AT_FDCWD, path, 0, &attr, sizeof(attr)) < 0)
		return jail_fail(err, errno, "make %s private", path);
	return 0;
}

static int
make_own_mount(struct jail_error *err)
{
	autoclose int tree = -1;
	struct statx st;

	if (statx(AT_FDCWD, JAIL_RUN, 0, STATX_TYPE, &st) < 0)
		return jail_fail(err, errno, "statx %s", JAIL_RUN);
	if (st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return set_private(JAIL_RUN, err);
	tree = open_tree(AT_FDCWD, JAIL_RUN, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0 || move_mount(tree, "", AT_FDCWD, JAIL_RUN, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return jail_fail(err, errno, "mount %s on itself", JAIL_RUN);
	return set_private(JAIL_RUN, err); /* a shared parent made it shared again */
}

/* In a child: become the stub. 0, or the errno. */
static int
become_stub(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("stub", JAIL_RUN, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			"size=4k,nr_inodes=8,mode=0555") < 0 ||
		chdir(JAIL_RUN) < 0 || mkdir("a", 0555) < 0 || mkdir("b", 0555) < 0 ||
		mount(NULL, ".", NULL,
			MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
			"size=4k,nr_inodes=8,mode=0555") < 0 ||
		syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 ||
		chdir("/") < 0)
		return errno;
	return 0;
}

/*
 * The child: it is the stub, says so, and ends when its parent closes the other
 * end, however that comes. Of its parent it keeps nothing, least of all the
 * listening socket: every login of that user would queue there for nobody.
 */
__attribute__((noreturn)) static void
be_stub(int cpu, int parent)
{
	enum { KEPT = 3 };
	cpu_set_t one;
	int result;

	if (dup2(parent, KEPT) < 0 || close_range(KEPT + 1, ~0U, 0) < 0)
		_exit(1);
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	result = become_stub();
	if (write(KEPT, &result, sizeof(result)) < 0)
		_exit(1);
	while (read(KEPT, &result, sizeof(result)) < 0 && errno == EINTR)
		;
	_exit(0);
}

/* A child on `cpu` that is the stub, until *end is closed; then it is to be
 * reaped. */
static pid_t
fork_stub(int cpu, int *end, int *error)
{
	int ends[2], result;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		*error = errno;
		return -1;
	}
	child = fork();
	if (child == 0)
		be_stub(cpu, ends[1]);
	*error = errno;
	close(ends[1]);
	*end = ends[0];
	if (child > 0)
		*error = read(*end, &result, sizeof(result)) == sizeof(result) ? result : EPIPE;
	return child;
}

static int
pin(pid_t child, int *error)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", child);
	*error = mount(path, JAIL_STUB, NULL, MS_BIND, NULL) < 0 ? errno : 0;
	return *error ? -1 : 0;
}

/*
 * Ids of mount namespaces come from per-CPU batches (6.18), and a namespace can
 * be pinned only by one with a smaller id: on EINVAL the next CPU may do.
 */
static int
make_and_pin(struct jail_error *err)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	int error = EINVAL;

	for (int cpu = 0; cpu < cpus && error == EINVAL; cpu++) {
		autoclose int end = -1;
		pid_t child = fork_stub(cpu, &end, &error);

		if (child < 0)
			return jail_fail(err, error, "fork");
		if (error == 0)
			pin(child, &error);
		fd_close(&end);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return error ? jail_fail(err, error, "make the empty namespace") : 0;
}

static int
open_pinned(void)
{
	autoclose int fd = open(JAIL_STUB, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != NSFS_TYPE)
		return -1;
	return fd_steal(&fd);
}

int
stub_open(struct jail_error *err)
{
	autoclose int lock = -1, file = -1;
	int fd = open_pinned();

	if (fd >= 0)
		return fd;
	lock = open(JAIL_RUN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0)
		return jail_fail(err, errno, "open %s", JAIL_RUN);
	if (lock_take(lock, JAIL_RUN, err) < 0)
		return -1;
	fd = open_pinned(); /* another user's first login was faster */
	if (fd >= 0)
		return fd;
	if (make_own_mount(err) < 0)
		return -1;
	file = open(JAIL_STUB, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return jail_fail(err, errno, "create %s", JAIL_STUB);
	if (make_and_pin(err) < 0)
		return -1;
	fd = open_pinned();
	return fd >= 0 ? fd : jail_fail(err, errno, "open %s", JAIL_STUB);
}

void
stub_unpin(void)
{
	umount2(JAIL_STUB, MNT_DETACH);
	unlink(JAIL_STUB);
}
