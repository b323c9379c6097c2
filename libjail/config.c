/*
 * config.c - which files, in which order, and which section replaces which. A
 * file that is missing without leave, or half understood, ends the load: no
 * login is ever decided by part of a configuration.
 */
#include "config.h"
#include "config_impl.h"
#include "origin.h"
#include "values.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

const struct jail_paths config_paths = {
	.vendor_dir = JAIL_DATA "/policies",
	.main_file = JAIL_SYSCONF "/jail.conf",
	.dropin_dir = JAIL_SYSCONF "/jail.conf.d",
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct config_section *)a)->name,
		((const struct config_section *)b)->name);
}

struct config_section *
config_find(const struct jail_config *config, enum jail_section_id id, const char *name)
{
	const struct config_section wanted = { .name = name };
	void *found = tfind(&wanted, (void *const *)&config->sections[id].by_name, by_name);

	return found ? *(struct config_section **)found : NULL;
}

static int
section_add(struct jail_config *config, const struct config_section *section)
{
	struct config_sections *all = &config->sections[section->id];
	struct config_section *copy = arena_new(&config->arena, sizeof(*copy));

	if (all->count == all->room) {
		size_t room = all->room ? all->room * 2 : 16;
		void *items = reallocarray(all->items, room, sizeof(*all->items));

		if (!items)
			return -1;
		all->items = items;
		all->room = room;
	}
	if (!copy)
		return -1;
	*copy = *section;
	if (!tsearch(copy, &all->by_name, by_name))
		return -1;
	all->items[all->count++] = copy;
	return 0;
}

static int
title_check(const struct config_section *section, struct jail_error *err)
{
	if (name_check(section->name, err) < 0)
		jail_fail_in(err, section_kinds[section->id].name);
	else if (section->id == SECTION_POLICY && config_is_reserved(section->name))
		jail_fail(err, 0, "policy \"%s\": the name is reserved for assign sections",
			section->name);
	else
		return 0;
	return origin_fail_in(&section->defined, err);
}

static int
children_check(const struct config_section *section, struct jail_error *err)
{
	for (size_t i = 0; i < section->child_count; i++) {
		const struct config_section *child = &section->children[i];

		if (path_check_template(child->name, err) < 0) {
			jail_fail_in(err, section_kinds[child->id].name);
			return origin_fail_in(&child->defined, err);
		}
	}
	return 0;
}

int
config_keep(struct jail_config *config, const struct config_section *section,
	struct jail_error *err)
{
	struct config_section *earlier;

	if (title_check(section, err) < 0 || children_check(section, err) < 0)
		return -1;
	earlier = config_find(config, section->id, section->name);
	if (earlier && earlier->defined.file == section->defined.file)
		return origin_fail(&section->defined, err,
			"%s \"%s\" stands twice in one file, first in line %d",
			section_kinds[section->id].name, section->name, earlier->defined.line);
	if (earlier)
		*earlier = *section; /* in the earlier's place */
	else if (section_add(config, section) < 0)
		return jail_fail(err, ENOMEM, "read %s", section->defined.file);
	return 0;
}

static int
file_load(struct jail_config *config, int dir_fd, const char *name, const char *shown,
	struct jail_error *err)
{
	const char *file = arena_text(&config->arena, shown); /* origins point at it */
	struct config_text text;
	int result;

	if (!file)
		return jail_fail(err, ENOMEM, "read %s", shown);
	if (config_text_read(dir_fd, name, file, &text, err) < 0)
		return -1;
	result = config_text_tame(&text, err);
	if (result == 0)
		result = config_parse(config, &text, err);
	config_text_free(&text);
	return result;
}

/* A file's name stands in messages and in comments that explain prints. */
static int
file_name_check(const char *path, struct jail_error *err)
{
	for (const char *c = path; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return jail_fail(err, 0, "a file's name with a control character");
	return 0;
}

static int
dir_load(struct jail_config *config, const char *path, struct jail_error *err)
{
	struct config_dir dir;
	char shown[PATH_MAX];
	int result = config_dir_open(path, &dir, err);

	for (size_t i = 0; result == 0 && i < dir.count; i++) {
		const char *name = dir.entries[i]->d_name;

		snprintf(shown, sizeof(shown), "%s/%s", path, name);
		result = file_name_check(name, err) < 0
				 ? jail_fail_in(err, path)
				 : file_load(config, dir.fd, name, shown, err);
	}
	config_dir_close(&dir);
	return result;
}

int
config_load(const struct jail_paths *paths, struct jail_config **config, struct jail_error *err)
{
	struct jail_config *new = calloc(1, sizeof(*new));

	if (!new)
		return jail_fail(err, ENOMEM, "read %s", paths->main_file);
	if (dir_load(new, paths->vendor_dir, err) < 0 ||
		file_load(new, AT_FDCWD, paths->main_file, paths->main_file, err) < 0 ||
		dir_load(new, paths->dropin_dir, err) < 0 || config_understand(new, err) < 0) {
		config_free(new);
		return -1;
	}
	*config = new;
	return 0;
}

static void
node_free(void *section)
{
	(void)section; /* the arena's */
}

void
config_free(struct jail_config *config)
{
	if (!config)
		return;
	for (int id = 0; id <= SECTION_ASSIGN; id++) {
		tdestroy(config->sections[id].by_name, node_free);
		free(config->sections[id].items);
	}
	free(config->assigns);
	arena_free(&config->arena);
	free(config);
}

size_t
config_policy_count(const struct jail_config *config)
{
	return config->sections[SECTION_POLICY].count;
}

const char *
config_policy_name(const struct jail_config *config, size_t index)
{
	return config->sections[SECTION_POLICY].items[index]->name;
}

bool
config_has_plan(const struct jail_config *config, const char *name)
{
	return config_find(config, SECTION_PLAN, name) != NULL;
}

size_t
config_plan_count(const struct jail_config *config)
{
	return config->sections[SECTION_PLAN].count;
}

const char *
config_plan_name(const struct jail_config *config, size_t index)
{
	return config->sections[SECTION_PLAN].items[index]->name;
}

const struct jail_assign *
config_assigns(const struct jail_config *config, size_t *count)
{
	*count = config->sections[SECTION_ASSIGN].count;
	return config->assigns;
}
