/* budget_test.c - so much in a second, and ten seconds' worth at once. */
#include "budget.h"

#include "policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { BOOTED = 1000000 };

static struct budget budget;

/* How many lines of `bytes` pass at that moment. */
static unsigned
passes(uint64_t lines, uint64_t bytes, uint64_t now, size_t size)
{
	unsigned count = 0;

	while (count < 100000 &&
		budget_spend(&budget, (struct budget_rate){ lines, bytes }, now, size))
		count++;
	return count;
}

static void
ten_seconds_worth_passes_at_once_and_then_the_rate(void **state)
{
	(void)state;
	budget = (struct budget){ 0 };
	assert_int_equal(passes(20, LIMIT_NONE, BOOTED, 1), 200);
	assert_int_equal(passes(20, LIMIT_NONE, BOOTED + 49, 1), 0);
	assert_int_equal(passes(20, LIMIT_NONE, BOOTED + 50, 1), 1);
	assert_int_equal(passes(20, LIMIT_NONE, BOOTED + 1050, 1), 20);
}

static void
asking_often_gains_and_loses_nothing(void **state)
{
	unsigned count = 0;

	(void)state;
	budget = (struct budget){ 0 };
	passes(3, LIMIT_NONE, BOOTED, 1);
	for (uint64_t ms = 1; ms <= 10000; ms++)
		count += passes(3, LIMIT_NONE, BOOTED + ms, 1);
	assert_int_equal(count, 30);
}

static void
silence_is_saved_up_for_ten_seconds_only(void **state)
{
	(void)state;
	budget = (struct budget){ 0 };
	passes(20, LIMIT_NONE, BOOTED, 1);
	assert_int_equal(passes(20, LIMIT_NONE, BOOTED + 3600 * 1000, 1), 200);
}

static void
bytes_count_by_themselves(void **state)
{
	(void)state;
	budget = (struct budget){ 0 };
	assert_int_equal(passes(LIMIT_NONE, 1000, BOOTED, 400), 25);
	assert_int_equal(passes(LIMIT_NONE, 1000, BOOTED + 399, 400), 0);
	assert_int_equal(passes(LIMIT_NONE, 1000, BOOTED + 400, 400), 1);
}

/* A line that is too long for what is left does not eat up what is left. */
static void
what_does_not_pass_costs_nothing(void **state)
{
	(void)state;
	budget = (struct budget){ 0 };
	assert_int_equal(passes(20, 100, BOOTED, 1001), 0);
	assert_int_equal(passes(20, 100, BOOTED, 10), 100);
}

static void
none_is_no_limit(void **state)
{
	(void)state;
	budget = (struct budget){ 0 };
	assert_int_equal(passes(LIMIT_NONE, LIMIT_NONE, BOOTED, 1024), 100000);
}

static void
the_largest_rates_do_not_overflow(void **state)
{
	(void)state;
	budget = (struct budget){ 0 };
	assert_int_equal(passes(1000000, 1ULL << 30, BOOTED, 1024), 100000);
	assert_true(budget.lines < 1000000ULL * 10000);
	assert_true(budget.bytes < (1ULL << 30) * 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_seconds_worth_passes_at_once_and_then_the_rate),
		cmocka_unit_test(asking_often_gains_and_loses_nothing),
		cmocka_unit_test(silence_is_saved_up_for_ten_seconds_only),
		cmocka_unit_test(bytes_count_by_themselves),
		cmocka_unit_test(what_does_not_pass_costs_nothing),
		cmocka_unit_test(none_is_no_limit),
		cmocka_unit_test(the_largest_rates_do_not_overflow),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
