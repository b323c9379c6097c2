/*
 * supervisor.h - the host-side root process of one user: it builds the user's
 * jails, counts the sessions, watches, and cleans up. Single-threaded, one loop.
 */
#pragma once

#include "budget.h"
#include "cgroup.h"
#include "jail.h"
#include "match.h"
#include "watch.h"
#include "wire.h"

enum {
	ADMISSION_MS = 20000, /* from account to session: a slow PAM stack between */
	PARTING_MS = 1000,    /* from the last session's end to the jail's */
	ABANDONED_MS = 3000,  /* the same, once its asker has hung up */
	DYING_MS = 2000,      /* what a monitor may take to notice its jail's end */
	BURY_AGAIN_MS = 20,
	ANSWER_MS = 1000,
};

/* One SOCK_SEQPACKET connection: a login on its way, or jailctl. */
struct connection {
	struct connection *next;
	struct watch watch;
	pid_t peer;              /* by SO_PEERCRED; proven by the pidfd it sends */
	struct session *session; /* ENTER answered, ENTERED not yet heard */
};

/* A reservation made in the account phase. */
struct admission {
	struct admission *next;
	struct jail *jail;
	struct connection *asker; /* NULL: it has hung up */
	char service[64];
	int process; /* pidfd of who asked; may be gone at ENTER (keyboard-interactive) */
	uint64_t expires;
};

struct session {
	struct session *next;
	struct jail *jail;
	struct watch watch; /* pidfd of its process */
	pid_t pid;
	bool entered;
	char service[64], rhost[256], tty[64];
	uint64_t started; /* seconds since 1970 */
	uint64_t began;   /* monotonic ms */
	char origin[CGROUP_ORIGIN_MAX];
};

struct supervisor {
	uid_t uid;
	const char *config;
	int epoll;
	struct watch listener;
	bool born;
	bool moved;         /* into our own cgroup */
	int grace_file;     /* our cgroup's cgroup.procs */
	struct watch grace; /* pidfd of the worker that moves us; grace.c */
	struct cgroup_host cgroups;
	struct jail *jails;
	struct connection *connections;
	struct admission *admissions;
	struct session *sessions;
	struct budget log_of_user, log_of_servers;
	struct wire_message *message;       /* the one being read or answered */
	struct jail_login login;            /* of the request being answered */
	char login_config[CONFIG_PATH_MAX]; /* the jail.conf that its PAM line names */
	struct jail_verdict verdict;
	struct config_stamp stamp; /* of the files that the verdict comes from */
};

uint64_t now_ms(void);

/* Of two times the one that comes first; 0 is never. */
static inline uint64_t
sooner(uint64_t a, uint64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* watch.c */
int watch_add(struct supervisor *supervisor, struct watch *watch, struct jail_error *err);
void watch_remove(struct supervisor *supervisor, struct watch *watch);

/* grace.c: the cgroup's grace period, begun at ADMIT, needed at ENTER */
void grace_begin(struct supervisor *supervisor);
void grace_wait(struct supervisor *supervisor); /* until no worker shares our memory */
int grace_end(struct supervisor *supervisor, struct jail_error *err);

/* requests.c: what a connection asks */
void connection_accept(struct supervisor *supervisor, void *owner);

/* verdict.c: the login of the message being read, and jail.conf's word on it */
int verdict_take(struct supervisor *supervisor, struct jail_error *err);

/* seal.c */
void seal_fill(const struct supervisor *supervisor, const struct jail *jail,
	struct wire_message *message);

/* sessions.c */
struct session *session_begin(struct supervisor *supervisor, struct jail *jail, pid_t pid,
	int pidfd, struct jail_error *err);
void session_entered(struct supervisor *supervisor, struct session *session);
void session_forget(struct supervisor *supervisor, struct session *session); /* never entered */
bool session_is(const struct supervisor *supervisor, const struct jail *jail, pid_t pid);
unsigned session_count(const struct supervisor *supervisor);

/* admissions.c */
int admission_add(struct supervisor *supervisor, struct jail *jail, struct connection *asker,
	int pidfd, struct jail_error *err);
bool admission_take(struct supervisor *supervisor, const char *service);
void admissions_abandon(struct supervisor *supervisor, const struct connection *asker);
void admissions_expire(struct supervisor *supervisor);
unsigned admission_count(const struct supervisor *supervisor);

/* jails.c: the user's jails, found, built, ended */
struct jail *jail_find(struct supervisor *supervisor, const char *policy);
struct jail *jail_find_or_build(struct supervisor *supervisor, struct jail_error *err);
void jail_released(struct supervisor *supervisor, struct jail *jail); /* one session less */
void jails_tick(struct supervisor *supervisor);
uint64_t jails_next(const struct supervisor *supervisor); /* monotonic ms; 0: nothing due */

/* status.c */
void status_fill(const struct supervisor *supervisor, struct wire_message *message);
/* Both write what status_fill() says, through supervisor->message. */
int status_write(struct supervisor *supervisor, struct jail_error *err);
void status_update(struct supervisor *supervisor); /* logs what it cannot write */

/* relay.c: the jails' /dev/log */
void relay_tick(struct supervisor *supervisor);
uint64_t relay_next(const struct supervisor *supervisor); /* monotonic ms; 0: nothing due */

/* log.c: one line to the host's log, or false; never blocks */
bool log_as(int priority, const char *tag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same of our own, to authpriv. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An empty remote host, as of su(1), in a log line. */
static inline const char *
rhost_or_dash(const char *rhost)
{
	return rhost[0] ? rhost : "-";
}

/* birth.c */
int supervisor_hold(void); /* --hold: the process that keeps our cgroup */
