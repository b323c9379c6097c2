/*
 * unjailed.c - jailctl unjailed: may code of this user run on the host? For units,
 * as ExecCondition=, which has nothing but an exit status: not being able to tell
 * is a no.
 */
#include "conf.h"
#include "fd.h"
#include "people.h"
#include "user.h"

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
refuse(const struct jail_login *login, const char *service, struct jail_error *err)
{
	return fail_with(EXIT_NO, err, "%s is jailed: jailctl explain %s --service %s",
		login->user, login->user, service);
}

/* Under jail.conf, and under what PAM lines name in its place. */
static int
judge_by_files(const struct options *options, const struct exempt *lines,
	struct jail_login *login, bool exempt, struct jail_error *err)
{
	struct conf conf = { .config = NULL };
	struct others others;
	int code = conf_load(options, NULL, &conf, err);
	const char *service;

	if (code == EXIT_YES && others_load(lines, &others, err) < 0) {
		others_free(&others);
		code = EXIT_PROBLEMS;
	}
	if (code == EXIT_YES) {
		service = jailed_somewhere(conf.config, login, exempt);
		for (size_t i = 0; i < others.count && !service; i++)
			service = jailed_somewhere(others.list[i], login, exempt);
		if (service)
			code = refuse(login, service, err);
		others_free(&others);
	}
	conf_free(&conf);
	/* As the module: who is exempt gets in whatever the files say. */
	return code == EXIT_PROBLEMS && exempt ? EXIT_YES : code;
}

static int
judge(const struct options *options, struct jail_login *login, struct jail_error *err)
{
	struct ways_in ways;
	struct exempt lines;
	int code = EXIT_YES;

	ways_in_find(&ways);
	exempt_load(&ways, &lines);
	if (lines.is_used) /* else it is not switched on */
		code = judge_by_files(options, &lines, login, exempt_covers(&lines, login),
			err);
	exempt_free(&lines);
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
