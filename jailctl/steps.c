/*
 * steps.c - prints what the step tables say, not a description of it.
 */
#include "steps.h"

#include <stdio.h>

static void
print_table(const char *title, const struct jail_step *steps, size_t count)
{
	printf("\n# %s\n", title);
	for (size_t i = 0; i < count; i++)
		printf("# %2zu %-8s %-13s %s\n", i + 1, phase_name(steps[i].phase),
			steps[i].name, steps[i].why);
}

void
steps_print(void)
{
	print_table("How the supervisor builds a jail, and what would be lost without the row:",
		build_steps, build_step_count);
	print_table("How a session enters it:", enter_steps, enter_step_count);
}

json_t *
steps_json(const struct jail_step *steps, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s}", "phase", phase_name(steps[i].phase),
				"name", steps[i].name, "why", steps[i].why));
	return list;
}
