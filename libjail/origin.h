/*
 * origin.h - errors that begin with the place in jail.conf: "FILE:LINE: ".
 */
#pragma once

#include "error.h"
#include "policy.h"

/* As jail_fail() without an errno, and jail_fail_in(). Both return -1. */
int origin_fail(const struct jail_origin *where, struct jail_error *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int origin_fail_in(const struct jail_origin *where, struct jail_error *err);
