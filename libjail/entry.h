/*
 * entry.h - one session on its way into a jail: the context of enter_steps[].
 */
#pragma once

#include "identity.h"
#include "login.h"
#include "step.h"
#include "wire.h"

/* How long a login waits for its supervisor: longer than the supervisor's own
 * limits (home, build), shorter than a customer's patience. */
enum { ASK_TIMEOUT_MS = 30000 };

enum jail_admission { ADMITTED, UNJAILED, DENIED };

/* Whose the terminal was before it became the jail's. */
struct jail_lender {
	bool lent;
	uid_t uid;
	gid_t gid;
};

struct jail_entry {
	struct jail_login login;
	const char *config; /* borrowed */
	char policy[64];    /* by name; "": as jail.conf assigns */

	int socket;      /* to the supervisor */
	int self;        /* pidfd of this process */
	int process_dir; /* /proc/thread-self of the host, O_PATH */
	int init;        /* pidfd of the jail's init */

	uint64_t before[NS_COUNT];   /* this process's namespaces on the host */
	struct wire_message *answer; /* the seal, with its filter and environment */
	struct jail_identity identity;
	uint64_t namespaces; /* CLONE_NEW* to join */
	uint64_t caps;       /* capabilities kept */
	bool socket_stdio;
	bool user_namespace;
	struct jail_lender terminal;
	bool scratch; /* the root may be written, by who may */
	size_t done;
};

extern const struct jail_step enter_steps[];
extern const size_t enter_step_count;

/* Begins with zeroed memory: most of a login is room for groups, and stays untouched. */
void entry_begin(struct jail_entry *entry);

/*
 * May this user enter? Builds what can be built before the session. The answer
 * is a reservation of some seconds at the supervisor, not a token.
 *   returns the admission; DENIED with the reason in err. limit: it is one of
 *           the plan's limits, worth telling the user
 */
enum jail_admission entry_admit(struct jail_entry *entry, bool *limit, struct jail_error *err);

/* Walks enter_steps[]. */
enum jail_outcome entry_enter(struct jail_entry *entry, struct jail_error *err);

/* Calls `set` for each variable of the seal; value NULL: remove it. */
void entry_environment(const struct jail_entry *entry,
	void (*set)(void *context, const char *name, const char *value), void *context);

/*
 * Tells the supervisor why this process, which stands in the jail already, is
 * about to end: from there it cannot log for itself. Waits for nothing.
 */
void entry_broken(struct jail_entry *entry, const struct jail_error *why);

/* Closes and frees what the entry holds; the jail is not affected. */
void entry_release(struct jail_entry *entry);

/* The rows' functions, one file for each kernel resource. */
int supervisor_ask(void *entry, struct jail_error *err);
void supervisor_forget(void *entry);
int descriptors_check(void *entry, struct jail_error *err);
int threads_check(void *entry, struct jail_error *err);
int terminal_lend(void *entry, struct jail_error *err);
void terminal_return(void *entry);
int namespaces_join(void *entry, struct jail_error *err);
int identity_take(void *entry, struct jail_error *err);
int names_pin(void *entry, struct jail_error *err);
int keyring_renew(void *entry, struct jail_error *err);
int rlimits_set(void *entry, struct jail_error *err);
int caps_bound(void *entry, struct jail_error *err);
int privileges_freeze(void *entry, struct jail_error *err);
int sockets_scope(void *entry, struct jail_error *err);
int filter_load(void *entry, struct jail_error *err);
int entry_verify(void *entry, struct jail_error *err);
