/*
 * step.h - the rows of the two tables that carry the security argument
 * (enter_steps.c, supervisor/build_steps.c), and the loop that walks them.
 *
 * `work` is the table's own context: struct jail_entry or struct jail.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

enum jail_phase {
	PREPARE, /* open, create, compile: the calling process is unchanged */
	CROSS,   /* the calling process changes worlds: no way back */
	SEAL,    /* power is only removed */
	VERIFY,  /* nothing is changed, only looked at */
};

/* Which jails a row is for. */
enum jail_wanted {
	ALWAYS,
	IN_USER_NAMESPACE, /* where the policy says user_namespace = yes */
};

/* An act's third answer: there is nothing to do for this user at all. */
enum { STEP_NO_JAIL = 1 };

enum jail_outcome {
	JAIL_ENTERED,
	JAIL_REFUSED, /* failed in PREPARE: undone, the caller is as it was */
	JAIL_NONE,    /* this user has no jail: the caller is as it was */
	JAIL_BROKEN,  /* failed later: the caller stands between two worlds and
			 must not run anything for the user */
};

struct jail_step {
	const char *name; /* in errors, in `jailctl explain`, in the manual */
	const char *why;  /* what an attacker gains if this row is missing */
	enum jail_phase phase;
	enum jail_wanted wanted;
	int (*act)(void *work, struct jail_error *err); /* 0, -1 or STEP_NO_JAIL */
	void (*undo)(void *work); /* PREPARE rows only; NULL: nothing to undo */
};

/* Walks the rows; *done counts those that hold. On a failure in PREPARE the
 * earlier rows are undone, newest first: an undo finds nothing to do where its
 * row was not wanted. user_namespace is looked at when it is needed: an earlier
 * row may learn it. */
enum jail_outcome run_steps(void *work, const struct jail_step *steps, size_t count,
	const bool *user_namespace, size_t *done, struct jail_error *err);

bool step_is_wanted(const struct jail_step *step, bool user_namespace);

/* The way back, and the teardown: undoes the newest of *done rows first. */
void undo_steps(void *work, const struct jail_step *steps, size_t *done);

/* The row that acts or is undone at this moment; NULL: none. Nobody here reads it:
 * it is for who looks from outside, a debugger at a login that hangs, or the tests
 * that let each call of a row fail (tests/inject). */
extern const char *step_running;

const char *phase_name(enum jail_phase phase);
