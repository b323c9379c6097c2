/*
 * user.c - from a name on the command line to a login, by the host's name
 * services. Never after an entry: those would be the jail's.
 */
#include "user.h"

#include "lookup.h"

#include <errno.h>
#include <stdio.h>

static const char default_service[] = "jailctl";

int
user_login(const struct options *options, const char *name, struct jail_login *login,
	struct jail_error *err)
{
	const char *service = options->service ? options->service : default_service;

	*login = (struct jail_login){ .uid = (uid_t)-1 };
	if ((size_t)snprintf(login->service, sizeof(login->service), "%s", service) >=
		sizeof(login->service))
		return fail_with(EXIT_NO, err, "--service: longer than %zu characters",
			sizeof(login->service) - 1);
	if (login_lookup(name, login, err) < 0) {
		if (err->errnum == ENOENT)
			return fail_with(EXIT_NOBODY, err, "no user is named \"%s\"", name);
		return EXIT_NO;
	}
	return login_check(login, err) < 0 ? EXIT_NO : EXIT_YES;
}
