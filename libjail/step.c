/*
 * step.c - all the machinery that the step tables need. Rollback and teardown
 * are the same walk: there is no second, untested way out.
 */
#include "step.h"

const char *step_running;

bool
step_is_wanted(const struct jail_step *step, bool user_namespace)
{
	return step->wanted == ALWAYS || user_namespace;
}

enum jail_outcome
run_steps(void *work, const struct jail_step *steps, size_t count, const bool *user_namespace,
	size_t *done, struct jail_error *err)
{
	for (*done = 0; *done < count; (*done)++) {
		const struct jail_step *step = &steps[*done];
		int answer;

		if (!step_is_wanted(step, *user_namespace))
			continue;
		step_running = step->name;
		answer = step->act(work, err);
		if (answer == 0)
			continue;
		if (answer == STEP_NO_JAIL) {
			undo_steps(work, steps, done);
			return JAIL_NONE;
		}
		jail_fail_in(err, step->name);
		if (step->phase != PREPARE)
			return JAIL_BROKEN;
		undo_steps(work, steps, done);
		return JAIL_REFUSED;
	}
	step_running = NULL;
	return JAIL_ENTERED;
}

void
undo_steps(void *work, const struct jail_step *steps, size_t *done)
{
	while (*done > 0) {
		const struct jail_step *step = &steps[--*done];

		step_running = step->name;
		if (step->undo)
			step->undo(work);
	}
	step_running = NULL;
}

const char *
phase_name(enum jail_phase phase)
{
	static const char *const names[] = { "prepare", "cross", "seal", "verify" };

	return names[phase];
}
