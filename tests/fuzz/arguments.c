/*
 * arguments.c - the words behind pam_jail.so: who is exempt. A word is a line
 * of the input.
 */
#include "fuzz.h"

#include "arguments.h"
#include "fd.h"

#include <string.h>

enum { WORDS_MAX = 16 };

/* "alice" between commas in exempt=, and nowhere else. */
static bool
is_named(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at++)
		if ((at == list || at[-1] == ',') && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct jail_login login = { .user = "alice",
		.group_count = 1,
		.groups = { { .gid = 2000, .name = "customers" } } };
	autofree char *text = bytes_text(data, size);
	const char *words[WORDS_MAX];
	char *rest = text, *word;
	struct arguments arguments;
	struct jail_error err = { .text = "" };
	int count = 0;

	while (count < WORDS_MAX && (word = strsep(&rest, "\n")))
		words[count++] = word;
	if (arguments_parse(count, words, &arguments, &err) < 0)
		must(err.text[0]);
	must(arguments.exempt && arguments.config);
	must(arguments_exempt_user(&arguments, "alice") == is_named(arguments.exempt, "alice"));
	must(arguments_exempt_group(&arguments, &login) ==
		is_named(arguments.exempt, "@customers"));
	return 0;
}
