/*
 * pam_stack.h - all lines of a service, with what they include in its place.
 */
#pragma once

#include "error.h"
#include "pam_line.h"

struct pam_row {
	struct pam_line line;
	const char *file; /* the stack's */
	int level;        /* how many substacks it is in */
};

struct pam_stack {
	char service[64];
	struct pam_row *rows; /* modules only, in the order of their files */
	size_t count, room;
	char **files; /* each that was read, the service's own first */
	size_t file_count;
};

#define autostack __attribute__((cleanup(pam_stack_free)))

/* NULL at the end: /etc/pam.d, /usr/lib/pam.d. */
extern const char *const pam_directories[];

/*
 * Reads the service's file from the first of `directories` that has one; where
 * none has, that of "other", as libpam does.
 *   fails   "FILE:LINE: ..." where a line is not understood or a file is missing
 */
int pam_stack_load(const char *const *directories, const char *service, struct pam_stack *stack,
	struct jail_error *err);
void pam_stack_free(struct pam_stack *stack);

bool pam_row_is(const struct pam_row *row, enum pam_type type, const char *module);

/* The last row of that type and module, or -1. */
long pam_stack_find(const struct pam_stack *stack, enum pam_type type, const char *module);

/* Can libpam get past row `target` without running it, by what row `from` of the
 * same type returns? */
bool pam_stack_skips(const struct pam_stack *stack, size_t from, size_t target);
