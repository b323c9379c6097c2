/*
 * trials.c - a process for each attempt: what works changes the process that
 * tried, and a filter may end it.
 */
#include "trials.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 20 }; /* with a call that waits for somebody */

struct shared *
shared_new(struct jail_error *err)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared != MAP_FAILED)
		return shared;
	jail_fail(err, errno, "mmap");
	return NULL;
}

void
shared_free(struct shared *shared)
{
	munmap(shared, sizeof(*shared));
}

static void
make(const struct trials *trials, const struct attempt *attempt, enum role role, bool of_host,
	struct outcome *outcome)
{
	struct trial trial = { .bait = &trials->bait, .of_host = of_host };

	outcome->answer = attempt_make(attempt, role, &trial);
	memcpy(outcome->reason, trial.reason, sizeof(outcome->reason));
}

/* Dumpable as a program that was just executed: else that alone would protect its
 * files in /proc from itself. */
__attribute__((noreturn)) static void
make_in_child(const struct trials *trials, const struct attempt *attempt, enum role role,
	bool of_host, struct outcome *outcome)
{
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	alarm(PATIENCE_S);
	make(trials, attempt, role, of_host, outcome);
	_exit(0);
}

static void
make_apart(const struct trials *trials, const struct attempt *attempt, enum role role,
	bool of_host, struct outcome *outcome)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		make_in_child(trials, attempt, role, of_host, outcome);
	if (child < 0) {
		snprintf(outcome->reason, sizeof(outcome->reason), "fork: %s", strerror(errno));
		return;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFSIGNALED(status))
		return;
	outcome->answer = BLOCKED;
	snprintf(outcome->reason, sizeof(outcome->reason), "ended by signal %d",
		WTERMSIG(status));
}

static void
remove_pit(const struct trials *trials)
{
	const struct trial trial = { .bait = &trials->bait };
	char pit[PIT_SIZE];

	rmdir(make_pit(&trial, pit));
}

void
trials_run(const struct trials *trials, enum role role, enum standing standing)
{
	for (size_t i = 0; i < attempt_count; i++) {
		const struct attempt *attempt = &attempts[i];
		struct outcome *outcome = &trials->shared->outcomes[i][role];

		if ((attempt->not_by[role] && standing != STANDS_ON_HOST) ||
			(trials->only && strcmp(trials->only, attempt->name) != 0))
			continue;
		if (standing == STANDS_ACROSS && attempt->by_number)
			make(trials, attempt, role, true, outcome);
		else
			make_apart(trials, attempt, role, standing == STANDS_ON_HOST, outcome);
	}
	remove_pit(trials);
}

void
trials_by_monitor(const struct trials *trials, const struct jail_entry *entry)
{
	struct shared *shared = trials->shared;
	struct wire_field field;
	uint64_t nested = 0;

	wire_number(entry->answer, TAG_NESTED, &nested);
	if (wire_find(entry->answer, TAG_JAIL, &field))
		wire_field_text(&field, shared->jail, sizeof(shared->jail));
	shared->grants[BY_HOST_NETWORK] = !(entry->namespaces & CLONE_NEWNET);
	shared->grants[BY_HOST_UIDS] = !entry->user_namespace;
	shared->grants[BY_NESTED] = nested != 0;
	shared->grants[BY_SCRATCH] = entry->scratch;
	shared->grants[BY_UID0] = entry->login.uid == 0;
	trials_run(trials, MONITOR, STANDS_ACROSS);
}

/* As exec(2) would leave it: with what stays open, and SECBIT_NOROOT's end of all
 * capabilities, which uid 0 has until then. */
void
trials_by_user(const struct trials *trials)
{
	cap_t none = cap_init();

	close_range(3, ~0U, 0);
	if (none && cap_set_proc(none) == 0)
		trials_run(trials, USER, STANDS_IN_JAIL);
	if (none)
		cap_free(none);
}
