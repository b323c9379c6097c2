/*
 * mounts.c - the jail's own file systems, each with the least it can do.
 */
#include "mounts.h"

#include "fd.h"
#include "owner.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define INERT (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
#define USER  (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

static int fill_pts(int pts, const struct mount_jail *jail, struct jail_error *err);
static int fill_run(int run, const struct mount_jail *jail, struct jail_error *err);

/* clang-format off */
const struct mount_row mount_rows[] = {
	/* where      type      options                       attributes  inside  fill  why */
	{ "/dev/pts", "devpts", "ptmxmode=0666,mode=620,gid=%t", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, false, fill_pts,
	  "terminals of this jail only: nobody else's can be opened or listed" },
	{ "/dev/shm", "tmpfs",  "mode=1777,uid=%r,gid=%r,size=%s,nr_inodes=%i", USER, false, NULL,
	  "POSIX shared memory and semaphores, seen by nobody outside" },
	{ "/tmp",     "tmpfs",  "mode=1777,uid=%r,gid=%r,size=%s,nr_inodes=%i", USER, false, NULL,
	  "private to the jail, counted in memory_max, gone with it" },
	{ "/var/tmp", "tmpfs",  "mode=1777,uid=%r,gid=%r,size=%s,nr_inodes=%i", USER, false, NULL,
	  "as /tmp" },
	{ "/run",     "tmpfs",  "mode=0755,uid=%r,gid=%r,size=1m,nr_inodes=256", INERT, false, fill_run,
	  "root's alone: the monitor connects to sockets under /run to learn groups" },
	{ "/proc",    "proc",   "", INERT | MOUNT_ATTR_RDONLY, true, NULL,
	  "of this jail's processes; read-only, for /proc/sys obeys uid 0 without any capability" },
};

/* What of /proc is not the jail's but the machine's, covered by /dev/null. Files
 * that are read-only need no row: all of /proc is. */
static const struct { const char *file, *why; } proc_masks[] = {
	{ "/proc/keys",        "keyrings of the same uid outside, by name" },
	{ "/proc/key-users",   "which uids of the host hold keys" },
	{ "/proc/cmdline",     "how the host was booted: its disks, at times a password" },
	{ "/proc/kallsyms",    "where the kernel's code lies, if the host's sysctls show it" },
	/* for root alone to read, which a monitor that was taken over is */
	{ "/proc/timer_list",  "processes and addresses of the host" },
	{ "/proc/kmsg",        "the host's log" },
	{ "/proc/kcore",       "the machine's memory" },
	{ "/proc/kpageflags",  "what each page of it is used for" },
	{ "/proc/kpagecount",  "how often" },
	{ "/proc/kpagecgroup", "and by whom" },
	{ "/proc/slabinfo",    "the kernel's heap, which exploits groom" },
	{ "/proc/vmallocinfo", "addresses in it" },
};
/* clang-format on */

enum { COUNT_MASKS = sizeof(proc_masks) / sizeof(proc_masks[0]) };

const size_t mount_row_count = sizeof(mount_rows) / sizeof(mount_rows[0]);
_Static_assert(sizeof(mount_rows) / sizeof(mount_rows[0]) <= MOUNT_ROWS_MAX, "MOUNT_ROWS_MAX");

static int
configure(int context, char *options, struct jail_error *err)
{
	char *save = NULL;

	for (char *word = strtok_r(options, ",", &save); word;
		word = strtok_r(NULL, ",", &save)) {
		char *value = strchr(word, '=');
		int result;

		if (value)
			*value++ = '\0';
		result = fsconfig(context, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
			word, value, 0);
		if (result < 0)
			return jail_fail(err, errno, "option %s", word);
	}
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return jail_fail(err, errno, "create");
	return 0;
}

int
mounts_create(const char *type, const char *options, uint64_t attributes,
	struct jail_error *err)
{
	autoclose int context = fsopen(type, FSOPEN_CLOEXEC);
	char words[256];
	int fd;

	if (context < 0)
		return jail_fail(err, errno, "fsopen %s", type);
	snprintf(words, sizeof(words), "%s", options);
	if (configure(context, words, err) < 0)
		return jail_fail_in(err, type);
	fd = fsmount(context, FSMOUNT_CLOEXEC, (unsigned)attributes);
	return fd >= 0 ? fd : jail_fail(err, errno, "fsmount %s", type);
}

static uint64_t
value_of(char place, const struct jail_policy *policy, const struct jail_ids *ids)
{
	switch (place) {
	case 's':
		return policy->tmp_size;
	case 'i':
		return policy->tmp_inodes;
	case 't':
		return ids->tty;
	default:
		return ids->root;
	}
}

static void
fill_in(char *out, size_t size, const char *options, const struct jail_policy *policy,
	const struct jail_ids *ids)
{
	size_t used = 0;

	for (const char *at = options; *at && used + 24 < size; at++) {
		if (at[0] != '%') {
			out[used++] = *at;
			continue;
		}
		used += (size_t)snprintf(out + used, size - used, "%" PRIu64,
			value_of(*++at, policy, ids));
	}
	out[used] = '\0';
}

