/*
 * enter_steps.c - the order in which a session loses the host. Start reading
 * here, then in supervisor/build_steps.c.
 *
 * Whatever can fail for an ordinary reason (no image, a full cgroup, one login
 * too many) fails at "ask", while refusing is free: the supervisor does that
 * work. CROSS holds the few calls that change this process for good. SEAL only
 * takes power away, seccomp last; VERIFY looks at the result.
 *
 * sshd still has to change uid after us: setresuid(2) and friends stay allowed,
 * and four capabilities stay until its exec.
 */
#include "entry.h"

/* clang-format off */
const struct jail_step enter_steps[] = {
	{ "ask", "nobody enters uncounted, or a jail that is already dying",
	  PREPARE, ALWAYS, supervisor_ask, supervisor_forget },

	{ "descriptors", "an open directory is a path back to the host",
	  PREPARE, ALWAYS, descriptors_check, NULL },

	{ "alone", "a second thread could not follow, and would stay the host's root",
	  PREPARE, IN_USER_NAMESPACE, threads_check, NULL },

	{ "terminal", "login(1) gives it to the user from inside, where it would be nobody's",
	  PREPARE, IN_USER_NAMESPACE, terminal_lend, terminal_return },

	{ "keyring", "keys of whoever called su or started the service would be the user's to use",
	  PREPARE, ALWAYS, keyring_renew, NULL },

	{ "cross", "all namespaces in one call: there is no half-way in",
	  CROSS, ALWAYS, namespaces_join, NULL },

	{ "identity", "root of the host has no business in a user namespace",
	  CROSS, IN_USER_NAMESPACE, identity_take, NULL },

	{ "names", "the first lookup in a new root may load the jail's libnss as root",
	  CROSS, ALWAYS, names_pin, NULL },

	{ "rlimits", "a core dump's handler would run on the host, as root",
	  SEAL, ALWAYS, rlimits_set, NULL },

	{ "capabilities", "a setuid file or a root shell in the jail regains nothing",
	  SEAL, ALWAYS, caps_bound, NULL },

	{ "no-new-privs", "exec can no longer add power to a process",
	  SEAL, ALWAYS, privileges_freeze, NULL },

	{ "scope", "on the host's network its daemons' abstract sockets would answer a jail",
	  SEAL, ALWAYS, sockets_scope, NULL },

	{ "seccomp", "last to act, for it forbids the calls that every row above needed",
	  SEAL, ALWAYS, filter_load, NULL },

	{ "verify", "what was asked for is looked at, not believed",
	  VERIFY, ALWAYS, entry_verify, NULL },
};
/* clang-format on */

const size_t enter_step_count = sizeof(enter_steps) / sizeof(enter_steps[0]);

enum jail_outcome
entry_enter(struct jail_entry *entry, struct jail_error *err)
{
	return run_steps(entry, enter_steps, enter_step_count, &entry->user_namespace,
		&entry->done, err);
}
