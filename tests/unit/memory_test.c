/*
 * memory_test.c - out of memory at any place: each allocation of ours fails once,
 * and each time there is an error with a sentence, no crash and, under
 * AddressSanitizer, no leak. Wrapped by the linker (Makefile), so libconfuse,
 * which asserts on it, keeps its own.
 */
#include "lookup.h"
#include "scratch_conf.h"
#include "scratch_lists.h"
#include "wire.h"

#include <errno.h>

static int left = -1; /* allocations until the one that fails; -1: none does */
static bool failed;

static bool
fails(void)
{
	if (left < 0 || left-- > 0)
		return false;
	errno = ENOMEM;
	return failed = true;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, count, size);
}

/* `act` returns 0 or -1, and leaves nothing allocated. */
static void
let_each_fail(int (*act)(struct jail_error *err), int expected)
{
	int count = 0;

	do {
		struct jail_error why = { .text = "" };
		int result;

		failed = false;
		left = count++;
		result = act(&why);
		left = -1;
		assert_int_equal(result, failed ? -1 : 0);
		assert_int_equal(strlen(why.text) > 0, failed);
	} while (failed);
	assert_true(count > expected);
}

static int
resolve(struct jail_error *why)
{
	const struct jail_paths paths = { "vendor", "jail.conf", "jail.conf.d" };
	static struct jail_verdict verdict;
	const struct jail_login login = login_in("alice", "sshd", "customers");
	struct jail_config *config = NULL;
	int result = config_load(&paths, &config, why);

	if (result == 0)
		result = config_resolve(config, &login, &verdict, why);
	assert_true(failed || verdict.kind == VERDICT_JAILED);
	config_free(config);
	return result;
}

static void
a_jail_conf_that_cannot_be_kept_is_an_error(void **state)
{
	(void)state;
	write_text("jail.conf",
		"policy \"base\" { image = \"shell\"  network = none }\n"
		"policy \"shop\" { inherit = \"base\"  mount \"/srv/%u\" { target = \"/www\" } }\n"
		"plan \"gold\" { memory_max = 2G  tasks_max = 200 }\n"
		"assign \"gold\" { group = {\"customers\", \"more\"}  plan = \"gold\"  policy = \"shop\" }\n");
	let_each_fail(resolve, 5);
}

static int
compile(struct jail_error *why)
{
	struct seccomp_program program = { .len = 0 };
	int result = seccomp_compile_name(lists_fd, "shell", &program, why);

	seccomp_program_free(&program);
	return result;
}

static void
a_filter_that_cannot_be_made_is_an_error(void **state)
{
	(void)state;
	let_each_fail(compile, 5);
}

static int
look_up(struct jail_error *why)
{
	static struct jail_login login;

	return login_lookup("root", &login, why);
}

static void
a_user_who_cannot_be_looked_up_is_an_error(void **state)
{
	(void)state;
	let_each_fail(look_up, 1);
}

static int
begin_message(struct jail_error *why)
{
	autowire struct wire_message *m = wire_new(WIRE_ADMIT);

	return m ? 0 : jail_fail(why, ENOMEM, "message");
}

static void
a_message_that_cannot_be_made_is_none(void **state)
{
	(void)state;
	let_each_fail(begin_message, 0);
}

static int
setup(void **state)
{
	return lists_setup(state) < 0 || scratch_setup(state) < 0;
}

static int
teardown(void **state)
{
	return scratch_teardown(state) != 0 || lists_teardown(state) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jail_conf_that_cannot_be_kept_is_an_error),
		cmocka_unit_test(a_filter_that_cannot_be_made_is_an_error),
		cmocka_unit_test(a_user_who_cannot_be_looked_up_is_an_error),
		cmocka_unit_test(a_message_that_cannot_be_made_is_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
