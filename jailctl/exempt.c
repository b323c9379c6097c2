/*
 * exempt.c - the module's own parser (libjail/arguments.c) over every line of
 * pam_jail.so that can be found.
 */
#include "exempt.h"

#include "arguments.h"
#include "paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64 };

int
exempt_parse(const char *words, char room[PAM_ARGUMENTS_MAX], struct arguments *out,
	struct jail_error *err)
{
	const char *argv[WORDS_MAX];
	char *rest = room, *word;
	int argc = 0;

	strncpy(room, words, PAM_ARGUMENTS_MAX - 1);
	room[PAM_ARGUMENTS_MAX - 1] = '\0';
	while (argc < WORDS_MAX && (word = strsep(&rest, " ")))
		if (*word)
			argv[argc++] = word;
	return arguments_parse(argc, argv, out, err);
}

bool
exempt_by_words(const char *words, const struct jail_login *login)
{
	char room[PAM_ARGUMENTS_MAX];
	struct arguments arguments;
	struct jail_error ignored;

	exempt_parse(words, room, &arguments, &ignored); /* as the module: even so */
	return arguments_exempt_user(&arguments, login->user) ||
	       arguments_exempt_group(&arguments, login);
}

bool
exempt_covers(const struct exempt *exempt, const struct jail_login *login)
{
	for (size_t i = 0; i < exempt->count; i++)
		if (exempt_by_words(exempt->lists[i], login))
			return true;
	return false;
}

bool
exempt_config(const struct exempt *exempt, size_t number, char file[PATH_MAX])
{
	char room[PAM_ARGUMENTS_MAX];
	struct arguments arguments;
	struct jail_error ignored;

	exempt_parse(exempt->lists[number], room, &arguments, &ignored);
	snprintf(file, PATH_MAX, "%s", arguments.config);
	return strcmp(file, JAIL_CONFIG) != 0;
}

/* The same words once: Debian's services differ in little. */
static void
keep(struct exempt *exempt, const char *words)
{
	void *lists;

	for (size_t i = 0; i < exempt->count; i++)
		if (strcmp(exempt->lists[i], words) == 0)
			return;
	lists = reallocarray(exempt->lists, exempt->count + 1, sizeof(*exempt->lists));
	if (!lists)
		return; /* fewer are exempt */
	exempt->lists = lists;
	memcpy(exempt->lists[exempt->count++], words, sizeof(*exempt->lists));
}

void
exempt_load(const struct ways_in *ways, struct exempt *exempt)
{
	*exempt = (struct exempt){ .is_used = false };
	for (size_t i = 0; i < ways->count; i++) {
		autostack struct pam_stack stack = { .rows = NULL };
		struct jail_error ignored;

		if (pam_stack_load(pam_directories, ways->services[i], &stack, &ignored) < 0)
			continue;
		for (size_t row = 0; row < stack.count; row++)
			if (pam_row_is(&stack.rows[row], PAM_SESSION, "pam_jail.so")) {
				exempt->is_used = true;
				keep(exempt, stack.rows[row].line.arguments);
			}
	}
}

void
exempt_free(struct exempt *exempt)
{
	free(exempt->lists);
	*exempt = (struct exempt){ .is_used = false };
}
