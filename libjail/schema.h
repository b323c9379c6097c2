/*
 * schema.h - every word of jail.conf, once. Parser, explain, check, the example
 * and the manual are loops over these tables, or are tested against them.
 */
#pragma once

#include "error.h"
#include "policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct jail_option {
	const char *name;   /* as written in jail.conf; "cpu.cap": cap in a cpu section */
	const char *preset; /* in jail.conf's own syntax; NULL: not given */
	const char *unit; /* "bytes", "tasks", "name", "none|host" (the words, in enum order) */
	const char
		*kernel;  /* what it ends in, for those who will look; NULL: in our own hands */
	const char *help; /* one sentence; printed by jailctl, and the manual's */

	size_t offset; /* of the field in the section's struct */
	size_t size;   /* of that field */
	uint64_t least, most;
	bool may_be_none; /* "none" is LIMIT_NONE */
	bool is_list;
	bool host_may_lack; /* may stand in not_required */

	/* value->count is 1 unless is_list. A field may borrow value's texts. */
	int (*parse)(const struct jail_option *option, const struct jail_texts *value,
		void *field, struct jail_error *err);
	/* In jail.conf's syntax; NULL: nothing of its own (inherit). */
	void (*print)(const struct jail_option *option, const void *field, FILE *out);
};

enum jail_section_id {
	SECTION_POLICY,
	SECTION_PLAN,
	SECTION_ASSIGN,
	SECTION_MOUNT,
	SECTION_SOCKET,
	SECTION_COUNT,
};

struct jail_section_kind {
	const char *name;
	const char *title; /* what stands in quotes behind the name */
	int parent;        /* the section it stands in; -1: the file */
	const struct jail_option *options;
	size_t option_count;
	const char *help;
};

/* Indexed by jail_section_id. */
extern const struct jail_section_kind section_kinds[SECTION_COUNT];

extern const struct jail_option policy_options[];
extern const size_t policy_option_count;
extern const struct jail_option plan_options[];
extern const size_t plan_option_count;

/* NULL when the section has no such option. */
const struct jail_option *option_find(enum jail_section_id section, const char *name);

/*
 * Parses one text into the option's field of `record`, the section's struct.
 *   fails   errnum 0: 'memory_max = "2X": not a number of bytes …'
 */
int option_set(const struct jail_option *option, const char *text, void *record,
	struct jail_error *err);

/* As it would be written: 2G, none, "shell", {"a", "b"}. */
void option_print(const struct jail_option *option, const void *record, FILE *out);

/* Whether an option without a preset has been given: a list with something in
 * it, a name. */
bool option_is_given(const struct jail_option *option, const void *record);

/* Every option as if nothing had been written. */
void policy_preset(struct jail_policy *policy);
void plan_preset(struct jail_plan *plan);

/*
 * Refuses combinations of values that are each in range, but together open a
 * hole or can never work (the tables in rules.c hold the reasons).
 */
/* May the jail have something of the host's at this place? For mounts, sockets
 * and homes alike. */
int target_check(const char *target, bool is_socket, struct jail_error *err);

/* What was asked for in words and leaves a jail weaker than it looks: explain and
 * check say so. */
struct policy_weakness {
	const char *option; /* that brought it about */
	bool (*holds)(const struct jail_policy *policy);
	const char *sentence;
};
extern const struct policy_weakness policy_weaknesses[];
extern const size_t policy_weakness_count;

int policy_check(const struct jail_policy *policy, struct jail_error *err);
int plan_check(const struct jail_plan *plan, struct jail_error *err);
