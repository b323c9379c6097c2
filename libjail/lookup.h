/*
 * lookup.h - who a user is, by this host's name services. For the dynamic
 * programs only: the supervisor is static and looks nothing up.
 */
#pragma once

#include "login.h"

/*
 * Fills user, uid, gid, home, shell and groups of `login`.
 *   fails   errnum ENOENT when there is no such user
 */
int login_lookup(const char *user, struct jail_login *login, struct jail_error *err);

/* Is the login in the group of this name? */
bool login_in_group(const struct jail_login *login, const char *group);
