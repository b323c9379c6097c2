/*
 * selftest.c - jailctl selftest: enters a user's jail by the steps of a login and
 * tries to get out. What is blocked inside is compared with a control outside, in
 * which the same attempt works: else it is no proof.
 */
#include "selftest.h"

#include "bait.h"
#include "fd.h"
#include "user.h"

#include <stdio.h>
#include <string.h>

static int
prepare(struct selftest *selftest, struct jail_error *err)
{
	const struct options *options = selftest->options;
	int code = user_login(options, options->argv[0], &selftest->errand.login, err);

	if (code != EXIT_YES)
		return code;
	if (options->control && strcmp(options->control, "chroot") != 0)
		return fail_with(EXIT_USAGE, err, "--control: there is only \"chroot\"");
	selftest->trials.only = options->only;
	selftest->errand.streams = STREAMS_NONE;
	selftest->errand.trials = &selftest->trials;
	snprintf(selftest->trials.bait.first, sizeof(selftest->trials.bait.first), "1");
	snprintf(selftest->trials.bait.exe, sizeof(selftest->trials.bait.exe), "/proc/1/exe");
	return errand_plan(options, &selftest->errand, err) < 0 ? EXIT_NO : EXIT_YES;
}

static int
try_in_jail(struct selftest *selftest, struct jail_error *err)
{
	return outside_serve(&selftest->errand, err) == EXIT_YES ? 0 : -1;
}

static int
try_all(struct selftest *selftest, struct jail_error *err)
{
	struct lure lure = { .server = 0 };
	int result = lure_lay(&lure, &selftest->errand.login, &selftest->trials, err);

	if (result == 0)
		result = selftest_control(selftest, err);
	if (result == 0 && !selftest->options->control)
		result = try_in_jail(selftest, err);
	lure_remove(&lure);
	return result == 0 ? selftest_report(selftest, err) : EXIT_NO;
}

static int
share_memory(struct selftest *selftest, struct jail_error *err)
{
	struct shared **shared[] = { &selftest->trials.shared, &selftest->in_cell,
		&selftest->on_host };

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		*shared[i] = shared_new(err); /* our end unmaps it */
		if (!*shared[i])
			return EXIT_NO;
	}
	return EXIT_YES;
}

int
command_selftest(const struct options *options, struct jail_error *err)
{
	autofree struct selftest *selftest = calloc(1, sizeof(*selftest)); /* some 50 KB */
	int code;

	if (!selftest)
		return fail_with(EXIT_NO, err, "out of memory");
	selftest->options = options;
	code = share_memory(selftest, err);
	if (code == EXIT_YES)
		code = prepare(selftest, err);
	return code == EXIT_YES ? try_all(selftest, err) : code;
}