/* By a path, for bind(2) knows no other way; nobody else can have touched it. */
static int
bind_log(int run, int log, struct jail_error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d%s", run,
		strrchr(MOUNTS_LOG, '/'));
	if (bind(log, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		fchmodat(AT_FDCWD, address.sun_path, 0666, 0) < 0)
		return jail_fail(err, errno, "bind %s", MOUNTS_LOG);
	return 0;
}

/*
 * A user who is uid 0 owns /run, whatever its mode: she could make sockets
 * that the monitor of her next session connects to as root
 * (nscd, systemd/userdb). For her it is read-only.
 */
static int
seal_run(int run, const struct jail_policy *policy, struct jail_error *err)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	if (!policy->uid0)
		return 0;
	if (mount_setattr(run, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return jail_fail(err, errno, "mount_setattr");
	return 0;
}

/* Its own ptmx. */
static int
fill_pts(int pts, const struct mount_jail *jail, struct jail_error *err)
{
	return jail->ids->root != 0 ? owner_set(pts, jail->ids->root, err) : 0;
}

/* /run/user/UID is the user's only place below /run. */
static int
fill_run(int run, const struct mount_jail *jail, struct jail_error *err)
{
	const struct jail_login *login = jail->login;
	const struct jail_ids *ids = jail->ids;
	char path[32];

	snprintf(path, sizeof(path), "user/%u", login->uid);
	if (mkdirat(run, "user", 0755) < 0 || mkdirat(run, path, 0700) < 0 ||
		mkdirat(run, "lock", 0755) < 0)
		return jail_fail(err, errno, "make /run/%s", path);
	if (bind_log(run, jail->log, err) < 0 ||
		(ids->root != 0 && owner_set(run, ids->root, err) < 0))
		return -1;
	if (fchownat(run, path, ids_uid(ids, login->uid), ids_gid(ids, login->gid),
		    AT_SYMLINK_NOFOLLOW) < 0)
		return jail_fail(err, errno, "chown /run/%s", path);
	return seal_run(run, jail->policy, err);
}

int
mounts_prepare(const struct mount_jail *jail, int fds[MOUNT_ROWS_MAX], struct jail_error *err)
{
	for (size_t i = 0; i < MOUNT_ROWS_MAX; i++)
		fds[i] = -1;
	for (size_t i = 0; i < mount_row_count; i++) {
		const struct mount_row *row = &mount_rows[i];
		char options[128];

		if (row->inside)
			continue;
		fill_in(options, sizeof(options), row->options, jail->policy, jail->ids);
		fds[i] = mounts_create(row->type, options, row->attributes, err);
		if (fds[i] < 0 || (row->fill && row->fill(fds[i], jail, err) < 0)) {
			mounts_close(fds);
			return jail_fail_in(err, row->target);
		}
	}
	return 0;
}

void
mounts_close(int fds[MOUNT_ROWS_MAX])
{
	for (size_t i = 0; i < MOUNT_ROWS_MAX; i++)
		fd_close(&fds[i]);
}

static int
mask_proc(struct jail_error *err)
{
	for (size_t i = 0; i < COUNT_MASKS; i++) {
		const char *file = proc_masks[i].file;
		autoclose int null = -1;

		if (access(file, F_OK) < 0)
			continue; /* this kernel has no such file */
		null = open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (null < 0 ||
			move_mount(null, "", AT_FDCWD, file, MOVE_MOUNT_F_EMPTY_PATH) < 0)
			return jail_fail(err, errno, "mask %s", file);
	}
	return 0;
}

/* Who makes a user namespace writes its maps, below /proc. The switches of the
 * kernel obey uid 0 of the host, and who is nested in a jail never is that. */
static uint64_t
attributes_of(const struct mount_row *row, const struct jail_policy *policy)
{
	return policy->nested ? row->attributes & ~(uint64_t)MOUNT_ATTR_RDONLY
			      : row->attributes;
}

int
mounts_attach(const struct jail_policy *policy, const int fds[MOUNT_ROWS_MAX],
	struct jail_error *err)
{
	for (size_t i = 0; i < mount_row_count; i++) {
		const struct mount_row *row = &mount_rows[i];
		autoclose int made = row->inside ? mounts_create(row->type, row->options,
							   attributes_of(row, policy), err)
						 : -1;
		int fd = row->inside ? made : fds[i];

		if (fd < 0)
			return -1;
		if (move_mount(fd, "", AT_FDCWD, row->target, MOVE_MOUNT_F_EMPTY_PATH) < 0)
			return jail_fail(err, errno, "mount %s", row->target);
	}
	return mask_proc(err);
}

bool
mounts_cover(const char *path)
{
	for (size_t i = 0; i < mount_row_count; i++) {
		size_t length = strlen(mount_rows[i].target);

		if (strncmp(path, mount_rows[i].target, length) == 0 &&
			(path[length] == '/' || path[length] == '\0'))
			return true;
	}
	return false;
}
