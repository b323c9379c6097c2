/*
 * wire.h - what module, supervisor and jailctl say to each other: one
 * SOCK_SEQPACKET message is a header and tagged fields.
 *
 * Unknown tags are ignored and missing ones are the reader's to refuse, so that
 * an upgraded supervisor and yesterday's module understand each other. Numbers
 * are in the machine's byte order: both ends are on one host.
 */
#pragma once

#include "error.h"
#include "login.h"

#include <stdint.h>

enum { WIRE_VERSION = 1, WIRE_VERSION_OLDEST = 1 };
enum { WIRE_SIZE_MAX = 128 * 1024, WIRE_FDS_MAX = 2 };

enum wire_type {
	/* asked of the supervisor */
	WIRE_ADMIT = 1, /* login; fd 0: the caller's pidfd */
	WIRE_ENTER,     /* login; fd 0: the caller's pidfd */
	WIRE_ENTERED,   /* the caller verified its jail: the session begins */
	WIRE_BROKEN,    /* TEXT: why the caller ended between two worlds */
	WIRE_STATUS,    /* the status message of this user */
	WIRE_KILL,      /* end the jail named by JAIL, or all without one */

	/* answered by the supervisor */
	WIRE_WELCOME = 64, /* admitted */
	WIRE_SEAL,         /* how to enter; fd 0: pidfd of the jail's init */
	WIRE_UNJAILED,     /* policy "unjailed": this user has no jail */
	WIRE_REFUSED,      /* TEXT: why */
	WIRE_REPORT,       /* status, or the outcome of WIRE_KILL */
};

enum wire_tag {
	TAG_USER = 1, /* string */
	TAG_UID,      /* u64 */
	TAG_GID,      /* u64 */
	TAG_HOME,     /* string */
	TAG_SHELL,    /* string */
	TAG_SERVICE,  /* string */
	TAG_RHOST,    /* string */
	TAG_TTY,      /* string */
	TAG_GROUP,    /* u32 gid, then the name; one field for each group */
	TAG_POLICY,   /* string: asked for by name (jailctl exec --policy) */
	TAG_CONFIG,   /* string: the asking PAM line's config= */

	TAG_TEXT = 64,    /* string: one sentence */
	TAG_LIMIT,        /* u64 1: the refusal is a limit of the plan, not a fault */
	TAG_NAMESPACES,   /* u64: CLONE_NEW* to join */
	TAG_IDENTITY,     /* struct jail_identity */
	TAG_CAPS,         /* u64: capabilities that the process keeps */
	TAG_FILTER,       /* struct sock_filter[]; one field for each program */
	TAG_ENV,          /* "NAME=value" to set, "NAME" to unset */
	TAG_SOCKET_STDIO, /* u64: AF_UNIX sockets are fine as descriptors 0-2 */
	TAG_SCRATCH,      /* u64: the root is not read-only */
	TAG_NESTED,       /* u64: the policy says nested = yes; for jailctl selftest */

	TAG_JAIL = 128, /* string: name of a jail; begins a jail's fields */
	TAG_PLAN,       /* string */
	TAG_IMAGE,      /* string: name/generation */
	TAG_INIT,       /* u64: pid of the jail's init */
	TAG_STARTED,    /* u64: seconds since 1970 */
	TAG_STATE,      /* string: live, lingering, ending */
	TAG_CGROUP,     /* string: the leaf's path below the cgroup base */
	TAG_SESSION,    /* u64: pid of a session's process; begins its fields */
	TAG_SUPERVISOR, /* u64: pid */
	TAG_COUNT,      /* u64 */
	TAG_VERSION,    /* string: the answering program's version */
};

/* On the heap of its owner: some 128 KiB. Received descriptors are the
 * message's until stolen; wire_clear() closes the rest. */
struct wire_message {
	uint16_t type;
	size_t used;
	size_t fd_count;
	int fds[WIRE_FDS_MAX];
	_Alignas(8) unsigned char data[WIRE_SIZE_MAX]; /* as every field is */
};

struct wire_message *wire_new(uint16_t type); /* NULL: out of memory */
void wire_clear(struct wire_message *message);
void wire_free(struct wire_message **message); /* for autowire */
#define autowire __attribute__((cleanup(wire_free)))

/* Add a field. A message that is full stays unsent: wire_send() reports it. */
void wire_put(struct wire_message *m, uint16_t tag, const void *data, size_t size);
void wire_put_text(struct wire_message *m, uint16_t tag, const char *text);
void wire_put_number(struct wire_message *m, uint16_t tag, uint64_t number);
void wire_put_fd(struct wire_message *m, int fd); /* borrowed until sent */

/* A walk over the fields, in order. */
struct wire_field {
	uint16_t tag;
	size_t size;
	const unsigned char *data;
	size_t next; /* 0 before the first */
};

/* False at the end, or where the rest is malformed. */
bool wire_next(const struct wire_message *m, struct wire_field *field);
bool wire_find(const struct wire_message *m, uint16_t tag, struct wire_field *field);

/* Copies a string field; false when absent, too long or holding a NUL. */
bool wire_text(const struct wire_message *m, uint16_t tag, char *out, size_t size);
bool wire_field_text(const struct wire_field *field, char *out, size_t size);
bool wire_number(const struct wire_message *m, uint16_t tag, uint64_t *out);
bool wire_field_number(const struct wire_field *field, uint64_t *out);

/*
 * Both wait at most `milliseconds` and never raise SIGPIPE.
 *   fails   ETIMEDOUT; EPIPE when the other end is gone; EPROTO for a malformed
 *           message or a version that is not ours
 */
int wire_send(int socket, struct wire_message *m, int milliseconds, struct jail_error *err);
int wire_receive(int socket, struct wire_message *m, int milliseconds, struct jail_error *err);

/* The same message in a file: the status of a supervisor. */
int wire_save(int fd, struct wire_message *m, struct jail_error *err);
int wire_load(int fd, struct wire_message *m, struct jail_error *err);

/* The login as fields, and back. Reading checks it (login_check). */
void wire_put_login(struct wire_message *m, const struct jail_login *login);
int wire_login(const struct wire_message *m, struct jail_login *login, struct jail_error *err);
