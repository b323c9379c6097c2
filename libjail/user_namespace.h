/*
 * user_namespace.h - the jail's own idea of who is root: nobody's uid on the
 * host, other for each user.
 */
#pragma once

#include "error.h"
#include "ids.h"
#include "login.h"

/* uid_map as the kernel shows it inside: two lines of three numbers. */
enum { UID_MAP_SIZE = 80 };

void user_namespace_uids(char map[UID_MAP_SIZE], uid_t root, uid_t user);

/*
 * Makes one that knows root, the user, and the groups that stand in the jail's
 * /etc/group, and nobody else.
 *   returns a namespace descriptor, the caller's
 *   fails   ENOSPC where user.max_user_namespaces is reached; E2BIG for more
 *           groups than the kernel maps
 */
int user_namespace_make(const struct jail_login *login, const struct jail_ids *ids,
	struct jail_error *err);
