/*
 * word.h - what the process inside tells the one outside, over a socket pair.
 */
#pragma once

#include "error.h"

#include <stdbool.h>

enum word_kind {
	WORD_ENTERED,  /* the next thing to come is the command */
	WORD_TERMINAL, /* fd: the master of the jail's terminal */
	WORD_STARTED,  /* fd: pidfd of the command; number: its pid */
	WORD_FAILED,   /* number: our exit status; text: why */
	WORD_ENDED,    /* number: the command's exit status, 128 + n for signal n */
};

struct word {
	enum word_kind kind;
	int number;
	char text[sizeof(((struct jail_error *)0)->text)];
};

/* `fd` -1: none. Neither function ever raises SIGPIPE. */
int word_send(int socket, const struct word *word, int fd, struct jail_error *err);

/*
 * *fd is the caller's, -1 if none came.
 *   fails   EPIPE when the other side is gone
 */
int word_receive(int socket, struct word *word, int *fd, struct jail_error *err);
