/*
 * How an attempt ended is known, whatever ended it. The filters are put on in a
 * process that ends with them.
 */
#include "trials.h"

#include <errno.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* "swap" is one swapon(2), of a file that is not there. */
static const char only[] = "swap";

/* What came of it where `action` is what the filter does to `call`. */
static struct outcome
outcome_under(uint32_t action, int call)
{
	struct jail_error err;
	struct trials trials = { .bait = { .tag = "unit" }, .only = only };
	struct outcome outcome = { .answer = NOT_TRIED };
	pid_t child;
	int status;

	trials.shared = shared_new(&err);
	assert_non_null(trials.shared);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

		if (seccomp_rule_add(filter, action, call, 0) < 0 || seccomp_load(filter) < 0)
			_exit(1);
		trials_run(&trials, USER, STANDS_IN_JAIL);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < attempt_count; i++)
		if (strcmp(attempts[i].name, only) == 0)
			outcome = trials.shared->outcomes[i][USER];
	shared_free(trials.shared);
	return outcome;
}

static void
what_is_ended_for_trying_is_blocked(void **state)
{
	struct outcome outcome = outcome_under(SCMP_ACT_KILL_PROCESS, SCMP_SYS(swapon));

	(void)state;
	assert_int_equal(outcome.answer, BLOCKED);
	assert_string_equal(outcome.reason, "ended by signal 31");
}

static void
what_is_refused_is_blocked_by_its_error(void **state)
{
	struct outcome outcome = outcome_under(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(swapon));

	(void)state;
	assert_int_equal(outcome.answer, BLOCKED);
	assert_non_null(strstr(outcome.reason, "Function not implemented"));
}

/* Nothing was tried: that proves no defence. */
static void
what_could_not_be_made_is_not_blocked(void **state)
{
	struct outcome outcome = outcome_under(SCMP_ACT_ERRNO(EAGAIN), SCMP_SYS(clone));

	(void)state;
	assert_int_equal(outcome.answer, NOT_TRIED);
	assert_string_equal(outcome.reason, "fork: Resource temporarily unavailable");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_ended_for_trying_is_blocked),
		cmocka_unit_test(what_is_refused_is_blocked_by_its_error),
		cmocka_unit_test(what_could_not_be_made_is_not_blocked),
	};

	return cmocka_run_group_tests_name("jailctl_trials", tests, NULL, NULL);
}
