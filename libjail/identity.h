/*
 * identity.h - how a jail is recognised from inside: its namespaces' inodes and
 * its root mount. Recorded by init-to-be after its last unshare, compared by
 * every session after the crossing.
 */
#pragma once

#include "error.h"

#include <stdint.h>

enum jail_namespace {
	NS_MNT,
	NS_PID, /* of the children: a process never changes its own */
	NS_IPC,
	NS_UTS,
	NS_NET,
	NS_CGROUP,
	NS_TIME, /* likewise of the children */
	NS_USER,
	NS_COUNT,
};

struct jail_identity {
	uint64_t namespaces[NS_COUNT]; /* inode numbers of nsfs */
	uint64_t root_device;
	uint64_t root_inode;
	uint64_t root_mount; /* statx(2) stx_mnt_id */
	uint64_t root_uid;   /* of the host; 0: there is no user namespace */
};

/* A row for each namespace: its file below /proc/PID/ns and its setns flag. */
struct namespace_row {
	const char *file;
	uint64_t flag;
};
extern const struct namespace_row namespace_rows[NS_COUNT];

/*
 * Reads the inodes of the namespaces below `ns_dir`, an open /proc/PID/ns: it
 * stays good after the root has changed.
 *   fails   a namespace that the kernel does not show
 */
int identity_namespaces(int ns_dir, uint64_t ids[NS_COUNT], struct jail_error *err);

/* What "/" of the calling process is. */
int identity_root(struct jail_identity *out, struct jail_error *err);
