/*
 * lock.c - polls: a waiting flock(2) is ended by signals only, and those are the
 * host program's.
 */
#include "lock.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

enum { LOCK_TRIES = 5000 }; /* of a millisecond or a little more */

int
lock_take(int fd, const char *what, struct jail_error *err)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int left = LOCK_TRIES;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return jail_fail(err, errno, "lock %s", what);
		if (--left == 0)
			return jail_fail(err, ETIMEDOUT, "lock %s", what);
		nanosleep(&pause, NULL);
	}
	return 0;
}
