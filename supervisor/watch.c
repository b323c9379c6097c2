/*
 * watch.c - descriptors in the supervisor's epoll.
 */
#include "supervisor.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>

uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int
watch_add(struct supervisor *supervisor, struct watch *watch, struct jail_error *err)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

	if (epoll_ctl(supervisor->epoll, EPOLL_CTL_ADD, watch->fd, &event) < 0)
		return jail_fail(err, errno, "watch descriptor %d", watch->fd);
	return 0;
}

void
watch_remove(struct supervisor *supervisor, struct watch *watch)
{
	if (watch->fd >= 0)
		epoll_ctl(supervisor->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
}
