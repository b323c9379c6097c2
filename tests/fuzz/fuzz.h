/*
 * fuzz.h - what the fuzz targets share: one file each, named as its corpus below
 * corpus/. libFuzzer drives it in `make fuzz`; replay.c feeds it the corpus in
 * `make check-unit`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's name for a target's one function. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What has to hold for every input; assert(3) would go away with NDEBUG. */
#define must(condition) ((condition) ? (void)0 : must_fail(#condition, __FILE__, __LINE__))
__attribute__((noreturn)) void must_fail(const char *condition, const char *file, int line);

/* No control characters: a message is one line of a log. */
void must_be_one_line(const char *text);

/* A directory of this process alone, made when first asked for; gone at exit. */
const char *scratch_path(void);
int scratch_fd(void);
void scratch_put(const char *name, const void *bytes, size_t size);

/* The input as a file without a name. The caller closes it. */
int bytes_fd(const uint8_t *bytes, size_t size);

/* The input as a string, cut at its first NUL. The caller frees it. */
char *bytes_text(const uint8_t *bytes, size_t size);
