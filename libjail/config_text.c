/*
 * config_text.c - what libconfuse may see. Its lexer drops characters that it
 * does not know, fills ${…} from the environment of whoever logs in, takes
 * "policy|image" for a way into another section, keeps its state after an
 * unterminated string, ends without a word at an option whose name is "", and
 * counts lines in comments wrongly. None of that has a meaning that an administrator could have
 * had in mind: it is refused here, with the line, and comments are blanked out.
 * (libconfuse 3.3, lexer.l; drop what a later version mends.)
 */
#include "config_impl.h"
#include "origin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 4, STRING_MAX = 1000 };

/* What stood before: a brace behind '=' opens a list, not a section. */
enum token { NOTHING, WORD, STRING, EQUALS, COMMA, LIST, OPEN, CLOSE };

struct scan {
	struct config_text *text;
	char *at;
	int line;
	enum token before;
	size_t depth;
	int opened[DEPTH_MAX]; /* line of each open section; 0: of a list */
	struct jail_error *err;
};

#define scan_fail(scan, at_line, ...) \
	origin_fail(&(struct jail_origin){ .file = (scan)->text->file, .line = (at_line) }, \
		(scan)->err, __VA_ARGS__)

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_./%:@-", c));
}

static bool
is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t' && c != '\n') || c == 0x7f;
}

/* Blanks up to `end`; lines stay lines. */
static void
comment_blank(struct scan *scan, const char *end)
{
	for (; scan->at < end; scan->at++)
		if (*scan->at == '\n')
			scan->line++;
		else
			*scan->at = ' ';
}

static int
comment_scan(struct scan *scan)
{
	const char *end;
	int line = scan->line;

	if (scan->at[0] != '/' || scan->at[1] != '*') {
		comment_blank(scan, scan->at + strcspn(scan->at, "\n"));
		return 0;
	}
	end = strstr(scan->at + 2, "*/");
	if (!end)
		return scan_fail(scan, line, "a comment without its */");
	comment_blank(scan, end + 2);
	return 0;
}

static int
string_char_check(struct scan *scan, char quote)
{
	const char *c = scan->at;

	if (*c == '\0' || *c == '\n')
		return scan_fail(scan, scan->line, "a string without its closing %c", quote);
	if (is_control(*c) || *c == '\t')
		return scan_fail(scan, scan->line, "a control character (0x%02x) in a string",
			*c);
	if (c[0] == '$' && c[1] == '{')
		return scan_fail(scan, scan->line, "'${': the environment has no say here");
	if (*c == '|')
		return scan_fail(scan, scan->line, "'|' in a string");
	if (*c == '\\' && c[1] != '\\' && c[1] != quote)
		return scan_fail(scan, scan->line, "'\\' in a string: only before '\\' and %c",
			quote);
	return 0;
}

static int
string_scan(struct scan *scan)
{
	const char quote = *scan->at, *start = scan->at;
	bool is_value = scan->before == EQUALS || scan->before == LIST || scan->before == COMMA;

	if (!is_value && start[1] == quote)
		return scan_fail(scan, scan->line, "an empty name");
	for (scan->at++; *scan->at != quote; scan->at++) {
		if (string_char_check(scan, quote) < 0)
			return -1;
		if (scan->at - start > STRING_MAX)
			return scan_fail(scan, scan->line, "a string of more than %d bytes",
				STRING_MAX);
		scan->at += *scan->at == '\\';
	}
	scan->at++;
	scan->before = STRING;
	return 0;
}

static int
word_scan(struct scan *scan)
{
	const char *start = scan->at;

	while (is_word(*scan->at))
		scan->at++;
	if (scan->at - start > STRING_MAX)
		return scan_fail(scan, scan->line, "a word of more than %d bytes", STRING_MAX);
	scan->before = WORD;
	return 0;
}

static int
brace_open(struct scan *scan)
{
	bool is_list = scan->before == EQUALS;

	if (scan->depth == DEPTH_MAX)
		return scan_fail(scan, scan->line, "braces nested too deeply");
	scan->opened[scan->depth++] = is_list ? 0 : scan->line;
	scan->before = is_list ? LIST : OPEN;
	scan->at++;
	return 0;
}

static int
brace_close(struct scan *scan)
{
	struct config_text *text = scan->text;

	if (scan->depth == 0)
		return scan_fail(scan, scan->line, "unexpected '}'");
	if (scan->before == LIST)
		return scan_fail(scan, scan->line, "an empty list: leave the option away");
	if (scan->opened[--scan->depth] != 0)
		text->section_lines[text->section_count++] = scan->opened[scan->depth];
	scan->before = CLOSE;
	scan->at++;
	return 0;
}

static int
sign_scan(struct scan *scan)
{
	char c = *scan->at;

	if (c == '{')
		return brace_open(scan);
	if (c == '}')
		return brace_close(scan);
	if (c == '$' && scan->at[1] == '{')
		return scan_fail(scan, scan->line, "'${': the environment has no say here");
	if (is_control(c))
		return scan_fail(scan, scan->line, "a control character (0x%02x)%s", c,
			c == '\r' ? ": lines end as on DOS" : "");
	if (c != '=' && c != ',')
		return scan_fail(scan, scan->line,
			"unexpected '%.1s': a value with such characters stands in quotes",
			(unsigned char)c < 0x80 ? &c : "?");
	if (c == '=' && scan->before != WORD)
		return scan_fail(scan, scan->line, "'=' without an option before it");
	scan->before = c == '=' ? EQUALS : COMMA;
	scan->at++;
	return 0;
}

static bool
is_comment(const char *at)
{
	return *at == '#' || (at[0] == '/' && (at[1] == '/' || at[1] == '*'));
}

static int
token_scan(struct scan *scan)
{
	char c = *scan->at;

	if (c == ' ' || c == '\t' || c == '\n') {
		scan->line += c == '\n';
		scan->at++;
		return 0;
	}
	if (is_comment(scan->at))
		return comment_scan(scan);
	if (c == '"' || c == '\'')
		return string_scan(scan);
	return is_word(c) ? word_scan(scan) : sign_scan(scan);
}

static size_t
braces_count(const char *bytes)
{
	size_t count = 0;

	for (; (bytes = strchr(bytes, '}')); bytes++)
		count++;
	return count;
}

int
config_text_tame(struct config_text *text, struct jail_error *err)
{
	struct scan scan = { .text = text, .at = text->bytes, .line = 1, .err = err };

	text->section_count = 0;
	text->section_lines = calloc(braces_count(text->bytes) + 1, sizeof(int));
	if (!text->section_lines)
		return jail_fail(err, ENOMEM, "read %s", text->file);
	while (*scan.at)
		if (token_scan(&scan) < 0)
			return -1;
	if (scan.depth > 0)
		return scan_fail(&scan,
			scan.opened[scan.depth - 1] ? scan.opened[scan.depth - 1] : scan.line,
			"'{' without its '}'");
	return 0;
}
