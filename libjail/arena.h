/*
 * arena.h - memory that is asked for in crumbs and given back all at once: the
 * texts of one configuration.
 */
#pragma once

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *newest;
};

/* Zeroed and aligned for any type; NULL when memory is short. */
void *arena_new(struct arena *arena, size_t size);

/* A copy; NULL when memory is short. */
const char *arena_text(struct arena *arena, const char *text);

void arena_free(struct arena *arena);
