/*
 * values.c - the only place where a text of jail.conf gets a meaning. Strict:
 * no sign, no blank, no half a number, no value that the kernel would round to
 * something else than was meant; zero never means infinity.
 */
#include "values.h"

#include <inttypes.h>
#include <string.h>

struct suffix {
	const char *text;
	uint64_t factor;
};

/* Biggest first: print takes the first that divides the value. */
static const struct suffix bytes_suffixes[] = { { "T", 1ULL << 40 }, { "G", 1ULL << 30 },
	{ "M", 1ULL << 20 }, { "K", 1ULL << 10 }, { "", 1 }, { NULL, 0 } };
static const struct suffix seconds_suffixes[] = { { "d", 86400 }, { "h", 3600 }, { "m", 60 },
	{ "s", 1 }, { NULL, 0 } };
static const struct suffix percent_suffixes[] = { { "%", 1 }, { NULL, 0 } };
static const struct suffix count_suffixes[] = { { "", 1 }, { NULL, 0 } };

static void
number_print(uint64_t number, const struct suffix *suffixes, FILE *out)
{
	const struct suffix *s = suffixes;

	if (number == LIMIT_NONE) {
		fputs("none", out);
		return;
	}
	while (s->factor > 1 && (number == 0 || number % s->factor != 0))
		s++;
	fprintf(out, "%" PRIu64 "%s", number / s->factor, s->text);
}

/* 0 with *number set, or -1 for what is no number with one of the suffixes. */
static int
number_read(const char *text, const struct suffix *suffixes, uint64_t *number)
{
	const char *digit = text;
	uint64_t n = 0;

	for (; *digit >= '0' && *digit <= '9'; digit++)
		if (__builtin_mul_overflow(n, 10, &n) ||
			__builtin_add_overflow(n, (uint64_t)(*digit - '0'), &n))
			return -1;
	if (digit == text)
		return -1;

	for (; suffixes->text; suffixes++)
		if (strcmp(digit, suffixes->text) == 0)
			return __builtin_mul_overflow(n, suffixes->factor, number) ? -1 : 0;
	return -1;
}

static int
number_refuse(const struct jail_option *option, const char *text, const char *form,
	const struct suffix *suffixes, struct jail_error *err)
{
	char range[96] = "";
	FILE *out = fmemopen(range, sizeof(range), "w");

	if (out) {
		number_print(option->least, suffixes, out);
		fputs(" to ", out);
		number_print(option->most, suffixes, out);
		fputs(option->may_be_none ? ", or none" : "", out);
		fclose(out);
	}
	return jail_fail(err, 0, "%s = \"%.64s\": want %s, from %s", option->name, text, form,
		range);
}

static int
number_parse(const struct jail_option *option, const struct jail_texts *value, void *field,
	const char *form, const struct suffix *suffixes, struct jail_error *err)
{
	const char *text = value->texts[0];
	uint64_t number;

	if (option->may_be_none && strcmp(text, "none") == 0)
		number = LIMIT_NONE;
	else if (number_read(text, suffixes, &number) < 0 || number < option->least ||
		 number > option->most)
		return number_refuse(option, text, form, suffixes, err);

	*(uint64_t *)field = number;
	return 0;
}

int
parse_bytes(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	return number_parse(option, value, field, "bytes (K M G T are powers of 1024)",
		bytes_suffixes, err);
}

void
print_bytes(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	number_print(*(const uint64_t *)field, bytes_suffixes, out);
}

int
parse_seconds(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	return number_parse(option, value, field, "a time with its unit (s m h d)",
		seconds_suffixes, err);
}

void
print_seconds(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	number_print(*(const uint64_t *)field, seconds_suffixes, out);
}

int
parse_percent(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	return number_parse(option, value, field,
		"a percentage with its sign (100% is one CPU)", percent_suffixes, err);
}

void
print_percent(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	number_print(*(const uint64_t *)field, percent_suffixes, out);
}

int
parse_count(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	return number_parse(option, value, field, "a plain number", count_suffixes, err);
}

void
print_count(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	number_print(*(const uint64_t *)field, count_suffixes, out);
}

int
parse_yes(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	const char *text = value->texts[0];
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return jail_fail(err, 0, "%s = \"%.64s\": want yes or no", option->name, text);
	*(bool *)field = yes;
	return 0;
}

void
print_yes(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	fputs(*(const bool *)field ? "yes" : "no", out);
}

/* The words of "none|host" are numbered 0, 1, …, as the enum's values are. */
int
parse_word(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	const char *text = value->texts[0], *word = option->unit;
	unsigned number = 0;

	for (; *word; number++) {
		size_t length = strcspn(word, "|");

		if (strlen(text) == length && strncmp(text, word, length) == 0) {
			memcpy(field, &number, sizeof(number));
			return 0;
		}
		word += length + (word[length] == '|');
	}
	return jail_fail(err, 0, "%s = \"%.64s\": want %s", option->name, text, option->unit);
}

void
print_word(const struct jail_option *option, const void *field, FILE *out)
{
	const char *word = option->unit;
	unsigned number;

	memcpy(&number, field, sizeof(number));
	for (; number > 0; number--)
		word += strcspn(word, "|") + 1;
	fprintf(out, "%.*s", (int)strcspn(word, "|"), word);
}
