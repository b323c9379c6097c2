/*
 * names.c - names, paths and lists of them in jail.conf. They end up as path
 * components, in log lines and in error messages: what could be read there as
 * something else is refused here.
 */
#include "values.h"

#include <string.h>

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int
name_check(const char *name, struct jail_error *err)
{
	size_t length = strlen(name);

	if (length == 0 || length >= POLICY_NAME_MAX || !is_alphanumeric(*name))
		return jail_fail(err, 0,
			"\"%.80s\" is no name: 1 to %d characters, the first a letter or digit",
			name, POLICY_NAME_MAX - 1);
	for (const char *c = name; *c; c++)
		if (!is_alphanumeric(*c) && !strchr("._-", *c))
			return jail_fail(err, 0,
				"\"%.80s\" is no name: only letters, digits, '.', '_' and '-'",
				name);
	return 0;
}

static int
component_check(const char *path, const char *part, size_t length, struct jail_error *err)
{
	if (length == 0)
		return jail_fail(err, 0, "\"%.300s\": '//', or '/' at the end", path);
	if ((length == 1 && part[0] == '.') ||
		(length == 2 && part[0] == '.' && part[1] == '.'))
		return jail_fail(err, 0, "\"%.300s\": '.' or '..' in a path", path);
	return 0;
}

/* `part` is the rest of `path` from its first '/' on. */
static int
components_check(const char *path, const char *part, struct jail_error *err)
{
	if (strlen(path) >= MOUNT_PATH_SIZE)
		return jail_fail(err, 0, "\"%.64s...\": a path of more than %d bytes", path,
			MOUNT_PATH_SIZE - 1);
	for (const char *c = path; *c; c++)
		if (is_control(*c))
			return jail_fail(err, 0, "a control character in a path");
	if (strcmp(path, "/") == 0)
		return 0;
	while (*part == '/') {
		size_t length = strcspn(++part, "/");

		if (component_check(path, part, length, err) < 0)
			return -1;
		part += length;
	}
	return 0;
}

int
path_check(const char *path, struct jail_error *err)
{
	if (*path != '/')
		return jail_fail(err, 0, "\"%.300s\": want an absolute path", path);
	return components_check(path, path, err);
}

int
path_check_template(const char *path, struct jail_error *err)
{
	bool from_home = strncmp(path, "%h", 2) == 0 && (path[2] == '/' || path[2] == '\0');

	for (const char *c = path; (c = strchr(c, '%')); c += 2) {
		if (!c[1] || !strchr("uh%", c[1]))
			return jail_fail(err, 0,
				"\"%.300s\": '%%' stands only in %%u (user), %%h (home) and %%%%",
				path);
		if (c[1] == 'h' && !(c == path && from_home))
			return jail_fail(err, 0,
				"\"%.300s\": %%h is a whole path: only in front", path);
	}
	return from_home ? components_check(path, path + 2, err) : path_check(path, err);
}

bool
path_is_at_or_below(const char *path, const char *top)
{
	size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);

	return strncmp(path, top, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static int
text_keep(const struct jail_option *option, const char *text, void *field,
	struct jail_error *err)
{
	size_t length = strlen(text);

	if (length >= option->size)
		return jail_fail(err, 0, "%s = \"%.64s...\": longer than %zu characters",
			option->name, text, option->size - 1);
	memcpy(field, text, length + 1);
	return 0;
}

int
parse_name(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	if (name_check(value->texts[0], err) < 0)
		return jail_fail_in(err, option->name);
	return text_keep(option, value->texts[0], field, err);
}

int
parse_hostname(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	const char *text = value->texts[0];
	bool edge = true; /* of a label: neither '.' nor '-' may stand there */

	for (const char *c = text; *c; c++) {
		if (!is_alphanumeric(*c) && (edge || (*c != '-' && *c != '.')))
			return jail_fail(err, 0, "%s = \"%.80s\": not a host name",
				option->name, text);
		edge = *c == '.';
	}
	if (*text && !is_alphanumeric(text[strlen(text) - 1]))
		return jail_fail(err, 0, "%s = \"%.80s\": not a host name", option->name, text);
	return text_keep(option, text, field, err);
}

int
parse_path(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	const char *text = value->texts[0];

	if (*text && path_check_template(text, err) < 0)
		return jail_fail_in(err, option->name);
	return text_keep(option, text, field, err);
}

int
parse_reference(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	if (name_check(value->texts[0], err) < 0)
		return jail_fail_in(err, option->name);
	*(const char **)field = value->texts[0];
	return 0;
}

int
parse_inherit(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	(void)field;
	return name_check(value->texts[0], err) < 0 ? jail_fail_in(err, option->name) : 0;
}

/* Names of users, groups and services, which are not ours to restrict much:
 * directories have groups like "domain users" and users like "CORP\eve". */
int
parse_accounts(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	for (size_t i = 0; i < value->count; i++) {
		const char *text = value->texts[i];

		if (*text == '\0' || strlen(text) >= POLICY_NAME_MAX || strpbrk(text, "/:") ||
			strchr("-.", *text))
			return jail_fail(err, 0, "%s: no login has the name \"%.80s\"",
				option->name, text);
		for (const char *c = text; *c; c++)
			if (is_control(*c))
				return jail_fail(err, 0, "%s: a control character in a name",
					option->name);
	}
	*(struct jail_texts *)field = *value;
	return 0;
}

static void
quoted_print(const char *text, const char *doubled, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		else if (strchr(doubled, *text))
			fputc(*text, out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void
print_quoted(const char *text, FILE *out)
{
	quoted_print(text, "", out);
}

void
print_quoted_path(const char *path, FILE *out)
{
	quoted_print(path, "%", out);
}

void
print_text(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	print_quoted(field, out);
}

void
print_path(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	print_quoted_path(field, out);
}

void
print_reference(const struct jail_option *option, const void *field, FILE *out)
{
	(void)option;
	print_quoted(*(const char *const *)field, out);
}

void
print_list(const struct jail_option *option, const void *field, FILE *out)
{
	const struct jail_texts *list = field;

	(void)option;
	for (size_t i = 0; i < list->count; i++) {
		fputs(i == 0 ? "{" : ", ", out);
		print_quoted(list->texts[i], out);
	}
	fputs("}", out);
}
