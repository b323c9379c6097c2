/*
 * arguments.h - the words behind pam_jail.so on a PAM line.
 */
#pragma once

#include "error.h"
#include "login.h"

enum { CONFIG_SIZE = 256 };

struct arguments {
	const char *exempt; /* "root,@sudo": the escape hatch no jail.conf can break */
	const char *config;
	bool debug;
	bool quiet; /* tell the user nothing */
};

/* Known or refused: a mistyped word must not loosen anything. `out` is filled even
 * then, for exempt= must hold on a line with a mistake in it. */
int arguments_parse(int argc, const char **argv, struct arguments *out, struct jail_error *err);

/* Is this user named by exempt=? Asks no name service. */
bool arguments_exempt_user(const struct arguments *arguments, const char *user);

/* Is one of the login's groups named by exempt=, behind '@'? */
bool arguments_exempt_group(const struct arguments *arguments, const struct jail_login *login);
