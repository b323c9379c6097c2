/*
 * unjailed.c - jailctl unjailed: may code of this user run on the host? For units,
 * as ExecCondition=, which has nothing but an exit status: not being able to tell
 * is a no.
 */
#include "conf.h"
#include "exempt.h"
#include "fd.h"
#include "people.h"
#include "user.h"
#include "values.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* user@UID.service knows a number only. */
static int
name_of_uid(const char *text, char *name, size_t size, struct jail_error *err)
{
	char *end;
	unsigned long uid = strtoul(text, &end, 10);
	const struct passwd *entry;

	if (*text < '0' || *text > '9' || *end || uid >= (uid_t)-1)
		return fail_with(EXIT_USAGE, err, "--uid: \"%s\" is no uid", text);
	entry = getpwuid((uid_t)uid);
	if (!entry)
		return fail_with(EXIT_NOBODY, err, "no user has the uid %lu", uid);
	if ((size_t)snprintf(name, size, "%s", entry->pw_name) >= size)
		return fail_with(EXIT_NO, err, "the name of uid %lu is too long", uid);
	return EXIT_YES;
}

static int
judge(const struct options *options, struct jail_login *login, struct jail_error *err)
{
	struct conf conf = { .config = NULL };
	struct ways_in ways;
	struct exempt exempt;
	const char *service;
	int code;

	ways_in_find(&ways);
	exempt_load(&ways, &exempt);
	if (!exempt.is_used) { /* not switched on */
		exempt_free(&exempt);
		return EXIT_YES;
	}
	code = conf_load(options, NULL, &conf, err);
	if (code == EXIT_YES) {
		service = jailed_somewhere(conf.config, login, exempt_covers(&exempt, login));
		if (service)
			code = fail_with(EXIT_NO, err,
				"%s is jailed: jailctl explain %s --service %s", login->user,
				login->user, service);
	} else if (exempt_covers(&exempt, login)) {
		code = EXIT_YES; /* as the module: whatever jail.conf says */
	}
	exempt_free(&exempt);
	conf_free(&conf);
	return code;
}

int
command_unjailed(const struct options *options, struct jail_error *err)
{
	autofree struct jail_login *login = malloc(sizeof(*login)); /* some 35 KB */
	char name[sizeof(login->user)];
	int code = EXIT_YES;

	if (!login)
		return fail_with(EXIT_NO, err, "out of memory");
	if (options->is_uid)
		code = name_of_uid(options->argv[0], name, sizeof(name), err);
	if (code == EXIT_YES)
		code = user_login(options, options->is_uid ? name : options->argv[0], login,
			err);
	return code == EXIT_YES ? judge(options, login, err) : code;
}
