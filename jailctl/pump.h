/*
 * pump.h - bytes from one descriptor to another, as both are ready: neither side
 * of a jail can hold up what flows the other way.
 */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum { PUMP_SIZE = 16384, PUMP_POLLS = 2 };

enum pump_state {
	PUMP_NONE, /* nothing to do here */
	PUMP_RUNS,
	PUMP_DRY,    /* the source has ended, and all of it has been written */
	PUMP_BROKEN, /* nobody reads any more */
};

struct pump {
	enum pump_state state;
	int from, to;      /* borrowed */
	size_t start, end; /* of what waits in the buffer */
	char buffer[PUMP_SIZE];
};

/* What to wait for; PUMP_POLLS entries, fd -1 where there is nothing. */
void pump_poll(const struct pump *pump, struct pollfd polls[PUMP_POLLS]);

/* Moves what can be moved. */
void pump_turn(struct pump *pump, const struct pollfd polls[PUMP_POLLS]);

/* Moves what is there already, waiting for the reader but not for the writer,
 * at most some megabytes: the other end may never stop. */
void pump_drain(struct pump *pump);
