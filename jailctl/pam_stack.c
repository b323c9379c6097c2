/*
 * pam_stack.c - a service's file and what it includes, flat; and libpam's walk
 * through it (libpam/pam_dispatch.c), as far as jumps go.
 */
#include "pam_stack.h"

#include "fd.h"
#include "text_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 16, ROWS_MAX = 1000 };

const char *const pam_directories[] = { "/etc/pam.d", "/usr/lib/pam.d", NULL };

struct loading {
	const char *const *directories;
	struct pam_stack *stack;
	enum pam_type wanted; /* of an include; PAM_ALL */
	int level, depth;
};

static int load_file(const struct loading *loading, const char *name, struct jail_error *err);

static int
add_row(const struct loading *loading, const char *file, const struct pam_line *line,
	struct jail_error *err)
{
	struct pam_stack *stack = loading->stack;

	if (stack->count == ROWS_MAX)
		return jail_fail(err, 0, "%s: more than %d lines", file, ROWS_MAX);
	if (stack->count == stack->room) {
		size_t room = stack->room ? stack->room * 2 : 32;
		struct pam_row *rows = reallocarray(stack->rows, room, sizeof(*rows));

		if (!rows)
			return jail_fail(err, ENOMEM, "read %s", file);
		stack->rows = rows;
		stack->room = room;
	}
	stack->rows[stack->count++] =
		(struct pam_row){ .line = *line, .file = file, .level = loading->level };
	return 0;
}

static int
include(const struct loading *loading, const char *file, const struct pam_line *line,
	struct jail_error *err)
{
	struct loading inner = *loading;

	if (line->type != PAM_ALL)
		inner.wanted = line->type;
	inner.level += line->kind == PAM_LINE_SUBSTACK;
	if (++inner.depth > DEPTH_MAX)
		return jail_fail(err, 0, "%s:%d: includes nest too deep", file, line->number);
	if (load_file(&inner, line->module, err) == 0)
		return 0;
	if (err->errnum != ENOENT)
		return -1;
	return jail_fail(err, 0, "%s:%d: there is no file %s", file, line->number,
		line->module);
}

static int
load_lines(const struct loading *loading, const char *file, const struct text_file *text,
	struct jail_error *err)
{
	struct pam_reader reader = pam_reader(text->bytes, text->size);
	struct pam_line line;
	enum pam_read read;

	while ((read = pam_read(&reader, &line)) != PAM_READ_END) {
		if (read == PAM_READ_BROKEN)
			return jail_fail(err, 0, "%s:%d: this line is not understood", file,
				line.number);
		if (loading->wanted != PAM_ALL && line.type != PAM_ALL &&
			line.type != loading->wanted)
			continue;
		if ((line.kind == PAM_LINE_MODULE ? add_row(loading, file, &line, err)
						  : include(loading, file, &line, err)) < 0)
			return -1;
	}
	return 0;
}

/* The stack keeps each name once. */
static const char *
keep_name(struct pam_stack *stack, const char *path)
{
	char **files;

	for (size_t i = 0; i < stack->file_count; i++)
		if (strcmp(stack->files[i], path) == 0)
			return stack->files[i];
	files = reallocarray(stack->files, stack->file_count + 1, sizeof(*files));
	if (!files)
		return NULL;
	stack->files = files;
	files[stack->file_count] = strdup(path);
	return files[stack->file_count] ? files[stack->file_count++] : NULL;
}

/* An absolute name is the file itself; others lie in the first directory with one. */
static int
load_file(const struct loading *loading, const char *name, struct jail_error *err)
{
	static const char *const nowhere[] = { "", NULL };
	const char *const *directory = *name == '/' ? nowhere : loading->directories;

	for (; *directory; directory++) {
		autotext struct text_file text = { .bytes = NULL };
		const char *file;
		char path[PATH_MAX];

		if (snprintf(path, sizeof(path), "%s%s%s", *directory, **directory ? "/" : "",
			    name) >= (int)sizeof(path))
			return jail_fail(err, ENAMETOOLONG, "%s", name);
		if (text_file_read(path, &text, err) < 0) {
			if (err->errnum == ENOENT)
				continue;
			return -1;
		}
		file = keep_name(loading->stack, path);
		if (!file)
			return jail_fail(err, ENOMEM, "read %s", path);
		return load_lines(loading, file, &text, err);
	}
	return jail_fail(err, ENOENT, "%s", name);
}

int
pam_stack_load(const char *const *directories, const char *service, struct pam_stack *stack,
	struct jail_error *err)
{
	struct loading loading = {
		.directories = directories,
		.stack = stack,
		.wanted = PAM_ALL,
	};

	*stack = (struct pam_stack){ .rows = NULL };
	snprintf(stack->service, sizeof(stack->service), "%s", service);
	if (load_file(&loading, service, err) == 0)
		return 0;
	if (err->errnum == ENOENT && load_file(&loading, "other", err) == 0)
		return 0;
	pam_stack_free(stack);
	return -1;
}

void
pam_stack_free(struct pam_stack *stack)
{
	for (size_t i = 0; i < stack->file_count; i++)
		free(stack->files[i]);
	free(stack->files);
	free(stack->rows);
	*stack = (struct pam_stack){ .rows = NULL };
}

bool
pam_row_is(const struct pam_row *row, enum pam_type type, const char *module)
{
	const char *slash = strrchr(row->line.module, '/');

	return row->line.type == type &&
	       strcmp(slash ? slash + 1 : row->line.module, module) == 0;
}

long
pam_stack_find(const struct pam_stack *stack, enum pam_type type, const char *module)
{
	for (size_t i = stack->count; i > 0; i--)
		if (pam_row_is(&stack->rows[i - 1], type, module))
			return (long)i - 1;
	return -1;
}

/* The next row of that type behind `at`, or `count`. */
static size_t
next_of_type(const struct pam_stack *stack, size_t at, enum pam_type type)
{
	do
		at++;
	while (at < stack->count && stack->rows[at].line.type != type);
	return at;
}

/* Where a jump over `count` rows lands; a substack on the way counts once. */
static size_t
land(const struct pam_stack *stack, size_t from, int count)
{
	const struct pam_row *rows = stack->rows;
	enum pam_type type = rows[from].line.type;
	size_t at = next_of_type(stack, from, type);

	for (; count > 0 && at < stack->count && rows[at].level >= rows[from].level; count--)
		if (rows[at].level == rows[from].level) {
			at = next_of_type(stack, at, type);
		} else {
			while (at < stack->count && rows[at].level > rows[from].level)
				at = next_of_type(stack, at, type);
		}
	return at;
}

/* "done" and "die" end the substack that they stand in, and with level 0 the whole.
 * A "die" is a failure, which the service sees. */
static bool
action_skips(const struct pam_stack *stack, size_t from, size_t target, int action)
{
	const struct pam_row *rows = stack->rows;

	if (action > 0)
		return land(stack, from, action) > target;
	if (action != PAM_ACTION_DONE)
		return false;
	for (size_t i = from; i <= target; i++)
		if (rows[i].line.type == rows[from].line.type &&
			rows[i].level < rows[from].level)
			return false; /* the substack ends before */
	return true;
}

bool
pam_stack_skips(const struct pam_stack *stack, size_t from, size_t target)
{
	const struct pam_control *control = &stack->rows[from].line.control;

	if (action_skips(stack, from, target, control->otherwise))
		return true;
	for (size_t i = 0; i < control->count; i++)
		if (action_skips(stack, from, target, control->given[i].action))
			return true;
	return false;
}
