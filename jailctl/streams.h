/*
 * streams.h - what becomes of descriptors 0, 1 and 2 on the way into a jail.
 *
 * Never the administrator's terminal: whoever has it reads what root types next
 * and answers for it. Never a unix socket either, such as journald gives to
 * services: it would carry descriptors in.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

enum stream_kind {
	STREAM_AS_IT_IS, /* a file, a pipe, a network connection: passed on */
	STREAM_PIPE,     /* a pipe that we relay */
	STREAM_TERMINAL, /* a terminal of the jail's, that we relay */
	STREAM_NONE,     /* /dev/null */
};

struct streams {
	enum stream_kind kinds[3];
	int inner[3], outer[3]; /* ends of the pipes, else -1 */
	bool terminal;          /* one of them is STREAM_TERMINAL */
	struct termios modes;   /* of the administrator's, for the jail's */
	struct winsize size;
};

#define STREAMS_INITIAL ((struct streams){ .inner = { -1, -1, -1 }, .outer = { -1, -1, -1 } })

/* Nothing comes in, nothing goes out. */
#define STREAMS_NONE \
	((struct streams){ .kinds = { STREAM_NONE, STREAM_NONE, STREAM_NONE }, \
		.inner = { -1, -1, -1 }, \
		.outer = { -1, -1, -1 } })

/* A terminal inside, if we stand on one with input and output and may. */
int streams_plan(struct streams *streams, bool no_terminal, struct jail_error *err);

/* One side closes the ends of the other. */
void streams_close_inner(struct streams *streams);
void streams_close_outer(struct streams *streams);

/*
 * In the process that will cross: puts the inner ends in place, and /dev/null
 * where the terminal, which does not exist yet, will be.
 */
int streams_take(struct streams *streams, struct jail_error *err);

/*
 * In the jail, after the crossing: a new terminal of its own devpts, owned by the
 * user, with our modes and size.
 *   returns the master; *terminal is the other side. Both are the caller's.
 */
int streams_open_terminal(const struct streams *streams, uid_t owner, int *terminal,
	struct jail_error *err);
