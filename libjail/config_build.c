/*
 * config_build.c - from sections as they were written to policies, plans and
 * assigns that hold together. Everything is checked at load, whoever it
 * concerns: not being able to tell what one line means is a refusal, never a
 * guess.
 */
#include "config_impl.h"
#include "origin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INHERIT_MAX = 16 };

/* A section and those it inherits from, itself first. */
struct lineage {
	size_t count;
	const struct config_section *sections[INHERIT_MAX];
};

bool
config_is_reserved(const char *policy)
{
	return strcmp(policy, "unjailed") == 0 || strcmp(policy, "refuse") == 0;
}

static const struct config_setting *
setting_find(const struct config_section *section, const char *name)
{
	for (size_t i = 0; i < section->setting_count; i++)
		if (strcmp(section->settings[i].option->name, name) == 0)
			return &section->settings[i];
	return NULL;
}

static struct jail_origin
setting_origin(const struct config_section *section, const struct config_setting *setting)
{
	return (struct jail_origin){ .file = section->defined.file, .line = setting->line };
}

static int
lineage_find(const struct jail_config *config, const struct config_section *section,
	struct lineage *lineage, struct jail_error *err)
{
	const char *kind = section_kinds[section->id].name;
	const struct config_setting *inherit;

	lineage->sections[0] = section;
	lineage->count = 1;
	while ((inherit = setting_find(section, "inherit"))) {
		const struct jail_origin here = setting_origin(section, inherit);
		const char *parent = inherit->value.texts[0];

		section = config_find(config, section->id, parent);
		if (!section)
			return origin_fail(&here, err, "inherit: no %s \"%.80s\"", kind,
				parent);
		if (lineage->count == INHERIT_MAX)
			return origin_fail(&here, err,
				"inherit: a circle, or more than %d in a row", INHERIT_MAX);
		lineage->sections[lineage->count++] = section;
	}
	return 0;
}

/* origins is indexed by row, or NULL. */
static int
settings_apply(const struct config_section *section, void *record, struct jail_origin *origins,
	struct jail_error *err)
{
	for (size_t i = 0; i < section->setting_count; i++) {
		const struct config_setting *setting = &section->settings[i];
		const struct jail_option *option = setting->option;
		const struct jail_origin here = setting_origin(section, setting);

		if (option->parse(option, &setting->value, (char *)record + option->offset,
			    err) < 0)
			return origin_fail_in(&here, err);
		if (origins)
			origins[option - section_kinds[section->id].options] = here;
	}
	return 0;
}

static int
mount_add(const struct config_section *child, struct jail_policy *policy,
	struct jail_error *err)
{
	struct jail_mount *mount = &policy->mounts[policy->mount_count];

	if (policy->mount_count == POLICY_MOUNTS_MAX)
		return origin_fail(&child->defined, err, "more than %d mounts in a policy",
			POLICY_MOUNTS_MAX);
	*mount = (struct jail_mount){ .origin = child->defined };
	snprintf(mount->source, sizeof(mount->source), "%s",
		child->name); /* checked: it fits */
	if (settings_apply(child, mount, NULL, err) < 0)
		return -1;
	if (!mount->target[0])
		memcpy(mount->target, mount->source, sizeof(mount->target));
	policy->mount_count++;
	return 0;
}

static int
socket_add(const struct config_section *child, struct jail_policy *policy,
	struct jail_error *err)
{
	struct jail_socket *socket = &policy->sockets[policy->socket_count];

	if (policy->socket_count == POLICY_SOCKETS_MAX)
		return origin_fail(&child->defined, err, "more than %d sockets in a policy",
			POLICY_SOCKETS_MAX);
	*socket = (struct jail_socket){ .origin = child->defined };
	snprintf(socket->source, sizeof(socket->source), "%s", child->name);
	if (settings_apply(child, socket, NULL, err) < 0)
		return -1;
	if (!socket->target[0])
		memcpy(socket->target, socket->source, sizeof(socket->target));
	policy->socket_count++;
	return 0;
}

/* Mounts are a list, and so are sockets: a section that has one of them
 * replaces all that it inherits of that kind. */
