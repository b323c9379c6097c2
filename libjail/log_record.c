/*
 * log_record.c - reads what somebody in a jail has sent to /dev/log. Anything
 * may stand there.
 */
#include "log_record.h"

#include "escape.h"

#include <stdbool.h>
#include <string.h>
#include <syslog.h>

enum { PRIORITY_MAX = LOG_LOCAL7 | LOG_DEBUG, PRIORITY_DIGITS = 3 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What "<PRI>" takes up; 0: there is none. */
static size_t
read_priority(const char *data, size_t size, int *priority)
{
	size_t at = 1;
	int number = 0;

	if (size == 0 || data[0] != '<')
		return 0;
	while (at < size && at <= PRIORITY_DIGITS && is_digit(data[at]))
		number = number * 10 + (data[at++] - '0');
	if (at == 1 || at == size || data[at] != '>' || number > PRIORITY_MAX ||
		(data[1] == '0' && at > 2))
		return 0;
	*priority = number;
	return at + 1;
}

static int
tame(int priority)
{
	if (LOG_FAC(priority) == LOG_FAC(LOG_KERN))
		priority |= LOG_USER;
	return LOG_PRI(priority) == LOG_EMERG ? priority | LOG_ALERT : priority;
}

/* As ctime(3) begins behind the day of the week; ours goes in its place. */
static size_t
read_stamp(const char *data, size_t size)
{
	static const char form[] = "Aaa _9 99:99:99 ";
	const size_t length = sizeof(form) - 1;

	if (size < length)
		return 0;
	for (size_t i = 0; i < length; i++) {
		char c = data[i];
		bool fits = form[i] == 'A'   ? c >= 'A' && c <= 'Z'
			    : form[i] == 'a' ? c >= 'a' && c <= 'z'
			    : form[i] == '9' ? is_digit(c)
			    : form[i] == '_' ? is_digit(c) || c == ' '
					     : c == form[i];

		if (!fits)
			return 0;
	}
	return length;
}

void
log_record_parse(const char *data, size_t size, struct log_record *record)
{
	int priority = LOG_USER | LOG_NOTICE;
	size_t at = read_priority(data, size, &priority);

	at += read_stamp(data + at, size - at);
	while (size > at && (data[size - 1] == '\n' || data[size - 1] == '\0'))
		size--;
	record->priority = tame(priority);
	escape_text(record->text, sizeof(record->text), data + at, size - at);
}
