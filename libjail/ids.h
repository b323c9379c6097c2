/*
 * ids.h - the ids of the host that stand for a jail's root and its terminals,
 * where it has a user namespace: other ones for each user, always the same for
 * one.
 */
#pragma once

#include "error.h"

#include <sys/types.h>

struct jail_ids {
	uid_t root; /* uid and gid 0 of the jail; 0: there is no user namespace */
	gid_t tty;  /* gid 5 of the jail */
};

/* gid of the group tty: in every jail, and in Debian's base-passwd. */
enum { GID_TTY = 5 };

/* The ids of a jail without a user namespace. */
#define IDS_OF_HOST ((struct jail_ids){ .root = 0, .tty = GID_TTY })

/* Where the first user's are, unless the file says otherwise: above what
 * subuids, containers and directory services use, below systemd's foreign ids. */
enum { IDS_BASE = 2100000000, IDS_EACH = 2, IDS_USERS_MAX = 1000000 };

/*
 * Looks the user up in `directory`/ids, /var/lib/pam_jail for us; adds her to it
 * when she is new.
 *   fails   a file that is damaged or full, that others may write, or whose next
 *           ids are somebody's: nobody gets ids then that may be another's
 */
int ids_of(int directory, uid_t uid, struct jail_ids *out, struct jail_error *err);

/* What an id of the jail is on the host. */
static inline uid_t
ids_uid(const struct jail_ids *ids, uid_t inside)
{
	return inside == 0 ? ids->root : inside;
}

static inline gid_t
ids_gid(const struct jail_ids *ids, gid_t inside)
{
	return inside == 0 ? ids->root : inside == GID_TTY ? ids->tty : inside;
}
