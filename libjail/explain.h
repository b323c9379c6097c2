/*
 * explain.h - what a login gets and where each value comes from, as a jail.conf:
 * what is printed loads back to the same verdict for the same login.
 */
#pragma once

#include "match.h"
#include "policy.h"

#include <stdio.h>

/* A policy of a verdict: %u and %h expanded. */
void explain_policy(const struct jail_policy *policy, FILE *out);

void explain_plan(const struct jail_plan *plan, FILE *out);

/* All of it: policy, plan and the assigns that decided; of a refusal its reason
 * in a comment. The verdict must not be detached. */
void explain_verdict(const struct jail_verdict *verdict, FILE *out);
