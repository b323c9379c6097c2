/*
 * options.c - the table of jailctl's options, its parser and its help.
 */
#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

/* A flag is a bool in struct options, a value a const char *. */
struct option_row {
	const char *name;
	char letter;
	bool is_short;
	const char *value; /* NULL: a flag */
	size_t offset;
	const char *help;
};

#define HERE(field) offsetof(struct options, field)
enum { NOWHERE = -1 };

/* clang-format off */
static const struct option_row rows[] = {
	{ "json",     'j', false, NULL,   HERE(json),        "print JSON" },
	{ "quiet",    'q', true,  NULL,   HERE(quiet),       "no headings, no notes" },
	{ "no-color", 'C', false, NULL,   HERE(no_color),    "no colours on a terminal" },
	{ "dry-run",  'n', true,  NULL,   HERE(dry_run),     "kill, gc: only say what would be done" },
	{ "all",      'a', false, NULL,   HERE(all),         "gc: the pinned namespace below all jails, too" },
	{ "root",     'r', false, "DIR",  HERE(root),        "explain, check: the configuration below DIR" },
	{ "config",   'c', false, "FILE", HERE(config),      "explain, exec, enter, selftest: instead of " JAIL_SYSCONF "/jail.conf" },
	{ "service",  's', false, "NAME", HERE(service),     "explain, exec, enter, selftest: the PAM service (jailctl)" },
	{ "policy",   'P', false, "NAME", HERE(policy),      "explain, exec, enter, selftest: this one, whatever is assigned" },
	{ "syscall",  'S', false, "NAME", HERE(syscall),     "explain: which line decides about a system call" },
	{ "control",  'o', false, "chroot", HERE(control),   "selftest: in a plain chroot instead of a jail" },
	{ "only",     'y', false, "NAME", HERE(only),        "selftest: this attempt alone" },
	{ "no-tty",   'T', true,  NULL,   HERE(no_terminal), "exec, enter: no terminal inside" },
	{ "uid",      'u', false, NULL,   HERE(is_uid),      "unjailed: USER is a uid" },
	{ "help",     OPTION_HELP,    true, NULL, (size_t)NOWHERE, NULL },
	{ "version",  OPTION_VERSION, true, NULL, (size_t)NOWHERE, NULL },
};
/* clang-format on */

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };
_Static_assert(sizeof(rows) / sizeof(rows[0]) <= OPTIONS_MAX, "OPTIONS_MAX");

static const char for_every_command[] = "qC";

static const struct option_row *
row_find(int letter)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static void
keep(const struct option_row *row, const char *value, struct options *options,
	struct options_seen *seen)
{
	char *field = (char *)options + row->offset;
	size_t count = strlen(seen->letters);

	if (!strchr(seen->letters, row->letter))
		seen->letters[count] = row->letter;
	if (row->offset == (size_t)NOWHERE)
		return;
	if (row->value)
		*(const char **)field = value;
	else
		*(bool *)field = true;
}

/* In getopt(3)'s own form; '+': the first operand ends the options. */
static void
fill_tables(struct option *long_options, char *letters)
{
	*letters++ = '+';
	for (size_t i = 0; i < ROW_COUNT; i++) {
		long_options[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].value ? required_argument : no_argument,
			.val = rows[i].letter,
		};
		if (rows[i].is_short)
			*letters++ = rows[i].letter;
	}
	long_options[ROW_COUNT] = (struct option){ .name = NULL };
	*letters = '\0';
}

int
options_parse(int argc, char **argv, enum options_extent extent, struct options *options,
	struct options_seen *seen)
{
	struct option long_options[ROW_COUNT + 1];
	char letters[ROW_COUNT + 2];
	int letter;

	fill_tables(long_options, letters);
	optind = 0; /* getopt(3): start anew */
	while ((letter = getopt_long(argc, argv, extent == ALL_OPTIONS ? letters + 1 : letters,
			long_options, NULL)) != -1) {
		const struct option_row *row = row_find(letter);

		if (!row) /* '?' */
			return -1;
		keep(row, optarg, options, seen);
	}
	return optind;
}

bool
options_saw(const struct options_seen *seen, enum option_letter letter)
{
	return strchr(seen->letters, letter) != NULL;
}

const char *
options_stray(const struct options_seen *seen, const char *accepted)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strchr(seen->letters, rows[i].letter) &&
			!strchr(accepted, rows[i].letter) &&
			!strchr(for_every_command, rows[i].letter))
			return rows[i].name;
	return NULL;
}

void
options_usage(FILE *out)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct option_row *row = &rows[i];
		char shown[32];

		if (!row->help)
			continue;
		snprintf(shown, sizeof(shown), "--%s%s%s", row->name, row->value ? " " : "",
			row->value ? row->value : "");
		if (row->is_short)
			fprintf(out, "  -%c, %-15s %s\n", row->letter, shown, row->help);
		else
			fprintf(out, "      %-15s %s\n", shown, row->help);
	}
}
