/*
 * pam_line.c - reads PAM's configuration. What is not understood here is said to
 * be broken, never guessed: a stack that is judged wrongly would be called safe.
 */
#include "pam_line.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LOGICAL_MAX = 4096, NUMBER_MAX = 9999 };

/* The words that stand for a whole control (pam.conf(5)). */
/* clang-format off */
static const struct keyword {
	const char *word;
	int success, otherwise; /* new_authtok_reqd goes with success */
	bool ignore;            /* PAM_IGNORE is ignored in so many words */
} keywords[] = {
	{ "required",   PAM_ACTION_OK,   PAM_ACTION_BAD,    true },
	{ "requisite",  PAM_ACTION_OK,   PAM_ACTION_DIE,    true },
	{ "optional",   PAM_ACTION_OK,   PAM_ACTION_IGNORE, false },
	{ "sufficient", PAM_ACTION_DONE, PAM_ACTION_IGNORE, false },
};

static const struct { const char *word; int action; } actions[] = {
	{ "ignore", PAM_ACTION_IGNORE },
	{ "ok",     PAM_ACTION_OK },
	{ "done",   PAM_ACTION_DONE },
	{ "bad",    PAM_ACTION_BAD },
	{ "die",    PAM_ACTION_DIE },
	{ "reset",  PAM_ACTION_RESET },
};

