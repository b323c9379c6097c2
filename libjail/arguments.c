/*
 * arguments.c - one parser for all entry points. exempt= replaces its default,
 * root; an empty exempt= exempts nobody.
 */
#include "arguments.h"

#include "lookup.h"
#include "paths.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = sizeof(((struct jail_login *)0)->user) + 1 };

static const char *
value_of(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1
								       : NULL;
}

int
arguments_parse(int argc, const char **argv, struct arguments *out, struct jail_error *err)
{
	int result = 0;

	*out = (struct arguments){ .exempt = "root", .config = JAIL_CONFIG };
	for (int i = 0; i < argc; i++) {
		const char *value;

		if (strcmp(argv[i], "debug") == 0)
			out->debug = true;
		else if (strcmp(argv[i], "quiet") == 0)
			out->quiet = true;
		else if ((value = value_of(argv[i], "exempt")))
			out->exempt = value;
		else if ((value = value_of(argv[i], "config")))
			out->config = value;
		else
			result = jail_fail(err, 0, "unknown argument \"%s\" on the PAM line",
				argv[i]);
	}
	if (out->config[0] != '/')
		return jail_fail(err, 0, "config=%s is not an absolute path", out->config);
	if (strlen(out->config) >= CONFIG_SIZE)
		return jail_fail(err, 0, "config= is too long");
	return result;
}

/* The next word of exempt=; false at the end. A word longer than any name is "". */
static bool
next_word(const char **at, char *word, size_t size)
{
	size_t length = strcspn(*at, ",");

	if (**at == '\0')
		return false;
	snprintf(word, size, "%.*s", length < size ? (int)length : 0, *at);
	*at += length + ((*at)[length] == ',');
	return true;
}

bool
arguments_exempt_user(const struct arguments *arguments, const char *user)
{
	const char *at = arguments->exempt;
	char word[WORD_SIZE];

	while (next_word(&at, word, sizeof(word)))
		if (word[0] && word[0] != '@' && strcmp(word, user) == 0)
			return true;
	return false;
}

bool
arguments_exempt_group(const struct arguments *arguments, const struct jail_login *login)
{
	const char *at = arguments->exempt;
	char word[WORD_SIZE];

	while (next_word(&at, word, sizeof(word)))
		if (word[0] == '@' && word[1] && login_in_group(login, word + 1))
			return true;
	return false;
}
