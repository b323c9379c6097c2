/*
 * cgroup.h - where the users' resources are counted and limited.
 *
 *   <base>/supervisors        supervisors and the holder, outside every limit
 *   <base>/<uid>              the plan's limits; outlives logins
 *   <base>/<uid>/<leaf>       one for each jail: kill, freeze, populated
 *
 * The base is jail.slice/pam_jail.service where that unit runs, else pam_jail.
 * On a hybrid host the leaves are in the cgroup2 hierarchy, the limits in those
 * of memory, cpu and pids.
 *   source  Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/
 */
#pragma once

#include "error.h"
#include "policy.h"

#include <sys/types.h>

enum cgroup_controller { CGROUP_MEMORY, CGROUP_CPU, CGROUP_PIDS, CGROUP_CONTROLLERS };

struct cgroup_host {
	bool hybrid;
	int unified;                /* <base> in the cgroup2 hierarchy */
	int v1[CGROUP_CONTROLLERS]; /* <base> of each controller, hybrid only */
	char base[64];              /* as it stands in /proc/PID/cgroup, from "/" */
};

#define CGROUP_HOST_INITIAL ((struct cgroup_host){ .unified = -1, .v1 = { -1, -1, -1 } })

/*
 * Finds or makes the base and hands the controllers down to it.
 *   fails   no cgroup2 hierarchy; pam_jail.service not running under systemd
 */
int cgroup_host_open(struct cgroup_host *host, struct jail_error *err);
void cgroup_host_close(struct cgroup_host *host);

/* As cgroup_host_open(), but makes and enables nothing: ENOENT where there has
 * been no login yet. */
int cgroup_host_find(struct cgroup_host *host, struct jail_error *err);

/* As cgroup_host_open(), for the unit's own first process: moves it from the
 * base to <base>/supervisors, so that the base can hand controllers down. */
int cgroup_host_hold(struct cgroup_host *host, struct jail_error *err);

/*
 * Makes <base>/supervisors, beside the users' cgroups, and moves the calling
 * process into those of v1, which is quick. The move within cgroup2 is left: it
 * waits for an RCU grace period, some 10 ms, unless another move came just
 * before; then, or with favordynmods, it takes microseconds.
 *   returns the file to write a pid to for that, the caller's
 */
int cgroup_prepare_supervisor(const struct cgroup_host *host, struct jail_error *err);

/* The places of one jail, open for writing. */
struct cgroup_leaf {
	int directory;                 /* the leaf, cgroup2 */
	int tasks[CGROUP_CONTROLLERS]; /* hybrid: `tasks` of <uid>, else -1 */
	char path[128];                /* "<uid>/<leaf>" */
};

#define CGROUP_LEAF_INITIAL ((struct cgroup_leaf){ .directory = -1, .tasks = { -1, -1, -1 } })

/*
 * Writes the plan into <base>/<uid>, made where it is missing.
 *   fails   a limit that this host cannot enforce, unless plan->not_required
 */
int cgroup_apply_plan(const struct cgroup_host *host, uid_t uid, const struct jail_plan *plan,
	struct jail_error *err);

/* Makes <base>/<uid>/<name>. `leaf` is the caller's to close. */
int cgroup_leaf_make(const struct cgroup_host *host, uid_t uid, const char *name,
	struct cgroup_leaf *leaf, struct jail_error *err);
void cgroup_leaf_close(struct cgroup_leaf *leaf);

/* Removes the leaf. -1 with errnum EBUSY while a process is left in it. */
int cgroup_leaf_remove(const struct cgroup_host *host, const char *path,
	struct jail_error *err);

/* Kills whatever is in the leaf, monitors included (cgroup.kill, 5.14). */
int cgroup_leaf_kill(const struct cgroup_host *host, const char *path, struct jail_error *err);

/* Kills and removes every leaf of a user who has no supervisor; waits for the
 * dying ones at most `milliseconds`. */
void cgroup_sweep(const struct cgroup_host *host, uid_t uid, int milliseconds);

/* Where a process was before: /proc/PID/cgroup as text. */
enum { CGROUP_ORIGIN_MAX = 4096 };

/*
 * Moves process `pid` into the leaf and proves it: reads its cgroups back, then
 * looks at `pidfd`, so that a recycled pid cannot pass.
 *   origin  where it was, CGROUP_ORIGIN_MAX bytes; for cgroup_restore()
 */
int cgroup_attach(const struct cgroup_host *host, const struct cgroup_leaf *leaf, pid_t pid,
	int pidfd, char *origin, struct jail_error *err);

/* Puts a process that was refused after all back. Best effort: it may be gone. */
void cgroup_restore(const struct cgroup_host *host, pid_t pid, int pidfd, const char *origin);

/* What all jails of a user use together; LIMIT_NONE where it cannot be told. */
struct cgroup_usage {
	uint64_t memory; /* bytes, page cache included */
	uint64_t tasks;
};
void cgroup_user_usage(const struct cgroup_host *host, uid_t uid, struct cgroup_usage *usage);

/* The processes of a leaf, monitors included; *pids is the caller's to free(3). */
int cgroup_leaf_pids(const struct cgroup_host *host, const char *path, pid_t **pids,
	size_t *count, struct jail_error *err);

/* The users who have a cgroup; *uids is the caller's to free(3). */
int cgroup_users(const struct cgroup_host *host, uid_t **uids, size_t *count,
	struct jail_error *err);

/* Removes <base>/<uid> of a user without leaves. -1 with errnum EBUSY otherwise. */
int cgroup_user_remove(const struct cgroup_host *host, uid_t uid, struct jail_error *err);