static const char *const types[] = {
	[PAM_AUTH] = "auth",
	[PAM_ACCOUNT] = "account",
	[PAM_PASSWORD] = "password",
	[PAM_SESSION] = "session",
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct pam_reader
pam_reader(const char *text, size_t size)
{
	return (struct pam_reader){ .at = text, .end = text + size };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* One physical line, up to '#', behind what `out` holds already.
 * *goes_on: a backslash ended it.  returns false: longer than libpam's buffer */
static bool
take_physical(struct pam_reader *reader, char out[LOGICAL_MAX], bool *goes_on)
{
	const char *start = reader->at;
	const char *newline = memchr(start, '\n', (size_t)(reader->end - start));
	const char *stop = newline ? newline : reader->end;
	const char *hash = memchr(start, '#', (size_t)(stop - start));
	const char *last = hash ? hash : stop;
	size_t used = strlen(out);

	reader->at = newline ? newline + 1 : reader->end;
	reader->number++;
	while (last > start && is_blank(last[-1]))
		last--;
	*goes_on = !hash && last > start && last[-1] == '\\';
	if (*goes_on)
		last--;
	if (used + (size_t)(last - start) + 2 > LOGICAL_MAX ||
		memchr(start, '\0', (size_t)(last - start)))
		return false;
	memcpy(out + used, start, (size_t)(last - start));
	used += (size_t)(last - start);
	memcpy(out + used, " ", 2);
	return true;
}

/* The next word in place, "[...]" being one; NULL at the end. */
static char *
next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t\r"), *to = word, *from = word;
	bool bracket = *word == '[';

	if (*word == '\0')
		return NULL;
	for (; *from && (bracket ? *from != ']' : !is_blank(*from)); from++) {
		if (bracket && from[0] == '\\' && from[1] == ']')
			from++;
		*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return word; /* of "[a b]" it is "[a b" */
}

static bool
read_type(const char *word, struct pam_line *line)
{
	line->may_lack = *word == '-';
	word += line->may_lack;
	for (size_t i = 0; i < COUNT(types); i++)
		if (strcasecmp(word, types[i]) == 0) {
			line->type = (enum pam_type)i;
			return true;
		}
	return false;
}

static bool
give(struct pam_control *control, const char *code, int action)
{
	size_t length = strlen(code);

	if (control->count == PAM_CODES_MAX || length == 0 ||
		length >= sizeof(control->given[0].code))
		return false;
	memcpy(control->given[control->count].code, code, length + 1);
	control->given[control->count++].action = action;
	return true;
}

static bool
read_action(const char *word, int *action)
{
	char *end;
	long jump = strtol(word, &end, 10);

	for (size_t i = 0; i < COUNT(actions); i++)
		if (strcasecmp(word, actions[i].word) == 0) {
			*action = actions[i].action;
			return true;
		}
	if (*word < '0' || *word > '9' || *end || jump < 1 || jump > NUMBER_MAX)
		return false;
	*action = (int)jump;
	return true;
}

/* "success=ok default=bad": behind the '['. libpam: what is not named is bad. */
static bool
read_pairs(char *text, struct pam_control *control)
{
	char *pair, *rest = text;

	control->otherwise = PAM_ACTION_BAD;
	while ((pair = next_word(&rest))) {
		char *equals = strchr(pair, '=');
		int action;

		if (!equals || !read_action(equals + 1, &action))
			return false;
		*equals = '\0';
		if (strcasecmp(pair, "default") == 0)
			control->otherwise = action;
		else if (!give(control, pair, action))
			return false;
	}
	return true;
}

static bool
read_control(char *word, struct pam_line *line)
{
	struct pam_control *control = &line->control;

	if (strcasecmp(word, "include") == 0 || strcasecmp(word, "substack") == 0) {
		line->kind =
			*word == 'i' || *word == 'I' ? PAM_LINE_INCLUDE : PAM_LINE_SUBSTACK;
		return true;
	}
	if (*word == '[')
		return read_pairs(word + 1, control);
	for (size_t i = 0; i < COUNT(keywords); i++) {
		const struct keyword *keyword = &keywords[i];

		if (strcasecmp(word, keyword->word) != 0)
			continue;
		control->otherwise = keyword->otherwise;
		if (keyword->ignore && !give(control, "ignore", PAM_ACTION_IGNORE))
			return false;
		return give(control, "success", keyword->success) &&
		       give(control, "new_authtok_reqd", keyword->success);
	}
	return false;
}

static bool
copy_word(const char *word, char out[PAM_WORD_MAX])
{
	size_t length = word ? strlen(word) : 0;

	if (length == 0 || length >= PAM_WORD_MAX)
		return false;
	memcpy(out, word, length + 1);
	return true;
}

static bool
read_arguments(char *rest, char out[PAM_ARGUMENTS_MAX])
{
	size_t used = 0;
	char *word;

	while ((word = next_word(&rest))) {
		size_t length;

		word += *word == '[';
		length = strlen(word);
		if (used + length + 2 > PAM_ARGUMENTS_MAX)
			return false;
		if (used)
			out[used++] = ' ';
		memcpy(out + used, word, length + 1);
		used += length;
	}
	return true;
}

static bool
read_words(char *text, struct pam_line *line)
{
	char *rest = text, *word = next_word(&rest);

	if (!word)
		return false;
	if (strcasecmp(word, "@include") == 0) { /* Debian's: of every type */
		line->type = PAM_ALL;
		line->kind = PAM_LINE_INCLUDE;
		return copy_word(next_word(&rest), line->module);
	}
	if (!read_type(word, line))
		return false;
	word = next_word(&rest);
	return word && read_control(word, line) && copy_word(next_word(&rest), line->module) &&
	       read_arguments(rest, line->arguments);
}

enum pam_read
pam_read(struct pam_reader *reader, struct pam_line *line)
{
	char text[LOGICAL_MAX] = "";
	bool goes_on = false, fits = true;

	*line = (struct pam_line){ .kind = PAM_LINE_MODULE };
	while (reader->at < reader->end || goes_on) {
		line->number = reader->number + 1;
		do
			fits &= take_physical(reader, text, &goes_on);
		while (goes_on && reader->at < reader->end);
		goes_on = false;
		if (!fits)
			return PAM_READ_BROKEN;
		if (text[strspn(text, " \t\r")] != '\0')
			return read_words(text, line) ? PAM_READ_LINE : PAM_READ_BROKEN;
		text[0] = '\0';
	}
	return PAM_READ_END;
}

int
pam_control_action(const struct pam_control *control, const char *code)
{
	for (size_t i = control->count; i > 0; i--) /* the last one counts */
		if (strcasecmp(control->given[i - 1].code, code) == 0)
			return control->given[i - 1].action;
	return control->otherwise;
}
