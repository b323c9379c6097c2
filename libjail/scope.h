/*
 * scope.h - abstract sockets of the host, for jails that have its network.
 */
#pragma once

#include <stdbool.h>

/* Whether this kernel can keep a jail from them; if not, jails with the host's
 * network do without, and jailctl check says so. */
bool scope_is_possible(void);
