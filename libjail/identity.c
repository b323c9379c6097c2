/*
 * identity.c - reads what a process stands in. An id of zero or a file that is
 * missing is an error: on a kernel without some namespace "0 == 0" would pass.
 */
#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* clang-format off */
const struct namespace_row namespace_rows[NS_COUNT] = {
	[NS_MNT]    = { "mnt", CLONE_NEWNS },
	[NS_PID]    = { "pid_for_children", CLONE_NEWPID },
	[NS_IPC]    = { "ipc", CLONE_NEWIPC },
	[NS_UTS]    = { "uts", CLONE_NEWUTS },
	[NS_NET]    = { "net", CLONE_NEWNET },
	[NS_CGROUP] = { "cgroup", CLONE_NEWCGROUP },
	[NS_TIME]   = { "time_for_children", CLONE_NEWTIME },
	[NS_USER]   = { "user", CLONE_NEWUSER },
};
/* clang-format on */

int
identity_namespaces(int ns_dir, uint64_t ids[NS_COUNT], struct jail_error *err)
{
	for (int i = 0; i < NS_COUNT; i++) {
		struct stat st;

		errno = 0;
		if (fstatat(ns_dir, namespace_rows[i].file, &st, 0) < 0 || st.st_ino == 0)
			return jail_fail(err, errno, "namespace %s has no id",
				namespace_rows[i].file);
		ids[i] = st.st_ino;
	}
	return 0;
}

int
identity_root(struct jail_identity *out, struct jail_error *err)
{
	struct statx st;

	if (statx(AT_FDCWD, "/", 0, STATX_BASIC_STATS | STATX_MNT_ID, &st) < 0)
		return jail_fail(err, errno, "statx /");
	if (!(st.stx_mask & STATX_MNT_ID) || st.stx_mnt_id == 0)
		return jail_fail(err, 0, "this kernel shows no mount ids");
	out->root_device = makedev(st.stx_dev_major, st.stx_dev_minor);
	out->root_inode = st.stx_ino;
	out->root_mount = st.stx_mnt_id;
	return 0;
}
