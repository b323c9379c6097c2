/*
 * verify.c - success is said only after a look from inside (docs/SECURITY-MODEL.md):
 * every namespace is the jail's and none is the host's, "/" is the jail's root
 * mount, and the powers that were to go are gone.
 */
#include "entry.h"
#include "fd.h"
#include "files.h"
#include "user_namespace.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <poll.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#ifndef OVERLAYFS_SUPER_MAGIC
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#endif

static int
check_namespaces(const struct jail_entry *entry, struct jail_error *err)
{
	autoclose int ns_dir =
		openat(entry->process_dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t now[NS_COUNT];

	if (ns_dir < 0)
		return jail_fail(err, errno, "open the process's namespaces");
	if (identity_namespaces(ns_dir, now, err) < 0)
		return -1;
	for (int i = 0; i < NS_COUNT; i++) {
		const char *name = namespace_rows[i].file;

		if (now[i] != entry->identity.namespaces[i])
			return jail_fail(err, 0, "namespace %s is not the jail's", name);
		if ((entry->namespaces & namespace_rows[i].flag) && now[i] == entry->before[i])
			return jail_fail(err, 0, "namespace %s is still the host's", name);
	}
	return 0;
}

static int
check_root(const struct jail_entry *entry, struct jail_error *err)
{
	struct jail_identity here;
	struct statfs root, proc;
	char cwd[8];

	if (identity_root(&here, err) < 0)
		return -1;
	if (here.root_device != entry->identity.root_device ||
		here.root_inode != entry->identity.root_inode ||
		here.root_mount != entry->identity.root_mount)
		return jail_fail(err, 0, "the root is not the jail's");
	if (statfs("/", &root) < 0 || statfs("/proc", &proc) < 0)
		return jail_fail(err, errno, "statfs");
	if (root.f_type != OVERLAYFS_SUPER_MAGIC || !(root.f_flags & ST_NOSUID) ||
		!(root.f_flags & ST_NODEV))
		return jail_fail(err, 0, "the root is not a nosuid, nodev overlay");
	if (!(root.f_flags & ST_RDONLY) && !entry->scratch)
		return jail_fail(err, 0, "the root is not read-only");
	if (proc.f_type != PROC_SUPER_MAGIC)
		return jail_fail(err, 0, "/proc is not a proc");
	if (!getcwd(cwd, sizeof(cwd)) || strcmp(cwd, "/") != 0)
		return jail_fail(err, 0, "the working directory is not the jail's root");
	return 0;
}

/* Root inside is an id of the user's own outside. */
static int
check_map(const struct jail_entry *entry, struct jail_error *err)
{
	char map[UID_MAP_SIZE], wanted[UID_MAP_SIZE];

	user_namespace_uids(wanted, (uid_t)entry->identity.root_uid, entry->login.uid);
	if (file_read(entry->process_dir, "uid_map", map, sizeof(map), err) < 0)
		return -1;
	if (entry->identity.root_uid == 0 || strcmp(map, wanted) != 0)
		return jail_fail(err, 0, "uids are not mapped as they should be");
	return 0;
}

static int
check_groups(const struct jail_login *login, struct jail_error *err)
{
	gid_t groups[LOGIN_GROUPS_MAX];
	int count = getgroups(LOGIN_GROUPS_MAX, groups);

	if (count < 0)
		return jail_fail(err, errno, "look at the process's groups");
	for (int i = 0; i < count; i++)
		if (groups[i] == 0 || !login_has_gid(login, groups[i]))
			return jail_fail(err, 0, "groups of the host are left");
	return 0;
}

/* Nothing of the host's root is with us, and what is root's looks like it. */
static int
check_ids(struct jail_error *err)
{
	struct stat root;
	uid_t ids[6];

	if (getresuid(&ids[0], &ids[1], &ids[2]) < 0 ||
		getresgid(&ids[3], &ids[4], &ids[5]) < 0)
		return jail_fail(err, errno, "look at the process's ids");
	for (int i = 0; i < 6; i++)
		if (ids[i] != 0)
			return jail_fail(err, 0, "not root of the user namespace");
	if (stat("/", &root) < 0 || root.st_uid != 0)
		return jail_fail(err, 0, "the root does not belong to root");
	return 0;
}

static int
check_user(const struct jail_entry *entry, struct jail_error *err)
{
	if (!entry->user_namespace)
		return 0;
	return check_map(entry, err) < 0 || check_ids(err) < 0
		       ? -1
		       : check_groups(&entry->login, err);
}

static int
check_home(const struct jail_entry *entry, struct jail_error *err)
{
	struct statfs home;

	if (statfs(entry->login.home, &home) < 0)
		return jail_fail(err, errno, "statfs %s", entry->login.home);
	if (!(home.f_flags & ST_NOSUID) || !(home.f_flags & ST_NODEV))
		return jail_fail(err, 0, "%s is not nosuid and nodev", entry->login.home);
	return 0;
}

static int
check_caps(const struct jail_entry *entry, struct jail_error *err)
{
	cap_t caps = cap_get_proc();
	int bad = caps ? 0 : jail_fail(err, errno, "capget");

	for (cap_value_t cap = 0; bad == 0 && cap < cap_max_bits(); cap++) {
		bool kept = entry->caps & (1ULL << cap);
		cap_flag_value_t permitted = CAP_SET, inheritable = CAP_SET;

		cap_get_flag(caps, cap, CAP_PERMITTED, &permitted);
		cap_get_flag(caps, cap, CAP_INHERITABLE, &inheritable);
		if ((permitted == CAP_SET) != kept || inheritable == CAP_SET ||
			cap_get_bound(cap) != 0)
			bad = jail_fail(err, 0, "capability %d is not as it should be", cap);
	}
	if (caps)
		cap_free(caps);
	return bad;
}

static int
check_powers(struct jail_error *err)
{
	struct rlimit core;

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return jail_fail(err, 0, "no_new_privs is not set");
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER)
		return jail_fail(err, 0, "no seccomp filter");
	if (!((unsigned)prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) & SECBIT_NOROOT))
		return jail_fail(err, 0, "securebits are not set");
	if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_max != 1)
		return jail_fail(err, 0, "core dumps are not off");
	return 0;
}

/* Nothing can begin in a jail whose init is gone: the kernel refuses each fork. */
static int
check_init(const struct jail_entry *entry, struct jail_error *err)
{
	struct pollfd init = { .fd = entry->init, .events = POLLIN };

	if (poll(&init, 1, 0) != 0)
		return jail_fail(err, ESRCH, "the jail ended meanwhile");
	return 0;
}

/*
 * The last word: from here on the supervisor counts a session. It knows this
 * process already and has nothing to add, so nobody waits for an answer; should
 * it end the jail right now, it ends this process with it.
 */
static int
say_entered(struct jail_entry *entry, struct jail_error *err)
{
	autowire struct wire_message *m = wire_new(WIRE_ENTERED);

	if (!m)
		return jail_fail(err, ENOMEM, "enter");
	return wire_send(entry->socket, m, ASK_TIMEOUT_MS, err);
}

int
entry_verify(void *work, struct jail_error *err)
{
	struct jail_entry *entry = work;

	if (check_namespaces(entry, err) < 0 || check_root(entry, err) < 0 ||
		check_user(entry, err) < 0 || check_home(entry, err) < 0 ||
		check_caps(entry, err) < 0 || check_powers(err) < 0 ||
		check_init(entry, err) < 0)
		return -1;
	/* Descriptors of the host: they must not outlive the crossing. */
	fd_close(&entry->process_dir);
	fd_close(&entry->self);
	fd_close(&entry->init);
	return say_entered(entry, err);
}
