/*
 * explain.c - jailctl explain: what a login would get, as a jail.conf that leads
 * to the same; then the rows that a supervisor and a session walk, as they are
 * compiled into them. Nothing is decided here.
 */
#include "explain.h"

#include "conf.h"
#include "explain_json.h"
#include "fd.h"
#include "steps.h"
#include "syscall.h"
#include "user.h"

#include <stdio.h>
#include <stdlib.h>

struct question {
	const struct options *options;
	const char *user; /* NULL: about nobody in particular */
	struct jail_login login;
	struct jail_verdict verdict;
	struct conf conf;
};

static int
resolve(struct question *q, struct jail_error *err)
{
	const char *policy = q->options->policy;
	const struct jail_config *config = q->conf.config;
	int result;

	if (policy && config_policy(config, policy, &q->verdict.policy, err) < 0)
		return EXIT_NOBODY;
	result = policy ? config_resolve_under(config, &q->login, policy, &q->verdict, err)
			: config_resolve(config, &q->login, &q->verdict, err);
	return result < 0 ? EXIT_NO : EXIT_YES;
}

static int
answer_verdict(const struct question *q, struct jail_error *err)
{
	bool refused = q->verdict.kind == VERDICT_REFUSED;

	if (q->options->json) {
		if (explain_json(&q->login, &q->verdict, err) < 0)
			return EXIT_NO;
	} else {
		explain_verdict(&q->verdict, stdout);
		if (!q->options->quiet && q->verdict.kind == VERDICT_JAILED)
			steps_print(&q->verdict.policy);
	}
	return refused ? EXIT_NO : EXIT_YES;
}

static int
answer_syscall(struct question *q, struct jail_error *err)
{
	const struct options *options = q->options;

	if (!q->user &&
		config_policy(q->conf.config, options->policy, &q->verdict.policy, err) < 0)
		return EXIT_NOBODY;
	if (q->user && q->verdict.kind != VERDICT_JAILED)
		return fail_with(EXIT_NO, err, "user %s is not jailed: jailctl explain %s",
			q->login.user, q->login.user);
	return syscall_explain(&q->conf, &q->verdict.policy, options, err);
}

static int
answer(struct question *q, struct jail_error *err)
{
	const struct options *options = q->options;
	int code = EXIT_YES;

	if (q->user)
		code = user_login(options, q->user, &q->login, err);
	if (code == EXIT_YES)
		code = conf_load(options, options->config, &q->conf, err);
	if (code == EXIT_YES && q->user)
		code = resolve(q, err);
	if (code != EXIT_YES)
		return code;
	return options->syscall ? answer_syscall(q, err) : answer_verdict(q, err);
}

static int
about_nobody(const struct options *options, struct jail_error *err)
{
	if (!options->json) {
		steps_print(NULL);
		return EXIT_YES;
	}
	return explain_json(NULL, NULL, err) < 0 ? EXIT_NO : EXIT_YES;
}

int
command_explain(const struct options *options, struct jail_error *err)
{
	autofree struct question *q = calloc(1, sizeof(*q)); /* some 90 KB */
	int code;

	if (!q)
		return fail_with(EXIT_NO, err, "out of memory");
	q->options = options;
	q->user = options->argv[0];
	if (!q->user && !options->syscall)
		return about_nobody(options, err);
	if (!q->user && !options->policy)
		return fail_with(EXIT_USAGE, err, "--syscall: for which USER, or --policy?");
	code = answer(q, err);
	conf_free(&q->conf);
	return code;
}
