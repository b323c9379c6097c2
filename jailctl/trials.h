/*
 * trials.h - all attempts, made from one place and by one role, each in a process
 * of its own.
 */
#pragma once

#include "attempts.h"
#include "entry.h"

struct outcome {
	enum answer answer;
	char reason[ATTEMPT_REASON];
};

/* Memory that the processes share: who tries writes it, who prints reads it and
 * takes nothing of it for granted. */
struct shared {
	struct outcome outcomes[ATTEMPTS_MAX][ROLE_COUNT];
	char jail[96];            /* its name, once it was entered */
	bool grants[GRANT_COUNT]; /* that its policy makes */
	pid_t touch;              /* see try_watch_root() */
};

struct trials {
	struct bait bait;
	const char *only; /* the attempt of this name alone; NULL: all */
	struct shared *shared;
};

struct shared *shared_new(struct jail_error *err);
void shared_free(struct shared *shared);

enum standing {
	STANDS_IN_JAIL,
	STANDS_ACROSS, /* in the jail, but in the host's PID namespace: a monitor */
	STANDS_ON_HOST,
};

/* The caller has the ids and powers of the role. */
void trials_run(const struct trials *trials, enum role role, enum standing standing);

/* From inside, behind the enter steps: by the process that crossed, and by its
 * child that has become the user. */
void trials_by_monitor(const struct trials *trials, const struct jail_entry *entry);
void trials_by_user(const struct trials *trials);
