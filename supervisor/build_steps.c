/*
 * build_steps.c - what a jail is made of, in order. The other half of the
 * argument is libjail/enter_steps.c.
 *
 * All rows are PREPARE: the supervisor never leaves the host's namespaces, so
 * everything can be undone, and teardown is this table read backwards.
 */
#ifdef STEPS_FOR_READING /* `jailctl explain` prints the rows and runs none */
#include "step.h"
#define ROW(act, undo) NULL, NULL
#else
#include "jail.h"
#include "rows.h"
#define ROW(act, undo) act, undo
#endif

extern const struct jail_step build_steps[];
extern const size_t build_step_count;

/* clang-format off */
const struct jail_step build_steps[] = {
	{ "birth", "a service's confinement, limits and environment would be the jail's",
	  PREPARE, ALWAYS, ROW(birth_take, NULL) },

	{ "plan", "without its limits one customer takes the whole machine",
	  PREPARE, ALWAYS, ROW(plan_apply, NULL) },

	{ "leaf", "nobody could say which processes are this jail's, or end them all",
	  PREPARE, ALWAYS, ROW(leaf_make, leaf_remove) },

	{ "filter", "a session would have to compile it, or go without",
	  PREPARE, ALWAYS, ROW(filter_make, filter_free) },

	{ "stub", "below the jail's root would lie the host's",
	  PREPARE, ALWAYS, ROW(stub_take, stub_leave) },

	{ "user-namespace", "a server process that was taken over could become any tenant's uid, or root's",
	  PREPARE, IN_USER_NAMESPACE, ROW(user_namespace_take, user_namespace_leave) },

	{ "image", "the user could write what root loads",
	  PREPARE, ALWAYS, ROW(image_take, image_leave) },

	{ "layer", "names, accounts and devices of the host would be the jail's",
	  PREPARE, ALWAYS, ROW(layer_take, layer_leave) },

	{ "log", "a server's last lines would be lost, and the sender of any could be anybody",
	  PREPARE, ALWAYS, ROW(relay_take, relay_leave) },

	{ "mounts", "files of one tenant would lie where another looks",
	  PREPARE, ALWAYS, ROW(mounts_take, mounts_leave) },

	{ "init", "namespaces without a first process end with each session",
	  PREPARE, ALWAYS, ROW(init_start, init_stop) },

	{ "inspect", "a jail that shares a namespace with the host is none",
	  PREPARE, ALWAYS, ROW(init_inspect, NULL) },
};
/* clang-format on */

const size_t build_step_count = sizeof(build_steps) / sizeof(build_steps[0]);
