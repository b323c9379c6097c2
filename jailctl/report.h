/*
 * report.h - what supervisors say about their jails: asked, or where one does not
 * answer, read from the file that it has left.
 */
#pragma once

#include "wire.h"

#include <stdint.h>

struct session_report {
	uint64_t pid;
	uint64_t started; /* seconds since 1970 */
	char service[64], rhost[256], tty[64];
};

struct jail_report {
	char name[96], policy[64], plan[64], image[128], state[16];
	char cgroup[128]; /* the leaf, below the cgroup base */
	uint64_t init;
	uint64_t started;
	size_t session_count;
	struct session_report *sessions;
};

enum supervisor_state {
	SUPERVISOR_LIVE,   /* answered */
	SUPERVISOR_SILENT, /* is there and does not answer: stopped, or very busy */
	SUPERVISOR_STALE,  /* is gone; its file says what it had: see jailctl gc */
};

struct user_report {
	uid_t uid;
	char user[64]; /* "" when it has no jail */
	char version[32];
	uint64_t supervisor; /* pid */
	enum supervisor_state state;
	size_t jail_count;
	struct jail_report *jails;
};

struct reports {
	size_t count;
	struct user_report *users;
};

#define autoreports __attribute__((cleanup(reports_free)))

/*
 * All users with a directory below /run/pam_jail, by uid.
 *   fails   EPERM when that directory is not root's alone
 */
int reports_load(struct reports *reports, struct jail_error *err);
void reports_free(struct reports *reports);

/* The uids alone; *uids is the caller's to free(3). */
int reports_users(uid_t **uids, size_t *count, struct jail_error *err);

/* One user's: live, or from the file.
 *   fails   ENOENT when there is neither */
int report_load(uid_t uid, struct user_report *report, struct jail_error *err);

/* Sends `m` to the user's supervisor, and takes its answer in the same place.
 *   fails   ENOENT when there is none; ETIMEDOUT when it does not answer */
int report_ask(uid_t uid, struct wire_message *m, struct jail_error *err);

/* The message's fields; also frees what a failure leaves. */
int report_read(const struct wire_message *m, struct user_report *report,
	struct jail_error *err);
void report_free(struct user_report *report);

/* What a jail is doing, as people should read it: its own state, or "stale" or
 * "silent" for its supervisor's. */
const char *report_state(const struct user_report *user, const struct jail_report *jail);

/* Whether `name` (NULL: everything) is this jail's, or its user's. */
bool report_fits(const struct user_report *user, const struct jail_report *jail,
	const char *name);
