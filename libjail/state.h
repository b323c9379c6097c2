/*
 * state.h - the user's directory below /run/pam_jail and its lock.
 */
#pragma once

#include "error.h"

#include <sys/types.h>

enum { STATE_PATH_MAX = 64, LOCK_TIMEOUT_MS = 10000 };

/*
 * Makes /run/pam_jail/<uid> where it is missing and takes the user's lock,
 * which guards socket and directory against two builders and against a
 * supervisor that is just leaving. The lock dies with its descriptor.
 *   returns the lock's descriptor, the caller's
 *   fails   ETIMEDOUT; EPERM when the directory is not root's alone
 */
int state_lock(uid_t uid, int milliseconds, struct jail_error *err);

/* "/run/pam_jail/<uid>" or, with a name, "/run/pam_jail/<uid>/name". */
void state_path(char path[STATE_PATH_MAX], uid_t uid, const char *name);

/* Removes the user's directory with all that is ours in it. Under the lock. */
void state_remove(uid_t uid);

/* The same, unless a supervisor may be there. */
void state_leave(uid_t uid);
