/*
 * errand.h - what exec and enter shall do: run a command in a user's jail.
 *
 * Three processes. The first stays outside and serves (outside.c). Its child
 * walks the enter steps of a login and becomes the session that the supervisor
 * watches (inside.c). The child of that one, which setns(2) has put into the
 * jail's PID namespace, becomes the user and executes the command (user_side.c).
 */
#pragma once

#include "jailctl.h"
#include "login.h"
#include "streams.h"
#include "trials.h"

#include <signal.h>

struct errand {
	struct jail_login login;
	const char *config;          /* borrowed */
	char policy[64];             /* "": as assigned */
	char **argv;                 /* NULL: the user's shell, as a login shell */
	const struct trials *trials; /* not NULL: these instead of a command */
	char term[64];               /* TERM, "": none */
	struct streams streams;
	sigset_t signals; /* that are blocked and passed on */
};

/* All that exec, enter and selftest have to plan: who, where, and our signals. */
int errand_plan(const struct options *options, struct errand *errand, struct jail_error *err);

/* Starts the two others and serves until the command has ended. Returns its exit
 * status, or EXIT_OURS with the reason in err. */
int outside_serve(struct errand *errand, struct jail_error *err);

/* The second process. `outside` is the socket to the first. */
void inside_run(struct errand *errand, int outside) __attribute__((noreturn));

/*
 * The third: becomes the user and executes the command.
 *   terminal   of the jail, becomes the controlling one; -1: none
 *   returns only if that failed, EXIT_CANNOT_RUN and the like
 */
int user_side_run(const struct errand *errand, char *const *environment, int terminal,
	struct jail_error *err);

/* Its ids, from root's. */
int user_ids_take(const struct jail_login *login, struct jail_error *err);
