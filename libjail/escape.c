/*
 * escape.c - a process may be called "\033]0;rm -rf\007" or "\nroot 1 bash";
 * what an administrator reads must be one word of one line.
 */
#include "escape.h"

#include <stdio.h>
#include <string.h>

enum { ROOM_FOR_ONE = 4, ROOM_FOR_END = 4 /* "..." and NUL */ };

static bool
is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '\\';
}

size_t
escape_text(char *out, size_t size, const char *text, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (used + ROOM_FOR_ONE + ROOM_FOR_END > size) {
			memcpy(out + used, "...", 3);
			used += 3;
			break;
		}
		if (is_plain(c))
			out[used++] = (char)c;
		else
			used += (size_t)snprintf(out + used, size - used, "\\x%02x", c);
	}
	out[used] = '\0';
	return used;
}

void
escape_controls(char *text)
{
	for (char *c = text; *c; c++) {
		unsigned char here = (unsigned char)*c, next = (unsigned char)c[1];

		if (here < ' ' || here == 0x7f)
			*c = '?';
		else if (here == 0xc2 && next >= 0x80 && next < 0xa0) /* C1 in UTF-8 */
			c[0] = c[1] = '?';
	}
}
