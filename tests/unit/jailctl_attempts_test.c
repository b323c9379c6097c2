/* The table of selftest's attempts: what can be said of it without making one. */
#include "attempts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
every_attempt_has_a_name_of_its_own(void **state)
{
	(void)state;
	assert_true(attempt_count <= ATTEMPTS_MAX);
	for (size_t i = 0; i < attempt_count; i++) {
		assert_true(attempts[i].name[strspn(attempts[i].name,
				    "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0');
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(attempts[i].name, attempts[j].name);
	}
}

static void
every_attempt_says_in_one_line_what_it_means(void **state)
{
	(void)state;
	for (size_t i = 0; i < attempt_count; i++) {
		const char *meaning = attempts[i].meaning;
		size_t length = strlen(meaning);

		assert_in_range(length, 10, 100);
		assert_int_not_equal(meaning[length - 1], '.');
	}
}

static void
every_attempt_is_made_by_somebody(void **state)
{
	(void)state;
	for (size_t i = 0; i < attempt_count; i++)
		assert_false(attempts[i].not_by[USER] && attempts[i].not_by[MONITOR]);
}

/* An attempt at a file of that name would be blocked everywhere. */
static void
every_parameter_of_the_bait_exists(void **state)
{
	const struct bait bait = { .tag = "x" };

	(void)state;
	for (size_t i = 0; i < attempt_count; i++)
		for (size_t at = 0; at < ATTEMPT_ARGS; at++)
			if (attempts[i].args[at] && attempts[i].args[at][0] == '@')
				assert_string_equal(bait_value(&bait, USER,
							    attempts[i].args[at]),
					"");
}

static void
what_was_not_laid_out_is_not_tried(void **state)
{
	const struct bait bait = { .tag = "x" };

	(void)state;
	for (size_t i = 0; i < attempt_count; i++) {
		struct trial trial = { .bait = &bait };

		if (attempts[i].args[0] && attempts[i].args[0][0] == '@')
			assert_int_equal(attempt_make(&attempts[i], USER, &trial), SENSELESS);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_attempt_has_a_name_of_its_own),
		cmocka_unit_test(every_attempt_says_in_one_line_what_it_means),
		cmocka_unit_test(every_attempt_is_made_by_somebody),
		cmocka_unit_test(every_parameter_of_the_bait_exists),
		cmocka_unit_test(what_was_not_laid_out_is_not_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
