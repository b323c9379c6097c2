/*
 * names.h - a growing list of strings, and which names we put up with.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

struct names {
	char **item; /* owned */
	size_t count;
	size_t room;
};

int names_add(struct names *names, const char *text, size_t length, struct jail_error *err);
void names_sort(struct names *names);
void names_free(struct names *names);

/* Control characters would forge lines in our records, and in logs. */
bool name_is_clean(const char *name);

/* Copies name with \xNN for what name_is_clean() refuses; cut to size. */
void name_escape(const char *name, char *buf, size_t size);
