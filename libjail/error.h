/*
 * error.h - what failed, told in one line from the outside in.
 *
 * Every function that can fail takes a `struct jail_error *` last and returns
 * -1 through jail_fail(). The library never logs and never exits: it runs
 * inside sshd, so only the caller (PAM glue, supervisor or jailctl) may choose
 * syslog, stderr or the end of the session.
 */
#pragma once

struct jail_error {
	int errnum;     /* errno of the call that failed; 0 if no call did */
	char text[512]; /* "tree: bind /srv/www: Permission denied" */
};

/* Records the message and ": strerror(errnum)" when errnum != 0. Returns -1,
 * visibly: a macro, so that compilers and analyzers know that it failed. */
#define jail_fail(err, ...) (jail_error_set(err, __VA_ARGS__), jail_failed())

void jail_error_set(struct jail_error *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the recorded message. Returns -1. */
#define jail_fail_in(err, context) (jail_error_prefix(err, context), jail_failed())

void jail_error_prefix(struct jail_error *err, const char *context);

static inline int
jail_failed(void)
{
	return -1;
}
