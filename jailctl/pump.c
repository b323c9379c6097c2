/*
 * pump.c - one buffer, filled when empty.
 */
#include "pump.h"

#include <errno.h>
#include <unistd.h>

enum { DRAIN_MAX = 4 << 20 };

void
pump_poll(const struct pump *pump, struct pollfd polls[PUMP_POLLS])
{
	bool runs = pump->state == PUMP_RUNS, full = pump->end > pump->start;

	polls[0] = (struct pollfd){ .fd = runs && !full ? pump->from : -1, .events = POLLIN };
	/* Without an event asked for, poll(2) still tells of a reader that left. */
	polls[1] = (struct pollfd){ .fd = runs ? pump->to : -1, .events = full ? POLLOUT : 0 };
}

static bool
is_temporary(int error)
{
	return error == EAGAIN || error == EINTR;
}

static void
fill(struct pump *pump)
{
	ssize_t size = read(pump->from, pump->buffer, sizeof(pump->buffer));

	if (size < 0 && is_temporary(errno))
		return;
	if (size <= 0) { /* EIO: a terminal that nobody has open any more */
		pump->state = PUMP_DRY;
		return;
	}
	pump->start = 0;
	pump->end = (size_t)size;
}

static void
empty(struct pump *pump)
{
	ssize_t size = write(pump->to, pump->buffer + pump->start, pump->end - pump->start);

	if (size >= 0)
		pump->start += (size_t)size;
	else if (!is_temporary(errno))
		pump->state = PUMP_BROKEN;
}

void
pump_turn(struct pump *pump, const struct pollfd polls[PUMP_POLLS])
{
	if (pump->state != PUMP_RUNS)
		return;
	if (polls[1].revents & (POLLERR | POLLHUP | POLLNVAL))
		pump->state = PUMP_BROKEN;
	else if (polls[0].revents)
		fill(pump);
	else if (polls[1].revents & POLLOUT && pump->end > pump->start)
		empty(pump);
}

void
pump_drain(struct pump *pump)
{
	for (size_t moved = 0; pump->state == PUMP_RUNS && moved < DRAIN_MAX;) {
		bool full = pump->end > pump->start;
		struct pollfd one = {
			.fd = full ? pump->to : pump->from,
			.events = full ? POLLOUT : POLLIN,
		};

		if (poll(&one, 1, full ? -1 : 0) <= 0)
			return;
		if (full)
			empty(pump);
		else
			fill(pump);
		moved += full ? 0 : pump->end;
	}
}
