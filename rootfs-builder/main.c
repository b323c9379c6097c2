/*
 * main.c - jail-rootfs: the root file systems that jails are made of. Never
 * runs inside a login, and runs nothing of what it copies.
 */
#include "commands.h"

#include "generation.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum exit_code { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

struct command {
	const char *name;
	const char *arguments;
	const char *help;
	bool needs_name;
	int (*run)(const struct options *options, struct jail_error *err);
};

/* clang-format off */
static const struct command commands[] = {
	{ "build", "NAME",   "make a new generation, unless nothing has changed", true, command_build },
	{ "list",  "[NAME]", "show images and their generations", false, command_list },
	{ "gc",    "[NAME]", "remove generations that nothing uses", false, command_gc },
};

static const struct option long_options[] = {
	{ "manifest",  required_argument, NULL, 'm' },
	{ "manifests", required_argument, NULL, 'M' },
	{ "root",      required_argument, NULL, 'r' },
	{ "images",    required_argument, NULL, 'i' },
	{ "force",     no_argument,       NULL, 'f' },
	{ "json",      no_argument,       NULL, 'j' },
	{ "help",      no_argument,       NULL, 'h' },
	{ "version",   no_argument,       NULL, 'V' },
	{ NULL,        0,                 NULL, 0 },
};
/* clang-format on */

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static int
usage(FILE *out, int code)
{
	fputs("usage: jail-rootfs COMMAND [OPTION]...\n\n", out);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-5s %-7s %s\n", commands[i].name, commands[i].arguments,
			commands[i].help);
	fputs("\n"
	      "  --images DIR     where images are kept (/var/lib/pam_jail/images)\n"
	      "  --manifest FILE  build from this file instead of NAME.list\n"
	      "  --manifests DIR  look for NAME.list here (" JAIL_DATA "/manifests)\n"
	      "  --root DIR       copy from this tree instead of /\n"
	      "  --force          build even if nothing has changed\n"
	      "  --json           list as JSON\n",
		out);
	return code;
}

static int
complain(const char *text)
{
	fprintf(stderr, "jail-rootfs: %s\n", text);
	return EXIT_USAGE;
}

/* The exit code when there is nothing more to do, else -1. */
static int
parse_options(int argc, char **argv, struct options *options)
{
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case 'm':
			options->manifest = optarg;
			break;
		case 'M':
			options->manifests = optarg;
			break;
		case 'r':
			options->root = optarg;
			break;
		case 'i':
			options->images = optarg;
			break;
		case 'f':
			options->force = true;
			break;
		case 'j':
			options->json = true;
			break;
		case 'h':
			return usage(stdout, EXIT_OK);
		case 'V':
			puts("jail-rootfs " JAIL_VERSION);
			return EXIT_OK;
		default:
			return EXIT_USAGE;
		}
	}
	return -1;
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; name && i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	struct options options = {
		.manifests = JAIL_DATA "/manifests",
		.root = "/",
		.images = "/var/lib/pam_jail/images",
	};
	struct jail_error err = { .errnum = 0 };
	const struct command *command;
	int done = parse_options(argc, argv, &options);

	if (done >= 0)
		return done;
	command = command_find(argv[optind]);
	if (!command || argc - optind > 2)
		return usage(stderr, EXIT_USAGE);
	options.name = argv[optind + 1];
	if (command->needs_name && !options.name)
		return complain("which image? jail-rootfs --help");
	if (options.name && !image_name_is_valid(options.name))
		return complain("an image's name has letters, digits, '.', '_' and '-' only");
	if (command->run(&options, &err) != 0) {
		fprintf(stderr, "jail-rootfs: %s\n", err.text);
		return EXIT_FAILED;
	}
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
}
