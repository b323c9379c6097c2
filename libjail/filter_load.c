/*
 * filter_load.c - the last act of a session's way in: the filter that the
 * supervisor compiled and sent with the seal.
 */
#include "entry.h"
#include "seccomp_filter.h"

int
filter_load(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	struct seccomp_program program;
	struct wire_field field;

	if (!wire_find(entry->answer, TAG_FILTER, &field) || field.size == 0 ||
		field.size > BPF_MAXINSNS * sizeof(program.filter[0]) ||
		field.size % sizeof(program.filter[0]) != 0)
		return jail_fail(err, 0, "the seal holds no filter");
	program.filter = (void *)(entry->answer->data + (field.data - entry->answer->data));
	program.len = (unsigned short)(field.size / sizeof(program.filter[0]));
	return seccomp_apply(&program, err);
}
