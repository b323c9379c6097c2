/*
 * steps.c - prints what the step tables say, not a description of it.
 */
#include "steps.h"

#include <stdio.h>

static const char *
remark(const struct jail_step *step, const struct jail_policy *policy)
{
	return policy && !step_is_wanted(step, policy->user_namespace) ? "(not asked for) "
								       : "";
}

static void
print_table(const char *title, const struct jail_step *steps, size_t count,
	const struct jail_policy *policy)
{
	printf("\n# %s\n", title);
	for (size_t i = 0; i < count; i++)
		printf("# %2zu %-8s %-14s %s%s\n", i + 1, phase_name(steps[i].phase),
			steps[i].name, remark(&steps[i], policy), steps[i].why);
}

void
steps_print(const struct jail_policy *policy)
{
	print_table("How the supervisor builds a jail, and what would be lost without the row:",
		build_steps, build_step_count, policy);
	print_table("How a session enters it:", enter_steps, enter_step_count, policy);
}

json_t *
steps_json(const struct jail_step *steps, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s}", "phase", phase_name(steps[i].phase),
				"wanted",
				steps[i].wanted == ALWAYS ? "always" : "user_namespace", "name",
				steps[i].name, "why", steps[i].why));
	return list;
}
