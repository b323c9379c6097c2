/*
 * jailctl_report.c - a status file, or a supervisor's answer, as jailctl reads and
 * shows it.
 */
#include "fuzz.h"

#include "escape.h"
#include "fd.h"
#include "report.h"

#include <string.h>

static void
check_text(const char *text, size_t size)
{
	char shown[200];
	size_t length = strnlen(text, size);

	must(length < size);
	must(escape_text(shown, sizeof(shown), text, length) == strlen(shown));
	must_be_one_line(shown);
}

#define TEXT(record, field) check_text((record)->field, sizeof((record)->field))

static void
check_session(const struct session_report *session)
{
	TEXT(session, service);
	TEXT(session, rhost);
	TEXT(session, tty);
}

static void
check_jail(const struct jail_report *jail)
{
	TEXT(jail, name);
	TEXT(jail, policy);
	TEXT(jail, plan);
	TEXT(jail, image);
	TEXT(jail, state);
	TEXT(jail, cgroup);
	for (size_t i = 0; i < jail->session_count; i++)
		check_session(&jail->sessions[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autoclose int fd = bytes_fd(data, size);
	autowire struct wire_message *m = wire_new(0);
	struct user_report report;
	struct jail_error err;
	char *text;

	lseek(fd, 0, SEEK_SET);
	if (wire_load(fd, m, &err) == 0 && report_read(m, &report, &err) == 0) {
		TEXT(&report, user);
		TEXT(&report, version);
		for (size_t i = 0; i < report.jail_count; i++)
			check_jail(&report.jails[i]);
		report_free(&report);
	}
	text = bytes_text(data, size);
	escape_controls(text);
	must_be_one_line(text);
	free(text);
	return 0;
}
