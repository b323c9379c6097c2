/*
 * escape.h - names and texts from inside, on their way to an administrator's
 * terminal or the log.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Printable ASCII stays; everything else, and the backslash, becomes \xHH, so
 * that the text holds no line, no colour and no reordering of its own. What does
 * not fit ends in "...". `size` is at least 8.
 *   returns the length of `out`
 */
size_t escape_text(char *out, size_t size, const char *text, size_t length);

/* Control characters become '?', UTF-8 stays: for our own sentences, in place. */
void escape_controls(char *text);
