/*
 * match.c - the verdict over a login. There is no way through here that ends
 * in "not jailed" other than an assign that says so in words.
 */
#include "match.h"
#include "origin.h"
#include "schema.h"
#include "values.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One program under several PAM service names: `su -` asks for su-l. */
static const struct {
	const char *alias, *service;
} service_aliases[] = {
	{ "su-l", "su" },
	{ "runuser-l", "runuser" },
	{ "sudo-i", "sudo" },
};

static const char *
service_canonical(const char *service)
{
	for (size_t i = 0; i < sizeof(service_aliases) / sizeof(service_aliases[0]); i++)
		if (strcmp(service, service_aliases[i].alias) == 0)
			return service_aliases[i].service;
	return service;
}

static bool
list_has(const struct jail_texts *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->texts[i], name) == 0)
			return true;
	return false;
}

static bool
list_has_service(const struct jail_texts *list, const char *service)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(service_canonical(list->texts[i]), service) == 0)
			return true;
	return false;
}

static bool
list_has_group_of(const struct jail_texts *list, const struct jail_login *login)
{
	for (size_t i = 0; i < login->group_count; i++)
		if (list_has(list, login->groups[i].name))
			return true;
	return false;
}

static bool
assign_fits(const struct jail_assign *assign, const struct jail_login *login,
	const char *service)
{
	if (assign->user.count > 0 && !list_has(&assign->user, login->user))
		return false;
	if (assign->service.count > 0 && !list_has_service(&assign->service, service))
		return false;
	return assign->group.count == 0 || list_has_group_of(&assign->group, login);
}

static void
assigns_find(const struct jail_config *config, const struct jail_login *login,
	struct jail_verdict *verdict)
{
	const char *service = service_canonical(login->service);
	size_t count;
	const struct jail_assign *assign = config_assigns(config, &count),
				 *end = assign + count;

	for (; assign < end && !(verdict->policy_assign && verdict->plan_assign); assign++) {
		bool asks_policy = assign->policy && !verdict->policy_assign;
		bool asks_plan = assign->plan && !verdict->plan_assign;

		if ((!asks_policy && !asks_plan) || !assign_fits(assign, login, service))
			continue;
		if (asks_policy)
			verdict->policy_assign = assign;
		if (asks_plan)
			verdict->plan_assign = assign;
	}
}

/* Replaces %u, %h and %% in place. What a login brings must not make a path
 * that jail.conf could not have named. */
static int
path_expand(char path[MOUNT_PATH_SIZE], const struct jail_login *login, struct jail_error *err)
{
	char expanded[MOUNT_PATH_SIZE];
	size_t used = 0;

	for (const char *c = path; *c; c++) {
		const char *piece = c;
		size_t length = 1;

		if (*c == '%') {
			piece = *++c == 'u' ? login->user : *c == 'h' ? login->home : "%";
			length = strlen(piece);
		}
		if (used + length >= sizeof(expanded))
			return jail_fail(err, 0, "\"%s\": longer than %d bytes for user %s",
				path, MOUNT_PATH_SIZE - 1, login->user);
		memcpy(expanded + used, piece, length);
		used += length;
	}
	expanded[used] = '\0';
	if (path_check(expanded, err) < 0)
		return -1;
	memcpy(path, expanded, used + 1);
	return 0;
}

/* Home and mounts are bound at the first session, and one would cover the other. */
static int
home_check(const char *target, const struct jail_login *login, struct jail_error *err)
{
	if (path_is_at_or_below(target, login->home) ||
		path_is_at_or_below(login->home, target))
		return jail_fail(err, 0, "target %s: in the way of the home %s", target,
			login->home);
	return 0;
}

static int
mount_expand(struct jail_mount *mount, const struct jail_login *login, struct jail_error *err)
{
	if (path_expand(mount->source, login, err) < 0 ||
		path_expand(mount->target, login, err) < 0 ||
		home_check(mount->target, login, err) < 0)
		return origin_fail_in(&mount->origin, err);
	return 0;
}

