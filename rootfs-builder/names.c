/*
 * names.c - lists of strings. Names come from directories that others may have
 * filled, so nothing here assumes that a name is printable or short.
 */
#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
names_room(struct names *names)
{
	size_t room = names->room ? 2 * names->room : 16;
	char **item;

	if (names->count < names->room)
		return 0;
	item = reallocarray(names->item, room, sizeof(*item));
	if (!item)
		return -1;
	names->item = item;
	names->room = room;
	return 0;
}

int
names_add(struct names *names, const char *text, size_t length, struct jail_error *err)
{
	char *copy = names_room(names) == 0 ? strndup(text, length) : NULL;

	if (!copy)
		return jail_fail(err, errno, "remember a name");
	names->item[names->count++] = copy;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
names_sort(struct names *names)
{
	if (names->count > 1)
		qsort(names->item, names->count, sizeof(*names->item), compare);
}

void
names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->item[i]);
	free(names->item);
	*names = (struct names){ .count = 0 };
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

bool
name_is_clean(const char *name)
{
	for (; *name; name++)
		if (is_control(*name))
			return false;
	return true;
}

void
name_escape(const char *name, char *buf, size_t size)
{
	size_t used = 0;

	for (; *name && used + 5 < size; name++)
		used += snprintf(buf + used, size - used, is_control(*name) ? "\\x%02x" : "%c",
			(unsigned char)*name);
	buf[used] = '\0';
}
