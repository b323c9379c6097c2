/*
 * home.c - the home, and the policy's mounts and sockets, brought into a jail at
 * its first session: by then pam_mkhomedir, pam_mount and autofs have acted.
 *
 * A child does it, for two reasons: a hung NFS server or FUSE program of the
 * user's hangs the child alone, and the supervisor itself never leaves the
 * host's mount namespace. Nothing in the home is read or written.
 */
#include "fd.h"
#include "jail.h"
#include "place.h"
#include "sys/clone.h"
#include "sys/open.h"
#include "walk.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { BIND_TIMEOUT_MS = 10000 };

/* A home there would show the jail the host's own files. */
static const char *const system_directories[] = { "/", "/bin", "/boot", "/dev", "/etc", "/home",
	"/lib", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp",
	"/usr", "/usr/local", "/var", "/var/lib", "/var/log", "/var/run", "/var/spool",
	"/var/tmp" };

static bool
is_system_directory(const struct stat *st)
{
	for (size_t i = 0; i < sizeof(system_directories) / sizeof(system_directories[0]);
		i++) {
		struct stat other;

		if (stat(system_directories[i], &other) == 0 && other.st_dev == st->st_dev &&
			other.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* A directory of the host as a mount of its own, after a look at what it is. */
static int
clone_directory(const char *path, uid_t owner, uid_t other, uint64_t attributes,
	struct jail_error *err)
{
	struct mount_attr attr = { .attr_set = attributes, .propagation = MS_PRIVATE };
	autoclose int fd = walk_open(path, err);
	autoclose int tree = -1;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
		return jail_fail(err, ENOTDIR, "%s", path);
	if (is_system_directory(&st))
		return jail_fail(err, EPERM, "%s is a directory of the system", path);
	if (st.st_uid != owner && st.st_uid != other)
		return jail_fail(err, EPERM, "%s is owned by uid %u, not by the user", path,
			st.st_uid);
	tree = open_tree(fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0)
		return jail_fail(err, errno, "open_tree %s", path);
	if (mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return jail_fail(err, errno, "mount_setattr %s", path);
	return fd_steal(&tree);
}

static int
clone_socket(const char *path, struct jail_error *err)
{
	autoclose int fd = walk_open(path, err);
	struct stat st;
	int tree;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode))
		return jail_fail(err, ENOTSOCK, "%s", path);
	tree = open_tree(fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	return tree >= 0 ? tree : jail_fail(err, errno, "open_tree %s", path);
}

/* Everything from the host is opened before we leave it. */
struct trees {
	int home;
	int mounts[POLICY_MOUNTS_MAX];
	int sockets[POLICY_SOCKETS_MAX];
};

static int
open_trees(const struct jail *jail, const struct jail_login *login, struct trees *trees,
	struct jail_error *err)
{
	const struct jail_policy *policy = &jail->policy;
	uid_t user = ids_uid(&jail->ids, login->uid);
	uid_t owner = policy->home_owner == HOME_OWNER_ROOT ? 0 : user;

	trees->home = clone_directory(login->home, owner, owner,
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, err);
	if (trees->home < 0)
		return jail_fail_in(err, "home");
	for (size_t i = 0; i < policy->mount_count; i++) {
		uint64_t read_only = policy->mounts[i].read_only ? MOUNT_ATTR_RDONLY : 0;

		trees->mounts[i] = clone_directory(policy->mounts[i].source, user, 0,
			MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | read_only, err);
		if (trees->mounts[i] < 0)
			return jail_fail_in(err, "mount");
	}
	for (size_t i = 0; i < policy->socket_count; i++) {
		trees->sockets[i] = clone_socket(policy->sockets[i].source, err);
		if (trees->sockets[i] < 0)
			return jail_fail_in(err, "socket");
	}
	return 0;
}

/*
 * Below a mount that the user may write, a link of hers would choose the place:
 * /usr/lib, say (CVE-2021-30465).
 */
static int
attach(int tree, const char *target, struct jail_error *err)
{
	autoclose int place =
		sys_openat2(AT_FDCWD, target, O_PATH | O_CLOEXEC, RESOLVE_NO_SYMLINKS);

	if (place < 0)
		return jail_fail(err, errno, "open %s in the jail", target);
	if (move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
		0)
		return jail_fail(err, errno, "mount %s", target);
	return 0;
}

static int
attach_trees(const struct jail *jail, const struct jail_login *login, const struct trees *trees,
	struct jail_error *err)
{
	const struct jail_policy *policy = &jail->policy;
	autoclose int root = -1;

	if (setns(jail->mount_namespace, CLONE_NEWNS) < 0)
		return jail_fail(err, errno, "setns the jail's mounts");
	if (attach(trees->home, login->home, err) < 0)
		return -1;
	for (size_t i = 0; i < policy->mount_count; i++)
		if (attach(trees->mounts[i], policy->mounts[i].target, err) < 0)
			return -1;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < policy->socket_count; i++) {
		const char *target = policy->sockets[i].target;

		if ((mounts_cover(target) &&
			    place_make(root, -1, target, PLACE_FILE, err) < 0) ||
			attach(trees->sockets[i], target, err) < 0)
			return -1;
	}
	return 0;
}

/*
 * A child that hangs outlives its time-out, and perhaps its supervisor. Then it
 * must not be what the next login connects to: of our descriptors, the listener
 * among them, it keeps the jail's mount namespace.
 */
static int
leave_supervisor(struct jail *jail, pid_t supervisor, struct jail_error *err)
{
	enum { KEPT = 3 };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return jail_fail(err, errno, "PR_SET_PDEATHSIG");
	if (getppid() != supervisor)
		return jail_fail(err, ESRCH, "the supervisor");
	if (dup2(jail->mount_namespace, KEPT) < 0 || close_range(KEPT + 1, ~0U, 0) < 0)
		return jail_fail(err, errno, "close descriptors");
	jail->mount_namespace = KEPT; /* in our copy of the memory */
	return 0;
}

__attribute__((noreturn)) static void
bind_all(struct jail *jail, pid_t supervisor, const struct jail_login *login,
	struct jail_error *err)
{
	struct trees trees;

	_exit(leave_supervisor(jail, supervisor, err) < 0 ||
		open_trees(jail, login, &trees, err) < 0 ||
		attach_trees(jail, login, &trees, err) < 0);
}

static int
wait_for(int child, const struct jail_error *said, struct jail_error *err)
{
	struct pollfd done = { .fd = child, .events = POLLIN };
	siginfo_t info = { 0 };

	if (poll(&done, 1, BIND_TIMEOUT_MS) <= 0) {
		pidfd_send_signal(child, SIGKILL, NULL, 0); /* it dies when its disk lets it */
		return jail_fail(err, ETIMEDOUT, "home: it did not answer");
	}
	while (waitid(P_PIDFD, (id_t)child, &info, WEXITED) < 0 && errno == EINTR)
		;
	if (info.si_code == CLD_EXITED && info.si_status == 0)
		return 0;
	*err = *said;
	return err->text[0] ? -1 : jail_fail(err, ECHILD, "home: its child was killed");
}

int
home_bind(struct jail *jail, const struct jail_login *login, struct jail_error *err)
{
	autoclose int child = -1;
	struct jail_error *said;
	pid_t pid, self = getpid();
	int result;

	if (jail->home_bound)
		return 0;
	said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		0);
	if (said == MAP_FAILED)
		return jail_fail(err, errno, "mmap");
	pid = sys_fork(0, -1, &child);
	if (pid == 0)
		bind_all(jail, self, login, said);
	result = pid < 0 ? jail_fail(err, errno, "fork") : wait_for(child, said, err);
	munmap(said, sizeof(*said));
	jail->home_bound = result == 0;
	return result;
}
