/*
 * main.c - jailctl: what the administrator asks of jails. The commands are the
 * rows of commands[]; each has a file of its own.
 *
 * A command that lets somebody in is run from a sealed copy of this program,
 * made before anything else: nothing inside may lead to the host's binary.
 */
#include "escape.h"
#include "options.h"
#include "sealed.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

struct command {
	const char *name;
	const char *arguments;
	const char *help;
	const char *accepts; /* letters of options, beside those for every command */
	int least, most;     /* operands; most -1: any number */
	bool needs_root;
	bool runs_inside; /* operands after the first are somebody else's */
	int (*run)(const struct options *options, struct jail_error *err);
	bool enters; /* a jail: from a sealed copy */
};

/* clang-format off */
static const struct command commands[] = {
	{ "list",    "", "show the jails that are up",
	  "j", 0, 0, true, false, command_list },
	{ "show",    "JAIL|USER", "show all about a jail",
	  "j", 1, 1, true, false, command_show },
	{ "who",     "[JAIL|USER]", "show the sessions",
	  "j", 0, 1, true, false, command_who },
	{ "ps",      "[JAIL|USER]", "show the processes",
	  "j", 0, 1, true, false, command_ps },
	{ "explain", "[USER]", "say what jail a user gets, and why",
	  "jscrPS", 0, 1, false, false, command_explain },
	{ "check",   "[FILE]", "read jail.conf and say what is wrong with it",
	  "jr", 0, 1, false, false, command_check },
	{ "doctor",  "", "find ways around the jails of this host, and mistakes in its set-up",
	  "j", 0, 0, true, false, command_doctor },
	{ "unjailed", "USER", "may code of this user run outside? (for ExecCondition=)",
	  "u", 1, 1, false, false, command_unjailed },
	{ "exec",    "USER -- COMMAND...", "run a command in a user's jail",
	  "scPT", 2, -1, true, true, command_exec, .enters = true },
	{ "enter",   "USER", "open the user's shell in the jail",
	  "scPT", 1, 1, true, true, command_enter, .enters = true },
	{ "selftest", "USER", "try to get out of a user's jail",
	  "jscPoy", 1, 1, true, false, command_selftest, .enters = true },
	{ "kill",    "JAIL|USER", "end a jail, or all of a user's, with all that runs inside",
	  "jn", 1, 1, true, false, command_kill },
	{ "gc",      "", "remove what dead supervisors left",
	  "jna", 0, 0, true, false, command_gc },
	{ "version", "", "show versions",
	  "j", 0, 0, false, false, command_version },
	{ "help",    "", "show this",
	  "", 0, 0, false, false, command_help },
};
/* clang-format on */

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

void
complain(const char *text)
{
	char copy[sizeof(((struct jail_error *)0)->text)];

	snprintf(copy, sizeof(copy), "%s", text);
	escape_controls(copy);
	fprintf(stderr, "jailctl: %s\n", copy);
}

int
fail_with(enum exit_code code, struct jail_error *err, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	jail_fail(err, 0, "%s", text);
	return code;
}

static void
usage(FILE *out)
{
	fputs("usage: jailctl COMMAND [OPTION]... [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-8s %-18s %s\n", commands[i].name, commands[i].arguments,
			commands[i].help);
	fputc('\n', out);
	options_usage(out);
	fputs("\n"
	      "Exit status: 0 yes, 1 no or failed, 2 usage, 3 problems found, 4 no such user\n"
	      "or jail. exec and enter pass on the status of what ran; 125 is our own.\n",
		out);
}

int
command_help(const struct options *options, struct jail_error *err)
{
	(void)options;
	(void)err;
	usage(stdout);
	return EXIT_YES;
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; name && i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* A status of our own must not look like one of what runs inside. */
static int
own_status(const struct command *command, enum exit_code code)
{
	return command->runs_inside ? EXIT_OURS : (int)code;
}

/* What follows the command, which is argv[0]. */
static int
take_operands(const struct command *command, int argc, char **argv, struct options *options,
	struct options_seen *seen)
{
	int next = options_parse(argc, argv, command->runs_inside ? UP_TO_OPERAND : ALL_OPTIONS,
		options, seen);

	if (next < 0)
		return -1;
	options->argc = argc - next;
	options->argv = argv + next;
	if (!command->runs_inside || options->argc == 0)
		return 0;
	/* USER; options again; then a command line that is not ours to read. */
	next = options_parse(options->argc, options->argv, UP_TO_OPERAND, options, seen);
	if (next < 0)
		return -1;
	options->argv[next - 1] = options->argv[0]; /* in the place of a "--" */
	options->argc -= next - 1;
	options->argv += next - 1;
	return 0;
}

static bool
is_well_used(const struct command *command, const struct options *options,
	const struct options_seen *seen)
{
	const char *stray = options_stray(seen, command->accepts);

	if (stray) {
		fprintf(stderr, "jailctl: %s has no option --%s\n", command->name, stray);
		return false;
	}
	if (options->argc >= command->least &&
		(command->most < 0 || options->argc <= command->most))
		return true;
	fprintf(stderr, "usage: jailctl %s%s%s\n", command->name,
		*command->arguments ? " " : "", command->arguments);
	return false;
}

static int
run(const struct command *command, const struct options *options)
{
	struct jail_error err = { .errnum = 0 };
	int code;

	if (command->needs_root && geteuid() != 0) {
		fprintf(stderr, "jailctl: %s: only root may do that\n", command->name);
		return own_status(command, EXIT_NO);
	}
	code = command->run(options, &err);
	if (code != EXIT_YES && err.text[0])
		complain(err.text);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain("cannot write the output");
		return code == EXIT_YES ? EXIT_NO : code;
	}
	return code;
}

static int
run_named(const char *name, const struct options *options)
{
	const struct command *command = command_find(name);

	return command ? run(command, options) : EXIT_USAGE;
}

static int
run_with(const struct command *command, int argc, char **argv, struct options *options,
	struct options_seen *seen)
{
	if (take_operands(command, argc, argv, options, seen) < 0)
		return own_status(command, EXIT_USAGE);
	if (options_saw(seen, OPTION_HELP))
		return run_named("help", options);
	if (!is_well_used(command, options, seen))
		return own_status(command, EXIT_USAGE);
	return run(command, options);
}

static int
seal(const struct command *command, char **argv)
{
	struct jail_error err;

	if (!command || !command->enters || geteuid() != 0 || sealed_become(argv, &err) == 0)
		return 0;
	complain(err.text);
	return -1;
}

/* A closed 0, 1 or 2 would be the next thing that is opened. */
static int
fill_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	struct options options = { .argc = 0 };
	struct options_seen seen = { .letters = "" };
	const struct command *command;
	int next;

	if (fill_standard() < 0)
		return EXIT_NO;
	next = options_parse(argc, argv, UP_TO_OPERAND, &options, &seen);
	if (next < 0)
		return EXIT_USAGE;
	if (options_saw(&seen, OPTION_HELP))
		return run_named("help", &options);
	if (options_saw(&seen, OPTION_VERSION))
		return run_named("version", &options);
	command = command_find(argv[next]);
	if (seal(command, argv) < 0)
		return own_status(command, EXIT_NO);
	if (command)
		return run_with(command, argc - next, argv + next, &options, &seen);
	if (argv[next]) {
		fprintf(stderr, "jailctl: no command of that name; see jailctl help\n");
		return EXIT_USAGE;
	}
	usage(stderr);
	return EXIT_USAGE;
}
