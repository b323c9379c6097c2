/*
 * jail_table.h - jails and sessions as tables, for list, show and who.
 */
#pragma once

#include "cgroup.h"
#include "report.h"
#include "table.h"

/* Everything that a command on live jails wants to know first. */
struct overview {
	struct reports reports;
	struct cgroup_host cgroups; /* not open where nobody has a cgroup */
};

#define autooverview __attribute__((cleanup(overview_close)))

/*
 * Loads the reports, and finds out whether anything is named `name` (NULL: all).
 *   returns EXIT_YES; EXIT_NOBODY when nothing fits; EXIT_NO
 */
int overview_open(struct overview *overview, const char *name, struct jail_error *err);
void overview_close(struct overview *overview);

/* A walk over the jails that `name` fits, by uid; from { .user = NULL }. */
struct overview_place {
	const struct user_report *user;
	const struct jail_report *jail;
	size_t next_user, next_jail;
};
bool overview_next(const struct overview *overview, const char *name,
	struct overview_place *at);

struct table jail_table_new(void);
void jail_table_add(struct table *table, const struct overview *overview,
	const struct user_report *user, const struct jail_report *jail);

struct table session_table_new(void);
void session_table_add(struct table *table, const struct user_report *user,
	const struct jail_report *jail, const struct session_report *session);
