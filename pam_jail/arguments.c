/*
 * arguments.c - one parser for all entry points. exempt= replaces its default,
 * root; an empty exempt= exempts nobody.
 */
#include "arguments.h"

#include "lookup.h"
#include "paths.h"

#include <stdbool.h>
#include <string.h>

static const char *
value_of(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

int
arguments_parse(int argc, const char **argv, struct arguments *out, struct jail_error *err)
{
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
			return jail_fail(err, 0, "unknown argument \"%s\" on the PAM line", argv[i]);
	}
	if (out->config[0] != '/')
		return jail_fail(err, 0, "config=%s is not an absolute path", out->config);
	return 0;
}

bool
arguments_exempt(const struct arguments *arguments, const struct jail_login *login)
{
	const char *at = arguments->exempt;

	while (*at) {
		size_t length = strcspn(at, ",");
		char word[sizeof(login->user) + 1];

		if (length > 0 && length < sizeof(word)) {
			memcpy(word, at, length);
			word[length] = '\0';
			if (word[0] == '@' ? login_in_group(login, word + 1) :
					     strcmp(word, login->user) == 0)
				return true;
		}
		at += length + (at[length] == ',');
	}
	return false;
}
