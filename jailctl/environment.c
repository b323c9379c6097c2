/*
 * environment.c - nothing of root's environment goes inside: it names places of
 * the host, and its secrets.
 */
#include "environment.h"

#include "fd.h"

#include <stdio.h>
#include <string.h>

#define PATH_OF_USER "/usr/local/bin:/usr/bin:/bin"
#define PATH_OF_ROOT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static bool
names(const char *variable, const char *name)
{
	size_t length = strlen(name);

	return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

static void
unset(struct environment *environment, const char *name)
{
	for (size_t i = 0; i < environment->count; i++) {
		if (!names(environment->variables[i], name))
			continue;
		free(environment->variables[i]);
		environment->variables[i] = environment->variables[--environment->count];
		environment->variables[environment->count] = NULL;
		return;
	}
}

/* As entry_environment() calls it: value NULL removes. */
static void
set(void *context, const char *name, const char *value)
{
	struct environment *environment = context;
	char *text;

	unset(environment, name);
	if (!value)
		return;
	if (environment->count == ENVIRONMENT_MAX ||
		asprintf(&text, "%s=%s", name, value) < 0) {
		environment->failed = true;
		return;
	}
	environment->variables[environment->count++] = text;
}

int
environment_make(struct environment *environment, const struct jail_entry *entry,
	const char *term, struct jail_error *err)
{
	const struct jail_login *login = &entry->login;

	*environment = (struct environment){ .count = 0 };
	set(environment, "HOME", login->home);
	set(environment, "USER", login->user);
	set(environment, "LOGNAME", login->user);
	set(environment, "SHELL", login->shell);
	set(environment, "PATH", login->uid == 0 ? PATH_OF_ROOT : PATH_OF_USER);
	if (term[0])
		set(environment, "TERM", term);
	entry_environment(entry, set, environment);
	return environment->failed ? jail_fail(err, ENOMEM, "make the environment") : 0;
}

void
environment_term(char *out, size_t size)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789+-._";
	const char *term = getenv("TERM");

	out[0] = '\0';
	if (term && strlen(term) < size && term[strspn(term, allowed)] == '\0')
		snprintf(out, size, "%s", term);
}
