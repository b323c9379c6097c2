/* jailctl_report_test.c - jailctl reads what supervisors of other versions say. */
#include "report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static int
set_up(void **state)
{
	struct wire_message *m = wire_new(WIRE_REPORT);

	assert_non_null(m);
	wire_put_text(m, TAG_VERSION, "0.1");
	wire_put_number(m, TAG_SUPERVISOR, 42);
	wire_put_number(m, TAG_UID, 2001);
	wire_put_text(m, TAG_USER, "alice");
	*state = m;
	return 0;
}

static int
tear_down(void **state)
{
	struct wire_message *m = *state;

	wire_free(&m);
	return 0;
}

static void
put_jail(struct wire_message *m, const char *name)
{
	wire_put_text(m, TAG_JAIL, name);
	wire_put_text(m, TAG_POLICY, "shell");
	wire_put_number(m, TAG_STARTED, 1000);
	wire_put_text(m, TAG_STATE, "live");
}

static void
put_session(struct wire_message *m, uint64_t pid)
{
	wire_put_number(m, TAG_SESSION, pid);
	wire_put_text(m, TAG_SERVICE, "sshd");
	wire_put_number(m, TAG_STARTED, 2000);
}

static void
sessions_belong_to_the_jail_before_them(void **state)
{
	struct user_report report;
	struct jail_error err;

	put_jail(*state, "a");
	put_session(*state, 7);
	put_session(*state, 8);
	put_jail(*state, "b");
	assert_int_equal(report_read(*state, &report, &err), 0);
	assert_int_equal(report.jail_count, 2);
	assert_int_equal(report.jails[0].session_count, 2);
	assert_int_equal(report.jails[0].sessions[1].pid, 8);
	assert_int_equal(report.jails[1].session_count, 0);
	report_free(&report);
}

static void
a_field_goes_to_what_began_last(void **state)
{
	struct user_report report;
	struct jail_error err;

	put_jail(*state, "a");
	put_session(*state, 7);
	assert_int_equal(report_read(*state, &report, &err), 0);
	assert_string_equal(report.user, "alice");
	assert_int_equal(report.uid, 2001);
	assert_int_equal(report.supervisor, 42);
	assert_int_equal(report.jails[0].started, 1000);
	assert_int_equal(report.jails[0].sessions[0].started, 2000);
	report_free(&report);
}

static void
fields_of_a_newer_supervisor_are_passed_over(void **state)
{
	struct user_report report;
	struct jail_error err;

	wire_put_text(*state, 9999, "whatever");
	put_jail(*state, "a");
	wire_put_text(*state, 9999, "whatever");
	put_session(*state, 7);
	wire_put_number(*state, 9998, 1);
	wire_put_text(*state, TAG_RHOST, "192.0.2.1");
	assert_int_equal(report_read(*state, &report, &err), 0);
	assert_string_equal(report.jails[0].sessions[0].rhost, "192.0.2.1");
	report_free(&report);
}

static void
a_text_that_is_too_long_is_left_out(void **state)
{
	struct user_report report;
	struct jail_error err;
	char text[4096];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	put_jail(*state, "a");
	wire_put_text(*state, TAG_PLAN, text);
	assert_int_equal(report_read(*state, &report, &err), 0);
	assert_string_equal(report.jails[0].plan, "");
	report_free(&report);
}

static void
a_session_without_a_jail_is_refused(void **state)
{
	struct user_report report;
	struct jail_error err;

	put_session(*state, 7);
	assert_int_equal(report_read(*state, &report, &err), -1);
	assert_int_equal(report.jail_count, 0);
}

static void
a_cut_message_loses_its_end_only(void **state)
{
	struct wire_message *m = *state;
	struct user_report report;
	struct jail_error err;

	put_jail(m, "a");
	put_session(m, 7);
	for (size_t used = m->used; used > 8; used--) {
		m->used = used - 1;
		if (report_read(m, &report, &err) == 0)
			report_free(&report);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sessions_belong_to_the_jail_before_them, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_field_goes_to_what_began_last, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(fields_of_a_newer_supervisor_are_passed_over,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_text_that_is_too_long_is_left_out, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_session_without_a_jail_is_refused, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_cut_message_loses_its_end_only, set_up,
			tear_down),
	};

	return cmocka_run_group_tests_name("jailctl_report", tests, NULL, NULL);
}
