/*
 * steps.h - the rows of both step tables, to be read.
 */
#pragma once

#include "entry.h"
#include "policy.h"

#include <jansson.h>

/* supervisor/build_steps.c, compiled with STEPS_FOR_READING: without functions. */
extern const struct jail_step build_steps[];
extern const size_t build_step_count;

/* Both tables, as comments of a jail.conf; NULL: for no policy in particular. */
void steps_print(const struct jail_policy *policy);

json_t *steps_json(const struct jail_step *steps, size_t count);
