/*
 * exempt.h - what the PAM lines of this host say: whom they exempt, and which
 * jail.conf is theirs.
 */
#pragma once

#include "login.h"
#include "ways_in.h"

#include <limits.h>

struct exempt {
	bool is_used; /* some service that lets users in has a line of pam_jail.so */
	char (*lists)[PAM_ARGUMENTS_MAX]; /* the words of each such line */
	size_t count;
};

void exempt_load(const struct ways_in *ways, struct exempt *exempt);
void exempt_free(struct exempt *exempt);

/* The file that config= of the line with this number names; false: it names none. */
bool exempt_config(const struct exempt *exempt, size_t number, char file[PATH_MAX]);

/* Does exempt= of a line with these words name the login, or a group of his? */
bool exempt_by_words(const char *words, const struct jail_login *login);

/* ... of any line? */
bool exempt_covers(const struct exempt *exempt, const struct jail_login *login);

/* Fills `out` from the words of a line, as the module does.
 * `room` holds what `out` points to. */
struct arguments;
int exempt_parse(const char *words, char room[PAM_ARGUMENTS_MAX], struct arguments *out,
	struct jail_error *err);
