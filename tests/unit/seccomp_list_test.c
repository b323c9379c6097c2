/*
 * seccomp_list_test.c - a list is read whole and understood, or refused with
 * the place and the reason.
 */
#include "fd.h"
#include "scratch_lists.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Compiles t.list with this text and gives the error, or "". */
static const char *
complaint(const char *text)
{
	static struct jail_error err;
	struct seccomp_program program;

	lists_put("t.list", text, strlen(text));
	if (seccomp_compile_name(lists_fd, "t", &program, &err) < 0)
		return err.text;
	seccomp_program_free(&program);
	return "";
}

static void
a_line_not_understood_refuses_the_list(void **state)
{
	static const struct {
		const char *text, *complaint;
	} rows[] = {
		{ "read", "t.list:1: a line without a reason" },
		{ "read #", "t.list:1: a line without a reason" },
		{ "read #  \n", "t.list:1: a line without a reason" },
		{ "\n# c\nraed # x", "t.list:3: unknown system call raed" },
		{ "-1 # x", "t.list:1: unknown system call -1" },
		{ "? # x", "t.list:1: unknown system call ?" },
		{ "?Read # x", "t.list:1: unknown system call ?Read" },
		{ "?raed # x", "" },
		{ "read EPREM # x", "t.list:1: unknown action EPREM" },
		{ "read allow # x", "t.list:1: unknown action allow" },
		{ "read EPERM EPERM # x", "t.list:1: 'EPERM' instead of 'if'" },
		{ "read if # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 == # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg6 == 1 # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg00 == 1 # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 = 1 # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 == -1 # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 == 0x100000000 # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 == 1| # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 == TIOCFOO # x", "t.list:1: not a condition after 'if'" },
		{ "read if arg0 == 1 or arg0 == 2 # x", "t.list:1: 'or' instead of 'and'" },
		{ "read if arg0 == 1 and # x", "t.list:1: not a condition after 'and'" },
		{ "read if arg0 == 1 and arg1 == 1 and arg2 == 1 and arg3 == 1 # x",
			"t.list:1: too many conditions" },
		{ "read # x\nread EPERM # y", "t.list:2: never reached, line 1 decides" },
		{ "read\r # x", "t.list: not plain ASCII at byte 4" },
		{ "read # caf\xc3\xa9", "t.list: not plain ASCII at byte 10" },
		{ "include # x", "t.list:1: include takes one name" },
		{ "include a b # x", "t.list:1: include takes one name" },
		{ "include ../t # x", "t.list:1: not the name of a list" },
		{ "include t # x", "t.list:1: t is included twice" },
		{ "include nosuch # x",
			"t.list:1: open nosuch.list: No such file or directory" },
		{ "a b c d e f g h i j k l m n o p q r s t u # x", "t.list:1: too many words" },
		{ "read if arg0 == AF_UNIX and arg1 & CLONE_NEWNS|0x80 # x", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(complaint(rows[i].text), rows[i].complaint);
}

static void
a_nul_byte_hides_nothing(void **state)
{
	struct seccomp_program program;
	struct jail_error err;

	(void)state;
	lists_put("t.list", "read # x\n\0bpf # x\n", 18);
	assert_int_equal(seccomp_compile_name(lists_fd, "t", &program, &err), -1);
	assert_string_equal(err.text, "t.list: not plain ASCII at byte 9");
}

static void
a_list_that_others_may_write_is_refused(void **state)
{
	static const mode_t modes[] = { 0620, 0602, 0666 };
	struct seccomp_program program;
	struct jail_error err;

	(void)state;
	assert_string_equal(complaint("read # x\n"), "");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(fchmodat(lists_fd, "t.list", modes[i], 0), 0);
		assert_int_equal(seccomp_compile_name(lists_fd, "t", &program, &err), -1);
		assert_string_equal(err.text, "t.list: writable by others than its owner");
	}
	unlinkat(lists_fd, "t.list", 0);
}

static void
a_list_of_a_stranger_is_refused(void **state)
{
	struct seccomp_program program;
	struct jail_error err;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_string_equal(complaint("read # x\n"), "");
	assert_int_equal(fchownat(lists_fd, "t.list", 12345, 0, 0), 0);
	assert_int_equal(seccomp_compile_name(lists_fd, "t", &program, &err), -1);
	assert_string_equal(err.text, "t.list: owned by uid 12345");
	unlinkat(lists_fd, "t.list", 0);
}

static void
only_a_regular_file_is_a_list(void **state)
{
	struct seccomp_program program;
	struct jail_error err;

	(void)state;
	unlinkat(lists_fd, "t.list", 0);
	assert_int_equal(mkfifoat(lists_fd, "t.list", 0600), 0);
	alarm(10); /* instead of a test that hangs */
	assert_int_equal(seccomp_compile_name(lists_fd, "t", &program, &err), -1);
	alarm(0);
	assert_string_equal(err.text, "t.list: not a regular file");
	unlinkat(lists_fd, "t.list", 0);

	assert_int_equal(symlinkat("base.list", lists_fd, "t.list"), 0);
	assert_int_equal(seccomp_compile_name(lists_fd, "t", &program, &err), -1);
	assert_int_equal(err.errnum, ELOOP);
	unlinkat(lists_fd, "t.list", 0);
}

static void
a_list_has_a_size_limit(void **state)
{
	struct seccomp_program program;
	struct jail_error err;

	(void)state;
	lists_put("t.list", "read # x\n", 9);
	{
		autoclose int fd = openat(lists_fd, "t.list", O_WRONLY | O_CLOEXEC);

		assert_int_equal(ftruncate(fd, 100L * 1024 * 1024), 0);
	}
	assert_int_equal(seccomp_compile_name(lists_fd, "t", &program, &err), -1);
	assert_string_equal(err.text, "t.list: larger than 131072 bytes");
	unlinkat(lists_fd, "t.list", 0);
}

static void
a_rule_is_found_with_its_place_and_reason(void **state)
{
	struct seccomp_list list;
	struct jail_error err;
	int at;

	(void)state;
	complaint("# head\nkeyctl EPERM  #  no keys  here\nread # x\n");
	assert_int_equal(seccomp_list_read(lists_fd, "t", &list, &err), 0);
	at = seccomp_list_find(&list, "keyctl", 0, &err);
	assert_int_equal(at, 0);
	assert_string_equal(list.rules[at].file, "t.list");
	assert_int_equal(list.rules[at].line, 2);
	assert_string_equal(list.rules[at].text, "keyctl EPERM");
	assert_string_equal(list.rules[at].reason, "no keys  here");
	assert_int_equal(seccomp_list_find(&list, "keyctl", 1, &err), list.rule_count);
	assert_int_equal(seccomp_list_find(&list, "keyctll", 0, &err), -1);
	seccomp_list_free(&list);
}

int
main(void)
{
	const struct CMUnitTest seccomp_list_tests[] = {
		cmocka_unit_test(a_line_not_understood_refuses_the_list),
		cmocka_unit_test(a_nul_byte_hides_nothing),
		cmocka_unit_test(a_list_that_others_may_write_is_refused),
		cmocka_unit_test(a_list_of_a_stranger_is_refused),
		cmocka_unit_test(only_a_regular_file_is_a_list),
		cmocka_unit_test(a_list_has_a_size_limit),
		cmocka_unit_test(a_rule_is_found_with_its_place_and_reason),
	};

	return cmocka_run_group_tests(seccomp_list_tests, lists_setup, lists_teardown);
}
