/* A session takes the seal's filter whole, or does not go on. */
#include "entry.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
static const struct sock_filter endless = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
static unsigned char too_long[(BPF_MAXINSNS + 1) * sizeof(allow)];

/* clang-format off */
static const struct {
	const char *what;
	const void *program;
	size_t size;
	const char *objection; /* NULL: the filter is on */
} rows[] = {
	{ "a filter",           &allow,   sizeof(allow),     NULL },
	{ "no filter",          NULL,     0,                 "the seal holds no filter" },
	{ "an empty filter",    &allow,   0,                 "the seal holds no filter" },
	{ "half a line",        &allow,   sizeof(allow) / 2, "the seal holds no filter" },
	{ "more than a filter", too_long, sizeof(too_long),  "the seal holds no filter" },
	{ "no good filter",     &endless, sizeof(endless),   "apply the filter: Invalid argument" },
};
/* clang-format on */

/* 0: loaded, and on. 1: refused as it should be, and off. */
static int
load_in_child(size_t row)
{
	static struct jail_entry entry;
	struct jail_error err = { .text = "" };
	int mode;

	entry.answer = wire_new(WIRE_SEAL);
	if (rows[row].program)
		wire_put(entry.answer, TAG_FILTER, rows[row].program, rows[row].size);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 2;
	if (filter_load(&entry, &err) == 0)
		return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER ? 0 : 3;
	mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
	return rows[row].objection && strcmp(err.text, rows[row].objection) == 0 && mode == 0
		       ? 1
		       : 4;
}

static void
a_seal_has_one_filter_or_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0)
			_exit(load_in_child(i));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != (rows[i].objection != NULL))
			fail_msg("%s: %#x", rows[i].what, (unsigned)status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seal_has_one_filter_or_is_refused),
	};

	return cmocka_run_group_tests_name("filter_load", tests, NULL, NULL);
}
