/*
 * explain.c - loops over the option tables: an option that exists is printed,
 * so that nobody has to know which files to read.
 */
#include "explain.h"
#include "schema.h"
#include "values.h"

#include <string.h>

/* A comment ends with its line, whatever stands in it. */
static void
comment_print(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
}

static void
origin_print(const struct jail_origin *origin, FILE *out)
{
	fputs("  # ", out);
	if (!origin->file) {
		fputs("preset", out);
		return;
	}
	comment_print(origin->file, out);
	fprintf(out, ":%d", origin->line);
}

static void
section_begin(enum jail_section_id id, const char *name, const struct jail_origin *defined,
	FILE *out)
{
	fprintf(out, "%s ", section_kinds[id].name);
	print_quoted(name, out);
	fputs(" {", out);
	origin_print(defined, out);
	fputc('\n', out);
}

/* Rows of one group ("cpu.") stand together in the table. */
static size_t
group_length(const struct jail_option *option)
{
	const char *dot = option ? strchr(option->name, '.') : NULL;

	return dot ? (size_t)(dot - option->name) + 1 : 0;
}

static bool
same_group(const struct jail_option *a, const struct jail_option *b)
{
	size_t length = group_length(a);

	return length == group_length(b) &&
	       (length == 0 || strncmp(a->name, b->name, length) == 0);
}

static void
option_explain(const struct jail_option *option, const void *record,
	const struct jail_origin *origin, FILE *out)
{
	size_t group = group_length(option);

	fprintf(out, "%s%s = ", group ? "    " : "  ", option->name + group);
	option_print(option, record, out);
	origin_print(origin, out);
	if (option->kernel)
		fprintf(out, ", sets %s", option->kernel);
	fputc('\n', out);
}

static void
options_explain(enum jail_section_id id, const void *record, const struct jail_origin *origins,
	FILE *out)
{
	const struct jail_section_kind *kind = &section_kinds[id];
	const struct jail_option *before = NULL;

	for (size_t i = 0; i < kind->option_count; i++) {
		const struct jail_option *option = &kind->options[i];
		size_t group = group_length(option);

		if (!option->print)
			continue;
		if (group_length(before) && !same_group(before, option))
			fputs("  }\n", out);
		if (group && !(before && same_group(before, option)))
			fprintf(out, "  %.*s {\n", (int)group - 1, option->name);
		option_explain(option, record, &origins[i], out);
		before = option;
	}
	if (group_length(before))
		fputs("  }\n", out);
}

/* A mount or socket, in one line. */
static void
child_explain(enum jail_section_id id, const char *source, const void *record,
	const struct jail_origin *origin, FILE *out)
{
	const struct jail_section_kind *kind = &section_kinds[id];

	fprintf(out, "  %s ", kind->name);
	print_quoted_path(source, out);
	fputs(" {", out);
	for (size_t i = 0; i < kind->option_count; i++) {
		fprintf(out, " %s = ", kind->options[i].name);
		option_print(&kind->options[i], record, out);
	}
	fputs(" }", out);
	origin_print(origin, out);
	fputc('\n', out);
}

static void
weaknesses_explain(const struct jail_policy *policy, FILE *out)
{
	for (size_t i = 0; i < policy_weakness_count; i++)
		if (policy_weaknesses[i].holds(policy))
			fprintf(out, "  # warning: %s\n", policy_weaknesses[i].sentence);
}

void
explain_policy(const struct jail_policy *policy, FILE *out)
{
	section_begin(SECTION_POLICY, policy->name, &policy->defined, out);
	weaknesses_explain(policy, out);
	options_explain(SECTION_POLICY, policy, policy->origins, out);
	for (size_t i = 0; i < policy->mount_count; i++) {
		const struct jail_mount *mount = &policy->mounts[i];

		child_explain(SECTION_MOUNT, mount->source, mount, &mount->origin, out);
	}
	for (size_t i = 0; i < policy->socket_count; i++) {
		const struct jail_socket *socket = &policy->sockets[i];

		child_explain(SECTION_SOCKET, socket->source, socket, &socket->origin, out);
	}
	fputs("}\n", out);
}

void
explain_plan(const struct jail_plan *plan, FILE *out)
{
	section_begin(SECTION_PLAN, plan->name, &plan->defined, out);
	options_explain(SECTION_PLAN, plan, plan->origins, out);
	fputs("}\n", out);
}

/* Only what decided: an assign that gave the plan may name a policy that lost. */
static void
assign_explain(const struct jail_assign *assign, bool policy, bool plan, FILE *out)
{
	const struct jail_section_kind *kind = &section_kinds[SECTION_ASSIGN];
	struct jail_assign part = *assign;

	part.policy = policy ? part.policy : NULL;
	part.plan = plan ? part.plan : NULL;
	section_begin(SECTION_ASSIGN, assign->name, &assign->defined, out);
	for (size_t i = 0; i < kind->option_count; i++) {
		const struct jail_option *option = &kind->options[i];

		if (!option_is_given(option, &part))
			continue;
		fprintf(out, "  %s = ", option->name);
		option_print(option, &part, out);
		fputc('\n', out);
	}
	fputs("}\n", out);
}

static void
assigns_explain(const struct jail_verdict *verdict, FILE *out)
{
	const struct jail_assign *policy = verdict->policy_assign, *plan = verdict->plan_assign;

	if (verdict->kind == VERDICT_UNJAILED)
		plan = NULL; /* found, and of no account */
	if (policy)
		assign_explain(policy, true, policy == plan, out);
	else
		fputs("# the policy was asked for by name\n", out);
	if (plan && plan != policy)
		assign_explain(plan, false, true, out);
}

void
explain_verdict(const struct jail_verdict *verdict, FILE *out)
{
	if (verdict->kind == VERDICT_REFUSED) {
		fputs("# refused: ", out);
		comment_print(verdict->reason, out);
		fputc('\n', out);
		return;
	}
	if (verdict->kind == VERDICT_JAILED) {
		explain_policy(&verdict->policy, out);
		explain_plan(&verdict->plan, out);
	}
	assigns_explain(verdict, out);
}
