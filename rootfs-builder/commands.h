/*
 * commands.h - what jail-rootfs can do; a row of commands[] in main.c each.
 */
#pragma once

#include "error.h"

#include <stdbool.h>

struct options {
	const char *name;      /* of the image; NULL: all of them */
	const char *manifest;  /* --manifest FILE, else NULL */
	const char *manifests; /* where NAME.list is looked for */
	const char *root;      /* sources are below this directory */
	const char *images;
	bool force;
	bool json;
};

int command_build(const struct options *options, struct jail_error *err);
int command_list(const struct options *options, struct jail_error *err);
int command_gc(const struct options *options, struct jail_error *err);
