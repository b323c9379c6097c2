/*
 * doctor.h - what the checks of jailctl doctor share: the rows of doctor_checks.c,
 * what has been learned of this host beforehand, and where findings go.
 */
#pragma once

#include "config.h"
#include "pam_stack.h"
#include "people.h"

enum severity {
	NOTE,     /* to know; does not count */
	WARNING,  /* logins break, or less is protected than meant */
	CRITICAL, /* a way around the jail */
};

struct doctor {
	const struct jail_config *config; /* NULL: it cannot be read */
	const struct jail_error *config_error;
	const struct people *people; /* whom the name services list */
	int findings;                /* where doctor_find() writes */
	size_t found;                /* by this check */
};

/*
 * A check runs in a process of its own, for a bounded time: one that hangs or
 * falls over costs its own answer only. -1: it could not be done, which is a
 * finding, too.
 */
struct check {
	const char *name;
	enum severity severity;
	const char *why;    /* what the mistake leads to */
	const char *remedy; /* what to do about it */
	int (*run)(struct doctor *doctor, struct jail_error *err);
};

extern const struct check checks[];
extern const size_t check_count;

/* The row that stands for checks which could not be done; run is NULL. */
extern const struct check check_unfinished;

const char *severity_name(enum severity severity);

/* One finding. `file` NULL: nowhere in particular; `line` 0: all of the file. */
void doctor_find(struct doctor *doctor, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* doctor_pam.c */
int check_pam_missing(struct doctor *doctor, struct jail_error *err);
int check_pam_optional(struct doctor *doctor, struct jail_error *err);
int check_pam_skipped(struct doctor *doctor, struct jail_error *err);
int check_pam_unreadable(struct doctor *doctor, struct jail_error *err);
int check_pam_not_last(struct doctor *doctor, struct jail_error *err);
int check_pam_common(struct doctor *doctor, struct jail_error *err);
int check_pam_no_account(struct doctor *doctor, struct jail_error *err);
int check_pam_arguments(struct doctor *doctor, struct jail_error *err);
int check_pam_exempt(struct doctor *doctor, struct jail_error *err);
int check_pam_exempt_jailed(struct doctor *doctor, struct jail_error *err);

/* doctor_sshd.c */
int check_sshd_pam(struct doctor *doctor, struct jail_error *err);
int check_sshd_chroot(struct doctor *doctor, struct jail_error *err);

/* doctor_keys.c */
int check_shared_keys(struct doctor *doctor, struct jail_error *err);

/* doctor_ftp.c */
int check_vsftpd_session(struct doctor *doctor, struct jail_error *err);
int check_ftp_virtual(struct doctor *doctor, struct jail_error *err);

/* doctor_servers.c */
int check_servers(struct doctor *doctor, struct jail_error *err);
int check_mail_commands(struct doctor *doctor, struct jail_error *err);

/* doctor_policies.c */
int check_weak_policies(struct doctor *doctor, struct jail_error *err);
int check_sockets(struct doctor *doctor, struct jail_error *err);

/* doctor_sudoers.c */
int check_sudoers(struct doctor *doctor, struct jail_error *err);

/* doctor_manager.c */
int check_user_manager(struct doctor *doctor, struct jail_error *err);
int check_linger(struct doctor *doctor, struct jail_error *err);

/* doctor_users.c */
int check_jail_conf(struct doctor *doctor, struct jail_error *err);
int check_same_uid(struct doctor *doctor, struct jail_error *err);
int check_processes(struct doctor *doctor, struct jail_error *err);
int check_at_jobs(struct doctor *doctor, struct jail_error *err);

/* doctor_run_as.c */
int check_fpm(struct doctor *doctor, struct jail_error *err);
int check_cgi(struct doctor *doctor, struct jail_error *err);
int check_units(struct doctor *doctor, struct jail_error *err);

/* doctor_host.c */
int check_kernel(struct doctor *doctor, struct jail_error *err);
int check_kernel_features(struct doctor *doctor, struct jail_error *err);
int check_selinux(struct doctor *doctor, struct jail_error *err);
int check_controllers(struct doctor *doctor, struct jail_error *err);
int check_favordynmods(struct doctor *doctor, struct jail_error *err);
int check_core_pattern(struct doctor *doctor, struct jail_error *err);
int check_sysctls(struct doctor *doctor, struct jail_error *err);

/* doctor_images.c */
int check_library_open(struct doctor *doctor, struct jail_error *err);
int check_image_missing(struct doctor *doctor, struct jail_error *err);
int check_image_setid(struct doctor *doctor, struct jail_error *err);
int check_image_stale(struct doctor *doctor, struct jail_error *err);
