/* escape_test.c - what comes from inside is one word of one line. */
#include "escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *
escaped(const char *text)
{
	static char out[64];

	escape_text(out, sizeof(out), text, strlen(text));
	return out;
}

static void
printable_ascii_stays(void **state)
{
	(void)state;
	assert_string_equal(escaped("perl -e 'sleep 1' ~"), "perl -e 'sleep 1' ~");
}

static void
lines_and_terminal_codes_are_told(void **state)
{
	(void)state;
	assert_string_equal(escaped("a\nroot 1 bash"), "a\\x0aroot 1 bash");
	assert_string_equal(escaped("\033[31m"), "\\x1b[31m");
	assert_string_equal(escaped("\x9b"
				    "31m\x7f"),
		"\\x9b31m\\x7f");
	assert_string_equal(escaped("\xe2\x80\xae"), "\\xe2\\x80\\xae"); /* U+202E */
}

/* Otherwise "\x0a" and a newline would look alike. */
static void
a_backslash_is_told_from_an_escape(void **state)
{
	(void)state;
	assert_string_equal(escaped("\\x0a"), "\\x5cx0a");
}

static void
what_does_not_fit_is_cut_at_a_whole_escape(void **state)
{
	char out[64], text[256];

	(void)state;
	memset(text, '\n', sizeof(text));
	for (size_t size = 8; size <= sizeof(out); size++) {
		size_t used = escape_text(out, size, text, sizeof(text));

		assert_true(used < size);
		assert_int_equal(strlen(out), used);
		assert_int_equal(used % 4, 3);
		assert_string_equal(out + used - 3, "...");
	}
}

static void
our_own_sentences_keep_their_utf8_but_no_controls(void **state)
{
	char text[] = "caf\xc3\xa9\n\033\xc2\x9b";

	(void)state;
	escape_controls(text);
	assert_string_equal(text, "caf\xc3\xa9\?\?\?\?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_ascii_stays),
		cmocka_unit_test(lines_and_terminal_codes_are_told),
		cmocka_unit_test(a_backslash_is_told_from_an_escape),
		cmocka_unit_test(what_does_not_fit_is_cut_at_a_whole_escape),
		cmocka_unit_test(our_own_sentences_keep_their_utf8_but_no_controls),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
