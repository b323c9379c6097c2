/*
 * conf.h - which jail.conf a command reads, and with which powers.
 */
#pragma once

#include "config.h"
#include "jailctl.h"

#include <limits.h>

struct conf {
	bool live; /* what supervisors read: nobody named another */
	char vendor_dir[PATH_MAX], main_file[PATH_MAX], dropin_dir[PATH_MAX];
	char filters[PATH_MAX]; /* the lists of system calls */
	struct jail_config *config;
};

#define autoconf __attribute__((cleanup(conf_free)))

/*
 * Loads the configuration below options->root, with `file` (NULL: none) in the
 * place of its jail.conf. If root is asked to read what is not the live
 * configuration, it gives up its powers first, for good: a parser should not meet
 * somebody's file as root.
 *   returns EXIT_YES; EXIT_PROBLEMS: the text is wrong, "FILE:LINE: sentence"
 */
int conf_load(const struct options *options, const char *file, struct conf *conf,
	struct jail_error *err);
void conf_free(struct conf *conf);
