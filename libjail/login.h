/*
 * login.h - who is at the door: what the module learned from PAM and NSS.
 *
 * The module looks names up (it lives in a dynamic process where SSSD and LDAP
 * work) and sends the result; the static supervisor looks nothing up. Whoever
 * fills one of these has checked lengths and characters (login_check).
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct jail_group {
	gid_t gid;
	char name[64];
};

enum { LOGIN_GROUPS_MAX = 512 };

struct jail_login {
	char user[64]; /* canonical: pw_name, not what was typed */
	uid_t uid;
	gid_t gid;
	char home[256];
	char shell[256];
	char service[64]; /* PAM_SERVICE: "sshd", "vsftpd", "su" */
	char rhost[256];  /* PAM_RHOST, "" if none; for the log only */
	char tty[64];     /* PAM_TTY, "" if none; for the log only */
	size_t group_count;
	struct jail_group groups[LOGIN_GROUPS_MAX]; /* the primary group first */
};

/*
 * Refuses what must not reach a path, a cgroup name or a log line: an empty
 * name, control characters, '/', a leading '-' or '.', a relative home.
 *   fails   errnum 0, the field is named
 */
int login_check(const struct jail_login *login, struct jail_error *err);

/* Copies what is there: the groups beyond group_count stay untouched memory. */
void login_copy(struct jail_login *to, const struct jail_login *from);

bool login_has_gid(const struct jail_login *login, gid_t gid);

/* Is a member of every group that the other is in? By id. */
bool login_has_groups_of(const struct jail_login *login, const struct jail_login *other);

/* The same user, groups and service: the configuration says the same of both. */
bool login_same(const struct jail_login *a, const struct jail_login *b);
