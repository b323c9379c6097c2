/*
 * jailctl.h - what the administrator's commands share: their options, their exit
 * codes, one function for each row of commands[] in main.c.
 */
#pragma once

#include "error.h"

#include <stdbool.h>

/* EXIT_OURS where the status of a command inside is passed on, as env(1). */
enum exit_code {
	EXIT_YES = 0,
	EXIT_NO = 1, /* no, or failed */
	EXIT_USAGE = 2,
	EXIT_PROBLEMS = 3,
	EXIT_NOBODY = 4, /* no such user, jail, policy */
	EXIT_OURS = 125,
	EXIT_CANNOT_RUN = 126,
	EXIT_NOT_FOUND = 127,
};

struct options {
	bool json;
	bool quiet;
	bool no_color;
	bool dry_run;
	bool all;
	bool no_terminal;
	bool is_uid;
	const char *root;    /* config paths are below it; NULL: the live ones */
	const char *config;  /* NULL: jail.conf of the host */
	const char *service; /* NULL: "jailctl" */
	const char *policy;
	const char *syscall;
	const char *control; /* of selftest; "chroot" */
	const char *only;    /* one attempt of selftest */
	int argc;            /* operands: what is neither command nor option */
	char **argv;
};

/* Each returns an exit code; where that is not EXIT_YES and err holds a text,
 * main() prints it. */
int command_list(const struct options *options, struct jail_error *err);
int command_show(const struct options *options, struct jail_error *err);
int command_who(const struct options *options, struct jail_error *err);
int command_ps(const struct options *options, struct jail_error *err);
int command_explain(const struct options *options, struct jail_error *err);
int command_check(const struct options *options, struct jail_error *err);
int command_doctor(const struct options *options, struct jail_error *err);
int command_unjailed(const struct options *options, struct jail_error *err);
int command_exec(const struct options *options, struct jail_error *err);
int command_enter(const struct options *options, struct jail_error *err);
int command_selftest(const struct options *options, struct jail_error *err);
int command_kill(const struct options *options, struct jail_error *err);
int command_gc(const struct options *options, struct jail_error *err);
int command_version(const struct options *options, struct jail_error *err);
int command_help(const struct options *options, struct jail_error *err);

/* Always returns `code`, after recording the sentence. */
int fail_with(enum exit_code code, struct jail_error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "jailctl: TEXT" on stderr, without control characters. */
void complain(const char *text);
