/*
 * options.h - jailctl's options: one row each, for parser and usage.
 */
#pragma once

#include "jailctl.h"

#include <stdio.h>

enum { OPTIONS_MAX = 16 };

enum option_letter {
	OPTION_HELP = 'h',
	OPTION_VERSION = 'V',
};

/* Letters of the options that were given. */
struct options_seen {
	char letters[OPTIONS_MAX + 1];
};

enum options_extent { UP_TO_OPERAND, ALL_OPTIONS };

/*
 * Reads the options behind argv[0], up to the first operand or all of them (argv
 * is put in order then).
 *   returns the index of the first operand; -1: getopt(3) has complained
 */
int options_parse(int argc, char **argv, enum options_extent extent, struct options *options,
	struct options_seen *seen);

bool options_saw(const struct options_seen *seen, enum option_letter letter);

/* The name of an option that was given and that is neither for every command nor
 * one of `accepted`; NULL if there is none. */
const char *options_stray(const struct options_seen *seen, const char *accepted);

void options_usage(FILE *out);
