/*
 * client.h - finding a user's supervisor, and starting it when there is none.
 */
#pragma once

#include "error.h"

#include <sys/types.h>

/*
 * Connects to the supervisor of `uid`, spawning it under the user's lock when
 * none answers. `config` is the jail.conf that a new supervisor shall read.
 * Never leaves a child to reap, a signal handler or a changed signal mask.
 *   returns the connected socket, the caller's
 *   fails   ETIMEDOUT when lock or socket stay busy; ENOENT without the
 *           supervisor's binary
 */
int supervisor_connect(uid_t uid, const char *config, struct jail_error *err);

/* Removes what a supervisor left that died under a question. Not where another
 * has taken its place. */
void supervisor_bury(uid_t uid);

/* Connects only if one is running: -1 with errnum ENOENT otherwise. */
int supervisor_find(uid_t uid, struct jail_error *err);
