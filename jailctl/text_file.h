/*
 * text_file.h - a configuration file of somebody else's, whole and bounded.
 */
#pragma once

#include "error.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct text_file {
	char *bytes; /* ends with a NUL beside `size` */
	size_t size;
	char *next; /* of text_file_line() */
	int line;   /* that was returned last, from 1 */
};

#define autotext __attribute__((cleanup(text_file_free)))

/*
 * A regular file of at most a megabyte, by a path that only root has a say in.
 *   fails   ENOENT
 */
int text_file_read(const char *path, struct text_file *text, struct jail_error *err);

/* The same through an open descriptor, which stays the caller's; `name` is for the
 * error. */
int text_file_read_fd(int fd, const char *name, struct text_file *text, struct jail_error *err);
void text_file_free(struct text_file *text);

/* The next line, without its newline and the blanks around it, in place; NULL at the
 * end. */
char *text_file_line(struct text_file *text);