static int
socket_expand(struct jail_socket *socket, const struct jail_login *login,
	struct jail_error *err)
{
	if (path_expand(socket->source, login, err) < 0 ||
		path_expand(socket->target, login, err) < 0 ||
		home_check(socket->target, login, err) < 0)
		return origin_fail_in(&socket->origin, err);
	return 0;
}

static int
policy_expand(struct jail_policy *policy, const struct jail_login *login,
	struct jail_error *err)
{
	for (size_t i = 0; i < policy->mount_count; i++)
		if (mount_expand(&policy->mounts[i], login, err) < 0)
			return -1;
	for (size_t i = 0; i < policy->socket_count; i++)
		if (socket_expand(&policy->sockets[i], login, err) < 0)
			return -1;
	return policy_check(policy, err);
}

static int refuse(struct jail_verdict *verdict, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int
refuse(struct jail_verdict *verdict, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(verdict->reason, sizeof(verdict->reason), fmt, args);
	va_end(args);
	verdict->kind = VERDICT_REFUSED;
	return 0;
}

static int
plan_resolve(const struct jail_config *config, struct jail_verdict *verdict,
	struct jail_error *err)
{
	const struct jail_assign *assign = verdict->plan_assign;

	return config_plan(config, assign ? assign->plan : "default", &verdict->plan, err);
}

static int
jailed_resolve(const struct jail_config *config, const struct jail_login *login,
	const char *policy, struct jail_verdict *verdict, struct jail_error *err)
{
	if (!verdict->plan_assign && !config_has_plan(config, "default"))
		return refuse(verdict,
			"policy \"%s\", but no assign gives user %s a plan, and there is "
			"no plan \"default\"",
			policy, login->user);
	if (config_policy(config, policy, &verdict->policy, err) < 0 ||
		plan_resolve(config, verdict, err) < 0 ||
		policy_expand(&verdict->policy, login, err) < 0)
		return -1;
	if (login->uid == 0 && !verdict->policy.uid0)
		return refuse(verdict, "policy \"%s\" has uid0 = no, and user %s is uid 0",
			policy, login->user);
	verdict->kind = VERDICT_JAILED;
	return 0;
}

int
config_resolve(const struct jail_config *config, const struct jail_login *login,
	struct jail_verdict *verdict, struct jail_error *err)
{
	const struct jail_assign *assign;

	*verdict = (struct jail_verdict){ .kind = VERDICT_REFUSED };
	assigns_find(config, login, verdict);
	assign = verdict->policy_assign;
	if (!assign)
		return refuse(verdict, "no assign gives user %s, service %s, a policy",
			login->user, login->service);
	if (strcmp(assign->policy, "refuse") == 0)
		return refuse(verdict, "%s:%d: assign \"%s\" refuses user %s, service %s",
			assign->defined.file, assign->defined.line, assign->name, login->user,
			login->service);
	if (strcmp(assign->policy, "unjailed") == 0) {
		verdict->kind = VERDICT_UNJAILED;
		return 0;
	}
	return jailed_resolve(config, login, assign->policy, verdict, err);
}

int
config_resolve_under(const struct jail_config *config, const struct jail_login *login,
	const char *policy, struct jail_verdict *verdict, struct jail_error *err)
{
	*verdict = (struct jail_verdict){ .kind = VERDICT_REFUSED };
	assigns_find(config, login, verdict);
	verdict->policy_assign = NULL;
	return jailed_resolve(config, login, policy, verdict, err);
}

void
verdict_detach(struct jail_verdict *verdict)
{
	const struct jail_origin nowhere = { .file = NULL };

	for (size_t i = 0; i < OPTION_COUNT_MAX; i++)
		verdict->policy.origins[i] = verdict->plan.origins[i] = nowhere;
	for (size_t i = 0; i < POLICY_MOUNTS_MAX; i++)
		verdict->policy.mounts[i].origin = nowhere;
	for (size_t i = 0; i < POLICY_SOCKETS_MAX; i++)
		verdict->policy.sockets[i].origin = nowhere;
	verdict->policy.defined = verdict->plan.defined = nowhere;
	verdict->policy_assign = verdict->plan_assign = NULL;
}
