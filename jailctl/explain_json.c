/*
 * explain_json.c - loops over the option tables, as explain.c does: values are
 * in jail.conf's own syntax, each with the place that it came from.
 */
#include "explain_json.h"

#include "fd.h"
#include "schema.h"
#include "steps.h"
#include "table.h"

#include <string.h>

static json_t *
origin_json(const struct jail_origin *origin)
{
	return origin->file ? json_sprintf("%s:%d", origin->file, origin->line) : json_null();
}

static json_t *
option_json(const struct jail_option *option, const void *record,
	const struct jail_origin *origin)
{
	autofree char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	option_print(option, record, out);
	if (fclose(out) != 0)
		return NULL;
	return json_pack("{s:s, s:o}", "value", text, "origin", origin_json(origin));
}

static json_t *
options_json(enum jail_section_id id, const void *record, const struct jail_origin *origins)
{
	const struct jail_section_kind *kind = &section_kinds[id];
	json_t *object = json_object();

	for (size_t i = 0; i < kind->option_count; i++)
		if (kind->options[i].print)
			json_object_set_new(object, kind->options[i].name,
				option_json(&kind->options[i], record, &origins[i]));
	return object;
}

static json_t *
places_json(const struct jail_policy *policy)
{
	json_t *list = json_array();

	for (size_t i = 0; i < policy->mount_count; i++) {
		const struct jail_mount *mount = &policy->mounts[i];

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:b, s:o}", "kind", "mount", "source",
				mount->source, "target", mount->target, "read_only",
				mount->read_only, "origin", origin_json(&mount->origin)));
	}
	for (size_t i = 0; i < policy->socket_count; i++) {
		const struct jail_socket *socket = &policy->sockets[i];

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:o}", "kind", "socket", "source",
				socket->source, "target", socket->target, "origin",
				origin_json(&socket->origin)));
	}
	return list;
}

static json_t *
warnings_json(const struct jail_policy *policy)
{
	json_t *list = json_array();

	for (size_t i = 0; i < policy_weakness_count; i++)
		if (policy_weaknesses[i].holds(policy))
			json_array_append_new(list, json_string(policy_weaknesses[i].sentence));
	return list;
}

static json_t *
assign_json(const struct jail_assign *assign)
{
	if (!assign)
		return json_null();
	return json_pack("{s:s, s:o}", "assign", assign->name, "origin",
		origin_json(&assign->defined));
}

static void
put_jail(json_t *object, const struct jail_verdict *verdict)
{
	const struct jail_policy *policy = &verdict->policy;
	const struct jail_plan *plan = &verdict->plan;

	json_object_set_new(object, "policy",
		json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "name", policy->name, "origin",
			origin_json(&policy->defined), "decided_by",
			assign_json(verdict->policy_assign), "options",
			options_json(SECTION_POLICY, policy, policy->origins), "places",
			places_json(policy), "warnings", warnings_json(policy)));
	json_object_set_new(object, "plan",
		json_pack("{s:s, s:o, s:o, s:o}", "name", plan->name, "origin",
			origin_json(&plan->defined), "decided_by",
			assign_json(verdict->plan_assign), "options",
			options_json(SECTION_PLAN, plan, plan->origins)));
}

static void
put_verdict(json_t *object, const struct jail_login *login, const struct jail_verdict *verdict)
{
	static const char *const words[] = { [VERDICT_REFUSED] = "refused",
		[VERDICT_JAILED] = "jailed",
		[VERDICT_UNJAILED] = "unjailed" };

	json_object_set_new(object, "user", json_string(login->user));
	json_object_set_new(object, "uid", json_integer(login->uid));
	json_object_set_new(object, "service", json_string(login->service));
	json_object_set_new(object, "verdict", json_string(words[verdict->kind]));
	if (verdict->kind == VERDICT_REFUSED)
		json_object_set_new(object, "reason", json_string(verdict->reason));
	if (verdict->kind == VERDICT_UNJAILED)
		json_object_set_new(object, "decided_by", assign_json(verdict->policy_assign));
	if (verdict->kind == VERDICT_JAILED)
		put_jail(object, verdict);
}

int
explain_json(const struct jail_login *login, const struct jail_verdict *verdict,
	struct jail_error *err)
{
	json_t *object = json_object();

	if (!object)
		return jail_fail(err, ENOMEM, "print JSON");
	if (verdict)
		put_verdict(object, login, verdict);
	json_object_set_new(object, "build_steps", steps_json(build_steps, build_step_count));
	json_object_set_new(object, "enter_steps", steps_json(enter_steps, enter_step_count));
	return json_print_object(object, err);
}
