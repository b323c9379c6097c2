/*
 * mounts.h - what is mounted in every jail beside its root: the third table of
 * the security argument.
 */
#pragma once

#include "error.h"
#include "ids.h"
#include "login.h"
#include "policy.h"

#include <stdint.h>

/* Whose mounts they are; all borrowed. */
struct mount_jail {
	const struct jail_policy *policy;
	const struct jail_login *login;
	const struct jail_ids *ids;
	int log; /* a socket, to be bound at MOUNTS_LOG */
};

struct mount_row {
	const char *target;
	const char *type;
	const char *options; /* "%s" and "%i": the policy's tmp_size, tmp_inodes;
				"%r" and "%t": ids of the jail's root, terminals */
	uint64_t attributes; /* MOUNT_ATTR_* */
	bool inside;         /* made by init itself: it shows init's namespace */
	/* makes what stands in it from the first; NULL: nothing does */
	int (*fill)(int mount, const struct mount_jail *jail, struct jail_error *err);
	const char *why;
};

extern const struct mount_row mount_rows[];
extern const size_t mount_row_count;

enum { MOUNT_ROWS_MAX = 8 };

/* Where /dev/log leads: sockets of root's stand in /run. */
#define MOUNTS_LOG "/run/log"

/*
 * Makes a file system that is attached nowhere yet. `options` is a comma list of
 * names and name=value, as in mount(8).
 *   returns a mount descriptor, the caller's
 *   source  fsopen(2), fsconfig(2), fsmount(2)
 */
int mounts_create(const char *type, const char *options, uint64_t attributes,
	struct jail_error *err);

/* Makes the rows that need not be made inside; fds[i] is -1 for the others. */
int mounts_prepare(const struct mount_jail *jail, int fds[MOUNT_ROWS_MAX],
	struct jail_error *err);
void mounts_close(int fds[MOUNT_ROWS_MAX]);

/* In the jail's mount namespace, standing on its root: attaches them, makes the
 * others, hides what /proc tells of the host. */
int mounts_attach(const struct jail_policy *policy, const int fds[MOUNT_ROWS_MAX],
	struct jail_error *err);

/* Does a mount of the table lie over this path? */
bool mounts_cover(const char *path);
