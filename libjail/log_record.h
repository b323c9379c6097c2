/*
 * log_record.h - a datagram to /dev/log, as far as its sender can be believed:
 * severity, facility and text, and not the time.
 */
#pragma once

#include <stddef.h>

enum { LOG_RECORD_MAX = 1024 };

struct log_record {
	int priority;              /* facility and severity, as in <syslog.h> */
	char text[LOG_RECORD_MAX]; /* printable ASCII, one line; escape.h says how */
};

/*
 * Understands "<PRI>Mmm dd hh:mm:ss TEXT", where both in front may be missing.
 * Never fails: what is no priority is text, at user.notice. Facility kern is the
 * kernel's, so it becomes user; emerg is written on every terminal of the host,
 * so it becomes alert.
 */
void log_record_parse(const char *data, size_t size, struct log_record *record);
