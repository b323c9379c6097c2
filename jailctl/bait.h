/*
 * bait.h - what selftest lays out on the host, for attempts to reach.
 */
#pragma once

#include "trials.h"

/* Two processes that do nothing and one that serves. They and all else end with
 * the caller, also where that is killed. */
struct lure {
	pid_t processes[ROLE_COUNT], server;
};

/* Lays it out, and says in trials->bait where it is. */
int lure_lay(struct lure *lure, const struct jail_login *login, struct trials *trials,
	struct jail_error *err);
void lure_remove(struct lure *lure);
