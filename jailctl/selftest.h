/*
 * selftest.h - a jail that is tried from inside, and what the trial is compared
 * with.
 */
#pragma once

#include "errand.h"
#include "trials.h"

struct selftest {
	const struct options *options;
	struct errand errand;
	struct trials trials;             /* in the jail, or unused */
	struct shared *in_cell, *on_host; /* the controls' outcomes */
};

/* The attempts in a plain chroot, as both roles, and by the user on the host. */
int selftest_control(const struct selftest *selftest, struct jail_error *err);

/* Prints what became of each; returns an exit code. */
int selftest_report(const struct selftest *selftest, struct jail_error *err);
