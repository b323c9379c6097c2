/*
 * log.c - one line to the host's syslog, facility authpriv.
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

/* Control characters of a name from outside become '?': one event, one line. */
static void
make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

void
log_line(const char *format, ...)
{
	const struct sockaddr_un log = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	autoclose int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[900], line[1024], stamp[32];
	time_t now = time(NULL);
	struct tm local;
	va_list args;
	int size;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	make_printable(text);

	localtime_r(&now, &local);
	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &local);
	size = snprintf(line, sizeof(line), "<%d>%s pam_jail[%d]: %s",
		LOG_AUTHPRIV | LOG_NOTICE, stamp, getpid(), text);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&log, sizeof(log)) == 0)
		send(fd, line, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
}
