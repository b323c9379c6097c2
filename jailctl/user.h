/*
 * user.h - the user whom the administrator named.
 */
#pragma once

#include "jailctl.h"
#include "login.h"

/*
 * A login of `name` as options->service, or "jailctl". Names only: a number is a
 * name like any other, and nobody's (CVE-2026-30892).
 *   returns EXIT_YES; EXIT_NOBODY; EXIT_NO
 */
int user_login(const struct options *options, const char *name, struct jail_login *login,
	struct jail_error *err);
