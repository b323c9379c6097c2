/* log_record_test.c - what somebody in a jail sends to /dev/log. */
#include "log_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <cmocka.h>

static struct log_record record;

static void
assert_read(const char *data, size_t size, int priority, const char *text)
{
	memset(&record, 'x', sizeof(record));
	log_record_parse(data, size, &record);
	assert_int_equal(record.priority, priority);
	assert_string_equal(record.text, text);
}

#define READ(data, priority, text) assert_read(data, sizeof(data) - 1, priority, text)

static void
lines_of_syslog_are_understood(void **state)
{
	(void)state;
	READ("<38>Nov 21 17:00:00 sshd[12]: Disconnected", LOG_AUTH | LOG_INFO,
		"sshd[12]: Disconnected");
	READ("<13>Nov  1 07:00:00 alice: hello\n", LOG_USER | LOG_NOTICE, "alice: hello");
	READ("<191>no stamp", LOG_LOCAL7 | LOG_DEBUG, "no stamp");
	READ("<15>with a nul\n\0", LOG_USER | LOG_DEBUG, "with a nul");
}

static void
what_is_no_priority_is_text_at_user_notice(void **state)
{
	static const char *const texts[] = { "", "plain", "<", "<>", "<1", "<13", "<13 >x",
		"<192>x", "<1000>x", "<013>x", "<00>x", "<-1>x", "<+1>x", "< 13>x", "<0x1>x",
		" <13>x", "<99999999999999999999>x" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_read(texts[i], strlen(texts[i]), LOG_USER | LOG_NOTICE, texts[i]);
}

static void
nobody_inside_speaks_for_the_kernel(void **state)
{
	(void)state;
	READ("<6>x", LOG_USER | LOG_INFO, "x");
	READ("<2>x", LOG_USER | LOG_CRIT, "x");
}

static void
no_line_goes_to_every_terminal(void **state)
{
	(void)state;
	READ("<0>x", LOG_USER | LOG_ALERT, "x");
	READ("<8>x", LOG_USER | LOG_ALERT, "x");
	READ("<184>x", LOG_LOCAL7 | LOG_ALERT, "x");
}

static void
only_a_whole_stamp_is_taken_off(void **state)
{
	(void)state;
	READ("<13>Nov 21 17:00:00", LOG_USER | LOG_NOTICE, "Nov 21 17:00:00");
	READ("<13>Nov 21 17:00:0 x", LOG_USER | LOG_NOTICE, "Nov 21 17:00:0 x");
	READ("<13>nov 21 17:00:00 x", LOG_USER | LOG_NOTICE, "nov 21 17:00:00 x");
	READ("<13>Nov 21 17:00:00 Nov 21 17:00:00 x", LOG_USER | LOG_NOTICE,
		"Nov 21 17:00:00 x");
	READ("Nov 21 17:00:00 x", LOG_USER | LOG_NOTICE, "x");
}

static void
the_text_is_one_printable_line(void **state)
{
	(void)state;
	READ("<13>a\n<86>sshd[1]: b", LOG_USER | LOG_NOTICE, "a\\x0a<86>sshd[1]: b");
	READ("<13>\033]0;x\007\r", LOG_USER | LOG_NOTICE, "\\x1b]0;x\\x07\\x0d");
	READ("<13>a\0b", LOG_USER | LOG_NOTICE, "a\\x00b");
	READ("<13>\xc3\xa4\xff\x9b", LOG_USER | LOG_NOTICE, "\\xc3\\xa4\\xff\\x9b");
}

static void
what_is_too_long_is_cut(void **state)
{
	char data[LOG_RECORD_MAX];

	(void)state;
	for (const char *c = "a\n"; *c; c++) {
		memset(data, *c, sizeof(data));
		data[sizeof(data) - 1] = 'z'; /* newlines at the end do not count */
		log_record_parse(data, sizeof(data), &record);
		assert_true(strlen(record.text) < sizeof(record.text));
		assert_string_equal(record.text + strlen(record.text) - 3, "...");
	}
}

/* Every length of a datagram ends somewhere in a field. */
static void
a_datagram_may_end_anywhere(void **state)
{
	static const char whole[] = "<38>Nov 21 17:00:00 sshd: x";

	(void)state;
	for (size_t size = 0; size < sizeof(whole); size++) {
		char *data = test_malloc(size + 1); /* its end is watched */

		memcpy(data + 1, whole, size);
		log_record_parse(data + 1, size, &record);
		assert_true(record.priority > 0);
		test_free(data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_syslog_are_understood),
		cmocka_unit_test(what_is_no_priority_is_text_at_user_notice),
		cmocka_unit_test(nobody_inside_speaks_for_the_kernel),
		cmocka_unit_test(no_line_goes_to_every_terminal),
		cmocka_unit_test(only_a_whole_stamp_is_taken_off),
		cmocka_unit_test(the_text_is_one_printable_line),
		cmocka_unit_test(what_is_too_long_is_cut),
		cmocka_unit_test(a_datagram_may_end_anywhere),
	};

	return cmocka_run_group_tests_name("log_record", tests, NULL, NULL);
}
