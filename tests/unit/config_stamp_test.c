/*
 * Whether the configuration's files are still those that were read. A "yes" that
 * is wrong keeps a customer in a policy that is no more.
 */
#include "scratch_conf.h"

static const struct jail_paths paths = { "vendor", "jail.conf", "jail.conf.d" };

static struct config_stamp before;

/* As if everything had been there for long. */
static struct config_stamp
old_stamp(void)
{
	struct config_stamp stamp = config_stamp(&paths);

	stamp.settled = true;
	return stamp;
}

static bool
seems_unchanged(void)
{
	struct config_stamp now = old_stamp();

	return config_stamp_same(&before, &now);
}

static int
setup(void **state)
{
	if (scratch_setup(state) < 0)
		return -1;
	write_text("jail.conf", "policy \"a\" { }\n");
	write_text("jail.conf.d/10.conf", "policy \"b\" { }\n");
	before = old_stamp();
	return 0;
}

static void
unchanged_files_are_the_same(void **state)
{
	(void)state;
	assert_true(seems_unchanged());
}

static void
a_rewritten_file_is_another(void **state)
{
	(void)state;
	write_text("jail.conf", "policy \"c\" { }\n"); /* of the same size */
	assert_false(seems_unchanged());
}

static void
a_file_written_in_place_is_another(void **state)
{
	int fd = open("jail.conf", O_WRONLY);

	(void)state;
	assert_int_equal(pwrite(fd, "policy \"c\" { } \n", 16, 0), 16);
	close(fd);
	assert_false(seems_unchanged());
}

static void
a_new_drop_in_is_seen(void **state)
{
	(void)state;
	write_text("jail.conf.d/20.conf", "");
	assert_false(seems_unchanged());
}

static void
a_drop_in_that_went_is_seen(void **state)
{
	(void)state;
	remove("jail.conf.d/10.conf");
	assert_false(seems_unchanged());
}

static void
a_file_that_others_may_write_now_is_another(void **state)
{
	(void)state;
	assert_int_equal(chmod("jail.conf.d/10.conf", 0666), 0);
	assert_false(seems_unchanged());
}

static void
another_main_file_is_another(void **state)
{
	const struct jail_paths others = { "vendor", "jail.conf.d/10.conf", "jail.conf.d" };
	struct config_stamp other = config_stamp(&others);

	(void)state;
	other.settled = true;
	assert_false(config_stamp_same(&before, &other));
}

static void
what_changed_just_now_is_never_the_same(void **state)
{
	struct config_stamp now = config_stamp(&paths);

	(void)state;
	assert_false(now.settled);
	assert_false(config_stamp_same(&now, &now));
}

static void
a_missing_file_is_never_the_same(void **state)
{
	struct config_stamp now;

	(void)state;
	remove("jail.conf");
	now = config_stamp(&paths);
	assert_false(now.settled);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unchanged_files_are_the_same),
		TEST(a_rewritten_file_is_another),
		TEST(a_file_written_in_place_is_another),
		TEST(a_new_drop_in_is_seen),
		TEST(a_drop_in_that_went_is_seen),
		TEST(a_file_that_others_may_write_now_is_another),
		TEST(another_main_file_is_another),
		TEST(what_changed_just_now_is_never_the_same),
		TEST(a_missing_file_is_never_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
