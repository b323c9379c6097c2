/* step_test.c - the order of the two step tables is data, so its rules are tests. */
#include "entry.h"
#include "step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static char trace[64];

static int
note(const char *what, int result)
{
	strcat(trace, what);
	return result;
}

static int
do_a(void *work, struct jail_error *err)
{
	(void)work;
	(void)err;
	return note("+a", 0);
}

static int
do_b(void *work, struct jail_error *err)
{
	(void)work;
	(void)err;
	return note("+b", 0);
}

static int
do_no(void *work, struct jail_error *err)
{
	(void)work;
	note("!", 0);
	return jail_fail(err, 0, "no");
}

static int
do_not_subject(void *work, struct jail_error *err)
{
	(void)work;
	(void)err;
	return note("0", STEP_NO_JAIL);
}

static void
undo_a(void *work)
{
	(void)work;
	note("-a", 0);
}

static void
undo_b(void *work)
{
	(void)work;
	note("-b", 0);
}

static enum jail_outcome
walk(const struct jail_step *steps, size_t count, struct jail_error *err)
{
	const bool user_namespace = false;
	size_t done;

	trace[0] = '\0';
	*err = (struct jail_error){ .errnum = 0 };
	return run_steps(NULL, steps, count, &user_namespace, &done, err);
}

static void
a_refusal_undoes_earlier_rows_newest_first(void **state)
{
	const struct jail_step steps[] = {
		{ "a", "", PREPARE, ALWAYS, do_a, undo_a },
		{ "b", "", PREPARE, ALWAYS, do_b, undo_b },
		{ "c", "", PREPARE, ALWAYS, do_no, undo_a },
	};
	struct jail_error err;

	(void)state;
	assert_int_equal(walk(steps, 3, &err), JAIL_REFUSED);
	assert_string_equal(trace, "+a+b!-b-a");
	assert_string_equal(err.text, "c: no");
}

static void
a_failure_after_the_crossing_undoes_nothing(void **state)
{
	const struct jail_step steps[] = {
		{ "a", "", PREPARE, ALWAYS, do_a, undo_a },
		{ "b", "", CROSS, ALWAYS, do_no, NULL },
	};
	struct jail_error err;

	(void)state;
	assert_int_equal(walk(steps, 2, &err), JAIL_BROKEN);
	assert_string_equal(trace, "+a!");
}

static void
a_user_without_a_jail_is_left_as_he_was(void **state)
{
	const struct jail_step steps[] = {
		{ "a", "", PREPARE, ALWAYS, do_a, undo_a },
		{ "b", "", PREPARE, ALWAYS, do_not_subject, undo_b },
		{ "c", "", CROSS, ALWAYS, do_b, NULL },
	};
	struct jail_error err;

	(void)state;
	assert_int_equal(walk(steps, 3, &err), JAIL_NONE);
	assert_string_equal(trace, "+a0-a");
}

static void
the_way_in_never_goes_back_a_phase(void **state)
{
	(void)state;
	for (size_t i = 1; i < enter_step_count; i++)
		assert_true(enter_steps[i].phase >= enter_steps[i - 1].phase);
}

static void
only_prepare_rows_are_undone(void **state)
{
	(void)state;
	for (size_t i = 0; i < enter_step_count; i++)
		if (enter_steps[i].undo)
			assert_int_equal(enter_steps[i].phase, PREPARE);
}

static void
after_seccomp_nothing_acts(void **state)
{
	(void)state;
	assert_string_equal(enter_steps[enter_step_count - 2].name, "seccomp");
	assert_int_equal(enter_steps[enter_step_count - 1].phase, VERIFY);
}

static void
every_row_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < enter_step_count; i++)
		assert_true(strlen(enter_steps[i].why) > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_undoes_earlier_rows_newest_first),
		cmocka_unit_test(a_failure_after_the_crossing_undoes_nothing),
		cmocka_unit_test(a_user_without_a_jail_is_left_as_he_was),
		cmocka_unit_test(the_way_in_never_goes_back_a_phase),
		cmocka_unit_test(only_prepare_rows_are_undone),
		cmocka_unit_test(after_seccomp_nothing_acts),
		cmocka_unit_test(every_row_says_why),
	};

	return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
