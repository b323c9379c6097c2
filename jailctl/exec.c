/*
 * exec.c - jailctl exec: a command in a user's jail. It is a session like a
 * login's: admitted, counted, limited and watched by the supervisor.
 */
#include "environment.h"
#include "errand.h"
#include "fd.h"
#include "jailctl.h"
#include "paths.h"
#include "run_inside.h"
#include "user.h"

#include <stdio.h>

/* Ignored ones (nohup, a background job of sh) stay ignored. */
static int
block_signals(sigset_t *signals, struct jail_error *err)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
		SIGWINCH };

	sigemptyset(signals);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction action;

		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(signals, numbers[i]);
	}
	if (sigprocmask(SIG_BLOCK, signals, NULL) < 0)
		return jail_fail(err, errno, "sigprocmask");
	return 0;
}

int
errand_plan(const struct options *options, struct errand *errand, struct jail_error *err)
{
	const char *policy = options->policy ? options->policy : "";

	errand->config = options->config ? options->config : JAIL_CONFIG;
	if (errand->config[0] != '/') /* a supervisor reads it, from another directory */
		return jail_fail(err, 0, "--config: want an absolute path");
	if ((size_t)snprintf(errand->policy, sizeof(errand->policy), "%s", policy) >=
		sizeof(errand->policy))
		return jail_fail(err, 0, "--policy: no policy has so long a name");
	return block_signals(&errand->signals, err);
}

static int
plan_streams(const struct options *options, struct errand *errand, struct jail_error *err)
{
	if (streams_plan(&errand->streams, options->no_terminal, err) < 0)
		return -1;
	if (errand->streams.terminal) {
		environment_term(errand->term, sizeof(errand->term));
		if (ttyname_r(STDIN_FILENO, errand->login.tty, sizeof(errand->login.tty)) != 0)
			errand->login.tty[0] = '\0';
	}
	return login_check(&errand->login, err);
}

int
run_inside(const struct options *options, char **argv, struct jail_error *err)
{
	autofree struct errand *errand = calloc(1, sizeof(*errand)); /* some 40 KB */

	if (!errand)
		return fail_with(EXIT_OURS, err, "out of memory");
	errand->argv = argv;
	errand->streams = STREAMS_INITIAL;
	if (user_login(options, options->argv[0], &errand->login, err) != EXIT_YES ||
		errand_plan(options, errand, err) < 0 || plan_streams(options, errand, err) < 0)
		return EXIT_OURS;
	return outside_serve(errand, err);
}

int
command_exec(const struct options *options, struct jail_error *err)
{
	return run_inside(options, options->argv + 1, err);
}
