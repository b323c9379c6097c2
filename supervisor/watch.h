/*
 * watch.h - a descriptor in the supervisor's loop and what to do when it is
 * ready. Embedded in whatever owns the descriptor.
 */
#pragma once

#include <stdint.h>

struct supervisor;

struct watch {
	int fd; /* -1: not watched */
	void (*ready)(struct supervisor *supervisor, void *owner);
	void *owner;
};
