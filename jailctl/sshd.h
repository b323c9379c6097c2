/*
 * sshd.h - what sshd says of its own configuration, by `sshd -T`.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

#define SSHD        "/usr/sbin/sshd"
#define SSHD_CONFIG "/etc/ssh/sshd_config"

enum { SSHD_ARGUMENTS_MAX = 8, SSHD_MAX = 8, SSHD_WORD_MAX = 256 };

/* How one sshd is started, as far as it decides about the configuration. */
struct sshd {
	char words[SSHD_ARGUMENTS_MAX][SSHD_WORD_MAX]; /* "-f", "FILE", "-o", "UsePAM=no" */
	size_t word_count;
	const char *file; /* its sshd_config */
};

/* The one without arguments, and those that listen with others.
 * returns how many; 0 where sshd is not installed */
size_t sshd_find(struct sshd list[SSHD_MAX]);

/*
 * Runs `sshd -T`, for `user` or, NULL, for nobody in particular.
 *   text    "keyword value" lines, the caller's to free(3)
 *   fails   with what sshd says; ETIMEDOUT
 */
int sshd_ask(const struct sshd *sshd, const char *user, char **text, struct jail_error *err);

/* The value of a keyword in such a text, which is in small letters; false: none. */
bool sshd_value(const char *text, const char *keyword, char *out, size_t size);

/*
 * Where a keyword is given a value that is not `unless`: in the file or in those
 * beside it, FILE.d. For people to find it; sshd_ask() decides.
 *   returns the line, 0 if none
 */
int sshd_line(const struct sshd *sshd, const char *keyword, const char *unless, char *file,
	size_t size);
