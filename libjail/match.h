/*
 * match.h - who gets what: the verdict over one login.
 *
 * Two independent lookups through the assigns, in order: the first that fits
 * and names a policy gives the policy, the first that fits and names a plan
 * gives the plan (none: plan "default", if there is one). An assign fits when
 * each of its lists (user, group, service) that is given holds the login.
 */
#pragma once

#include "config.h"
#include "error.h"
#include "login.h"
#include "policy.h"

enum jail_verdict_kind {
	VERDICT_REFUSED,  /* first, so that an empty verdict lets nobody in */
	VERDICT_JAILED,   /* policy and plan are filled in */
	VERDICT_UNJAILED, /* policy = "unjailed": this login has no jail */
};

struct jail_verdict {
	enum jail_verdict_kind kind;
	char reason[256]; /* VERDICT_REFUSED: one sentence, as an error's text */
	struct jail_policy policy;
	struct jail_plan plan;

	/* The assigns that decided; NULL: none did (plan: "default" was taken). */
	const struct jail_assign *policy_assign;
	const struct jail_assign *plan_assign;
};

/*
 * Answers for a login that login_check() has seen. A refusal is an answer.
 *   fails   when a path of the policy cannot be made for this login
 * The verdict's origins and assigns are the configuration's.
 */
int config_resolve(const struct jail_config *config, const struct jail_login *login,
	struct jail_verdict *verdict, struct jail_error *err);

/* The same under a policy that an administrator named, whatever the assigns say of
 * it; the plan stays the one that they give. policy_assign is NULL then. */
int config_resolve_under(const struct jail_config *config, const struct jail_login *login,
	const char *policy, struct jail_verdict *verdict, struct jail_error *err);

/* Lets go of the configuration: origins and assigns are gone, values stay. */
void verdict_detach(struct jail_verdict *verdict);
