/*
 * log.c - one line to the host's syslog.
 *
 * Not syslog(3): its send blocks when the receiver's queue is full, and one
 * user's supervisor must not stand still because of another's noise.
 */
#include "supervisor.h"

#include "fd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

enum { LOG_LINE_MAX = 1400 };

/* Control characters of a name from outside become '?': one event, one line. */
static void
make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

/* A socket for each line: it finds a log that was restarted. */
static bool
send_line(const char *line, size_t size)
{
	const struct sockaddr_un log = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	autoclose int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)&log, sizeof(log)) == 0 &&
	       send(fd, line, size, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

__attribute__((format(printf, 3, 0))) static bool
log_words(int priority, const char *tag, const char *format, va_list args)
{
	char text[LOG_LINE_MAX], line[LOG_LINE_MAX + 64], stamp[32];
	time_t now = time(NULL);
	struct tm local;
	int size;

	vsnprintf(text, sizeof(text), format, args);
	make_printable(text);
	localtime_r(&now, &local);
	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &local);
	size = snprintf(line, sizeof(line), "<%d>%s %s[%d]: %s", priority, stamp, tag, getpid(),
		text);
	return send_line(line, (size_t)size);
}

bool
log_as(int priority, const char *tag, const char *format, ...)
{
	va_list args;
	bool sent;

	va_start(args, format);
	sent = log_words(priority, tag, format, args);
	va_end(args);
	return sent;
}

void
log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_words(LOG_AUTHPRIV | LOG_NOTICE, "pam_jail", format, args);
	va_end(args);
}
