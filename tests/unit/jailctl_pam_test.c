/* jailctl_pam_test.c - a PAM stack is read as libpam reads it, or said to be broken. */
#include "pam_stack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static enum pam_read
read_one(const char *text, struct pam_line *line)
{
	struct pam_reader reader = pam_reader(text, strlen(text));

	return pam_read(&reader, line);
}

static void
a_line_has_type_control_module_and_arguments(void **state)
{
	struct pam_line line;

	(void)state;
	assert_int_equal(read_one("# c\n\n session\trequired  /lib/x.so  a=b\t[c d] # e\n",
				 &line),
		PAM_READ_LINE);
	assert_int_equal(line.number, 3);
	assert_int_equal(line.type, PAM_SESSION);
	assert_int_equal(line.kind, PAM_LINE_MODULE);
	assert_false(line.may_lack);
	assert_string_equal(line.module, "/lib/x.so");
	assert_string_equal(line.arguments, "a=b c d");
	assert_int_equal(read_one("-Session REQUIRED x.so", &line), PAM_READ_LINE);
	assert_true(line.may_lack);
}

static void
a_backslash_continues_a_line_and_a_comment_ends_it(void **state)
{
	const char *text = "session \\\n required \\ \n x.so\nauth required y.so # \\\nauth\\";
	struct pam_reader reader = pam_reader(text, strlen(text));
	struct pam_line line;

	(void)state;
	assert_int_equal(pam_read(&reader, &line), PAM_READ_LINE);
	assert_string_equal(line.module, "x.so");
	assert_int_equal(line.number, 1);
	assert_int_equal(pam_read(&reader, &line), PAM_READ_LINE);
	assert_string_equal(line.module, "y.so");
	assert_int_equal(line.number, 4);
	assert_int_equal(pam_read(&reader, &line), PAM_READ_BROKEN);
	assert_int_equal(line.number, 5);
	assert_int_equal(pam_read(&reader, &line), PAM_READ_END);
}

static void
controls_say_what_happens_for_each_code(void **state)
{
	/* clang-format off */
	static const struct { const char *control, *code; int action; } rows[] = {
		{ "required",   "success",    PAM_ACTION_OK },
		{ "required",   "ignore",     PAM_ACTION_IGNORE },
		{ "required",   "system_err", PAM_ACTION_BAD },
		{ "requisite",  "system_err", PAM_ACTION_DIE },
		{ "optional",   "system_err", PAM_ACTION_IGNORE },
		{ "sufficient", "success",    PAM_ACTION_DONE },
		{ "sufficient", "system_err", PAM_ACTION_IGNORE },
		{ "[success=2 default=ignore]", "success", 2 },
		{ "[success=2 default=ignore]", "system_err", PAM_ACTION_IGNORE },
		{ "[default=die system_err=ignore]", "system_err", PAM_ACTION_IGNORE },
		{ "[default=die system_err=ignore]", "buf_err", PAM_ACTION_DIE },
		{ "[success=ok]", "system_err", PAM_ACTION_BAD },
		{ "[ Success=OK  system_err=ignore ]", "system_err", PAM_ACTION_IGNORE },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pam_line line;
		char text[128];

		snprintf(text, sizeof(text), "session %s x.so", rows[i].control);
		assert_int_equal(read_one(text, &line), PAM_READ_LINE);
		assert_int_equal(pam_control_action(&line.control, rows[i].code),
			rows[i].action);
	}
}

static void
what_is_not_understood_is_broken(void **state)
{
	static const char *const broken[] = { "session", "session required",
		"sessions required x", "session requierd x.so", "session [success] x.so",
		"session [success=maybe] x.so", "session [success=0] x.so",
		"session [=ok] x.so", "@include", "session include", "required x.so" };
	struct pam_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_int_equal(read_one(broken[i], &line), PAM_READ_BROKEN);
}

static void
any_bytes_come_to_an_end(void **state)
{
	static const char good[] = "@include a\n-session [success=1 default=bad] x.so a\\\n b\n"
				   "auth substack c\n";
	char text[sizeof(good)];

	(void)state;
	for (size_t cut = 0; cut < sizeof(good); cut++)
		for (int byte = 0; byte < 256; byte++) {
			struct pam_reader reader;
			struct pam_line line;
			int lines = 0;

			memcpy(text, good, sizeof(good));
			text[cut] = (char)byte;
			reader = pam_reader(text, byte % 2 ? sizeof(good) : cut + 1);
			while (pam_read(&reader, &line) != PAM_READ_END)
				assert_in_range(++lines, 1, 10);
		}
}

/* --- stacks ------------------------------------------------------------------- */

