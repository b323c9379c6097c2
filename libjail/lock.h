/*
 * lock.h - flock(2) with a time-out, which it has not of its own.
 */
#pragma once

#include "error.h"

/*
 * Locks an open file or directory for us alone, until it is closed. Whoever is
 * stopped while it holds the lock must not hold others for ever.
 *   what    what is locked, for the message
 *   fails   ETIMEDOUT after some five seconds
 */
int lock_take(int fd, const char *what, struct jail_error *err);