static int
children_apply(const struct config_section *section, struct jail_policy *policy,
	struct jail_error *err)
{
	for (size_t i = 0; i < section->child_count; i++) {
		const struct config_section *child = &section->children[i];
		bool first = i == 0 || child[-1].id != child->id;

		if (child->id == SECTION_MOUNT) {
			policy->mount_count = first ? 0 : policy->mount_count;
			if (mount_add(child, policy, err) < 0)
				return -1;
		} else {
			policy->socket_count = first ? 0 : policy->socket_count;
			if (socket_add(child, policy, err) < 0)
				return -1;
		}
	}
	return 0;
}

int
config_policy(const struct jail_config *config, const char *name, struct jail_policy *policy,
	struct jail_error *err)
{
	const struct config_section *section = config_find(config, SECTION_POLICY, name);
	struct lineage lineage;

	if (!section)
		return jail_fail(err, 0, "no policy \"%.80s\"", name);
	if (lineage_find(config, section, &lineage, err) < 0)
		return -1;
	policy_preset(policy);
	snprintf(policy->name, sizeof(policy->name), "%s", section->name);
	policy->defined = section->defined;
	while (lineage.count > 0) {
		section = lineage.sections[--lineage.count];
		if (settings_apply(section, policy, policy->origins, err) < 0 ||
			children_apply(section, policy, err) < 0)
			return -1;
	}
	return policy_check(policy, err);
}

int
config_plan(const struct jail_config *config, const char *name, struct jail_plan *plan,
	struct jail_error *err)
{
	const struct config_section *section = config_find(config, SECTION_PLAN, name);
	struct lineage lineage;

	if (!section)
		return jail_fail(err, 0, "no plan \"%.80s\"", name);
	if (lineage_find(config, section, &lineage, err) < 0)
		return -1;
	plan_preset(plan);
	snprintf(plan->name, sizeof(plan->name), "%s", section->name);
	plan->defined = section->defined;
	while (lineage.count > 0)
		if (settings_apply(lineage.sections[--lineage.count], plan, plan->origins,
			    err) < 0)
			return -1;
	return plan_check(plan, err);
}

static int
policies_understand(const struct jail_config *config, struct jail_error *err)
{
	struct jail_policy *policy = malloc(sizeof(*policy)); /* some 30 KB: not the stack's */
	int result = 0;

	if (!policy)
		return jail_fail(err, ENOMEM, "check policies");
	for (size_t i = 0; result == 0 && i < config_policy_count(config); i++)
		result = config_policy(config, config_policy_name(config, i), policy, err);
	free(policy);
	return result;
}

static int
plans_understand(const struct jail_config *config, struct jail_error *err)
{
	struct jail_plan plan;

	for (size_t i = 0; i < config_plan_count(config); i++)
		if (config_plan(config, config_plan_name(config, i), &plan, err) < 0)
			return -1;
	return 0;
}

static int
reference_fail(const struct config_section *section, const char *option, const char *name,
	struct jail_error *err)
{
	const struct jail_origin here = setting_origin(section, setting_find(section, option));

	return origin_fail(&here, err, "assign \"%s\": no %s \"%s\"", section->name, option,
		name);
}

/* What an assign names must exist, and naming nothing decides nothing. */
static int
assign_check(const struct jail_config *config, const struct config_section *section,
	const struct jail_assign *assign, struct jail_error *err)
{
	if (assign->policy && !config_is_reserved(assign->policy) &&
		!config_find(config, SECTION_POLICY, assign->policy))
		return reference_fail(section, "policy", assign->policy, err);
	if (assign->plan && !config_find(config, SECTION_PLAN, assign->plan))
		return reference_fail(section, "plan", assign->plan, err);
	if (!assign->policy && !assign->plan)
		return origin_fail(&section->defined, err,
			"assign \"%s\" names neither a policy nor a plan", assign->name);
	return 0;
}

int
config_understand(struct jail_config *config, struct jail_error *err)
{
	const struct config_sections *all = &config->sections[SECTION_ASSIGN];

	if (policies_understand(config, err) < 0 || plans_understand(config, err) < 0)
		return -1;
	config->assigns = calloc(all->count + 1, sizeof(*config->assigns));
	if (!config->assigns)
		return jail_fail(err, ENOMEM, "check assigns");
	for (size_t i = 0; i < all->count; i++) {
		const struct config_section *section = all->items[i];
		struct jail_assign *assign = &config->assigns[i];

		*assign = (struct jail_assign){
			.name = section->name,
			.defined = section->defined,
		};
		if (settings_apply(section, assign, NULL, err) < 0 ||
			assign_check(config, section, assign, err) < 0)
			return -1;
	}
	return 0;
}