static char directory[] = "/tmp/pam_test.XXXXXX";
static const char *const directories[] = { "/nonexistent", directory, NULL };

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
included_lines_stand_where_they_are_included(void **state)
{
	autostack struct pam_stack stack;
	struct jail_error err;

	(void)state;
	write_file("common", "auth required a.so\nsession required b.so\n");
	write_file("sub", "session required c.so\naccount required d.so\n");
	write_file("service",
		"@include common\nsession substack sub\nsession include common\nsession required e.so\n");
	assert_int_equal(pam_stack_load(directories, "service", &stack, &err), 0);
	assert_int_equal(stack.count, 5);
	assert_string_equal(stack.rows[0].line.module, "a.so");
	assert_string_equal(stack.rows[1].line.module, "b.so");
	assert_string_equal(stack.rows[2].line.module, "c.so");
	assert_int_equal(stack.rows[2].level, 1);
	assert_string_equal(stack.rows[3].line.module, "b.so");
	assert_int_equal(stack.rows[3].level, 0);
	assert_string_equal(stack.rows[4].line.module, "e.so");
	assert_string_equal(strrchr(stack.rows[3].file, '/'), "/common");
	assert_int_equal(pam_stack_find(&stack, PAM_SESSION, "e.so"), 4);
	assert_int_equal(pam_stack_find(&stack, PAM_AUTH, "e.so"), -1);
}

static void
a_service_without_a_file_is_other(void **state)
{
	autostack struct pam_stack stack;
	struct jail_error err;

	(void)state;
	write_file("other", "session required pam_deny.so\n");
	assert_int_equal(pam_stack_load(directories, "nobody", &stack, &err), 0);
	assert_int_equal(stack.count, 1);
	assert_string_equal(strrchr(stack.files[0], '/'), "/other");
}

static void
a_stack_that_is_not_understood_is_an_error_with_its_place(void **state)
{
	struct pam_stack stack;
	struct jail_error err;

	(void)state;
	write_file("loop", "@include loop\n");
	assert_int_equal(pam_stack_load(directories, "loop", &stack, &err), -1);
	write_file("lacks", "\nsession include not_there\n");
	assert_int_equal(pam_stack_load(directories, "lacks", &stack, &err), -1);
	assert_non_null(strstr(err.text, "/lacks:2: there is no file not_there"));
	write_file("wrong", "session required a.so\nsession reqired b.so\n");
	assert_int_equal(pam_stack_load(directories, "wrong", &stack, &err), -1);
	assert_non_null(strstr(err.text, "/wrong:2: "));
}

/* Does the first row of the service get past the last? */
static bool
skips(const char *text)
{
	autostack struct pam_stack stack;
	struct jail_error err;

	write_file("jump", text);
	assert_int_equal(pam_stack_load(directories, "jump", &stack, &err), 0);
	return pam_stack_skips(&stack, 0, stack.count - 1);
}

static void
jumps_are_counted_as_libpam_counts_them(void **state)
{
	(void)state;
	write_file("two", "session required a.so\nsession required b.so\n");
	write_file("enough", "session sufficient a.so\nsession required b.so\n");
	assert_false(skips("session required x\nsession required z\n"));
	assert_false(skips("session optional x\nsession required z\n"));
	assert_true(skips("session sufficient x\nsession required z\n"));
	assert_true(skips("session [success=1 default=ignore] x\nsession required z\n"));
	assert_false(skips(
		"session [success=1 default=ignore] x\nsession required y\nsession required z\n"));
	assert_false(skips(
		"session [default=1] x\nauth required a\nsession requisite y\nsession required z\n"));
	/* a substack is one step, what is included is not */
	assert_true(skips(
		"session [success=2 default=bad] x\nsession substack two\nsession required z\n"));
	assert_false(skips(
		"session [success=2 default=bad] x\nsession include two\nsession required z\n"));
	/* "done" ends the substack that it stands in */
	assert_false(skips("session substack enough\nsession required z\n"));
	assert_true(skips("session include enough\nsession required z\n"));
}

static int
make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int
remove_directory(void **state)
{
	static const char *const names[] = { "common", "sub", "service", "other", "loop",
		"lacks", "wrong", "jump", "two", "enough" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	return rmdir(directory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_type_control_module_and_arguments),
		cmocka_unit_test(a_backslash_continues_a_line_and_a_comment_ends_it),
		cmocka_unit_test(controls_say_what_happens_for_each_code),
		cmocka_unit_test(what_is_not_understood_is_broken),
		cmocka_unit_test(any_bytes_come_to_an_end),
		cmocka_unit_test(included_lines_stand_where_they_are_included),
		cmocka_unit_test(a_service_without_a_file_is_other),
		cmocka_unit_test(a_stack_that_is_not_understood_is_an_error_with_its_place),
		cmocka_unit_test(jumps_are_counted_as_libpam_counts_them),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
