/*
 * environment.h - the variables of a command inside, built from nothing.
 */
#pragma once

#include "entry.h"

enum { ENVIRONMENT_MAX = 32 };

struct environment {
	size_t count;
	bool failed; /* full, or out of memory */
	char *variables[ENVIRONMENT_MAX + 1];
};

/* What a login has, TERM if not "", and what the supervisor's seal says. */
int environment_make(struct environment *environment, const struct jail_entry *entry,
	const char *term, struct jail_error *err);

/* TERM of our own environment if it is a name and nothing else, else "". */
void environment_term(char *out, size_t size);
