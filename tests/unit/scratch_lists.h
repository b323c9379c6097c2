/*
 * scratch_lists.h - the shipped seccomp lists in a directory of the test's own,
 * copied because a checkout may belong to somebody else, whose lists would be
 * refused. t.list and u.list are the test's to write.
 */
#pragma once

#include "seccomp_filter.h"

enum { LISTS_SHIPPED = 4 };

extern const char *const lists_shipped[LISTS_SHIPPED];
extern int lists_fd;

/* cmocka's group fixtures; to be run from the top of the checkout. */
int lists_setup(void **state);
int lists_teardown(void **state);

void lists_put(const char *file, const char *text, size_t size);

/* Fails the test with the compiler's sentence. */
struct seccomp_program lists_compile(const char *name);
