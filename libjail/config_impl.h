/*
 * config_impl.h - what the files config*.c share: text of one file, sections as
 * they were written.
 */
#pragma once

#include "arena.h"
#include "config.h"
#include "schema.h"

#include <dirent.h>

/* One file, read at one moment. */
struct config_text {
	const char *file; /* as messages name it */
	char *bytes;      /* NUL-terminated */
	size_t size;
	int *section_lines; /* where each section was opened, in order of their ends */
	size_t section_count;
};

/* `name = value`, not yet understood. */
struct config_setting {
	const struct jail_option *option;
	int line;
	struct jail_texts value;
};

struct config_section {
	enum jail_section_id id;
	const char *name;
	struct jail_origin defined;
	size_t setting_count;
	struct config_setting *settings;
	size_t child_count; /* mount and socket sections, sorted by kind */
	struct config_section *children;
};

struct config_sections {
	size_t count, room;
	struct config_section **items; /* in order of first appearance */
	void *by_name;                 /* of tsearch(3) */
};

struct jail_config {
	struct arena arena;
	struct config_sections sections[SECTION_ASSIGN + 1];
	struct jail_assign *assigns; /* sections[SECTION_ASSIGN], understood */
};

/* config_read.c: one file by path, or by name in an open directory (AT_FDCWD:
 * a path). `text->file` is borrowed; config_text_free() gives the rest back. */
int config_text_read(int dir_fd, const char *name, const char *shown, struct config_text *text,
	struct jail_error *err);
void config_text_free(struct config_text *text);

/* The *.conf of a directory, in order. A missing directory has none. To be
 * closed whether opening it failed or not. */
struct config_dir {
	int fd;
	size_t count;
	struct dirent **entries;
};
int config_dir_open(const char *path, struct config_dir *dir, struct jail_error *err);
void config_dir_close(struct config_dir *dir);

/* config_text.c: refuses what libconfuse would take in a way nobody means, and
 * blanks comments (libconfuse counts lines in them wrongly). */
int config_text_tame(struct config_text *text, struct jail_error *err);

/* config_parse.c: the sections of one tamed text, given to config_keep(). */
int config_parse(struct jail_config *config, const struct config_text *text,
	struct jail_error *err);

/* config.c: takes a finished section; finds one, or NULL. */
int config_keep(struct jail_config *config, const struct config_section *section,
	struct jail_error *err);
struct config_section *config_find(const struct jail_config *config, enum jail_section_id id,
	const char *name);

/* config_build.c: checks every policy and plan, makes config->assigns. */
int config_understand(struct jail_config *config, struct jail_error *err);

/* Names that an assign can give as a policy, but that no section can have. */
bool config_is_reserved(const char *policy);
