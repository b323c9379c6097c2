/*
 * inject.h - one login at a time, of which one system call fails.
 *
 * A run is a login on a small host of its own (host.c: PID and mount namespace,
 * an empty /run/pam_jail), traced whole (trace.c): the PAM application, what the
 * module spawns, supervisor and init. The N-th call of one of them fails or is
 * its last (fault.c), and what came of it is read from the kernel (facts.c,
 * judge.c). Runs of different users go on beside each other, because most of
 * their time is waiting for a jail's end.
 */
#pragma once

#include "facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* An allocation that fails stands among the calls by this number. */
#define MEMORY_CALL (-2L)

enum { ALLOCATORS = 3 }; /* malloc, calloc, realloc */

/* A call that no kernel has: by it the application tells the tracer where it is.
 * Arguments: enum mark, PAM's code. */
#define MARK_CALL 0x5000

enum mark {
	MARK_BEGIN,   /* the next call is the module's */
	MARK_ACCOUNT, /* account said ... */
	MARK_SESSION, /* session said ... */
	MARK_USER,    /* a child of the application, become the user */
	MARK_END,     /* everything is over but the process */
};

/* Whose call it is. Calls are counted for each of them. */
enum role {
	ROLE_HOST, /* the run's PID 1: not of the product */
	ROLE_MODULE,
	ROLE_SUPERVISOR,
	ROLE_STUB,  /* the child that becomes the empty namespace */
	ROLE_INIT,  /* and the child that becomes it */
	ROLE_HOME,  /* the child that binds the home */
	ROLE_ASIDE, /* a child that shares its memory, and makes one call */
	ROLE_USER,  /* the user's program */
	ROLE_COUNT,
};

extern const char *const role_names[ROLE_COUNT];

enum { ROWS_MAX = 64 };

/* A call, by whose it is, in which row, and its number there among those that can
 * fail: numbers of a whole login vary, for a call that waits may be made twice. */
struct target {
	enum role role;
	int row;
	unsigned number; /* from 1; 0: none */
};

/* What the host is told, a byte each. */
enum command { LOG_IN, STAY };

enum verdict { VERDICT_NONE, REFUSED, JAILED };

enum phase {
	PHASE_STAY, /* a bystander comes first, and stays */
	PHASE_LOGIN,
	PHASE_AFTER, /* the application has said its last word */
	PHASE_OVER,
};

struct run {
	struct run *next; /* of those that go on */
	struct target target;
	bool kill;   /* the process ends there, instead of an error */
	bool memory; /* it is an allocation */
	bool join;   /* somebody else's session has the jail built */
	char user[32];
	uid_t uid;
	gid_t gid;
	pid_t host;
	int command; /* a byte: log in; its end: end */
	uint64_t deadline;
	enum phase phase;
	bool clean; /* the login that goes on is the one without a fault */

	unsigned counts[ROLE_COUNT][ROWS_MAX];
	bool fired;
	int call, error; /* which it was */
	int crash;       /* signal that a program of ours brought on itself; 0: none */
	bool session;    /* from account to session */

	pid_t application; /* 0: gone */
	pid_t bystander;   /* the program of the session that stays; 0: gone */
	bool held;         /* at MARK_END, until all others are gone */
	struct facts host_facts, before;
	char *mounts; /* of the host, before the login */
	enum verdict verdict, clean_verdict;
	bool user_ran;
	char complaint[400]; /* escaped: why */
	char left[400];      /* what was left, and is still after another login */
	char swept[400];     /* what the next login had to sweep */
};

struct process {
	struct process *next;
	pid_t pid;
	struct run *run; /* NULL: its parent's event has not come yet */
	enum role role;
	uintptr_t step_at; /* address of step_running; 0: none */
	uintptr_t allocators[ALLOCATORS];
	bool stopped; /* waits for its parent's event */
	int pending;  /* error to leave in the call's result; 0: none */
};

/* --- host.c --- */
void host_prepare(const char *service);
pid_t host_start(struct run *run);

/* --- trace.c: the loop --- */
void trace_start(struct run *run);
/* Until one of the runs is over, which is returned; or NULL, when none goes on. */
struct run *trace_next(void);
/* For the baseline: told of each call that can fail. */
extern void (*trace_saw)(const struct target *at, long call);

/* --- rows.c: which row of the step tables runs --- */
uintptr_t step_address(pid_t pid, const char *file);
uintptr_t module_step_address(void); /* in us, and so in each application */
int row_of(const struct process *process);
enum role role_of_child(const struct process *parent, pid_t child);
int row_named(const char *name);

struct row {
	char name[40];
	bool of_table; /* a step: it must be reached */
	unsigned calls, injected, refused, jailed, escaped, crashed, swept, left;
};
extern struct row rows[ROWS_MAX];
extern int row_count;
void rows_prepare(void);

void find_allocators(pid_t pid, const char *file, uintptr_t out[ALLOCATORS]);
void own_allocators(uintptr_t out[ALLOCATORS]); /* ours, and so each application's */

/* --- registers.c --- */
void registers_skip_call(pid_t pid);
void registers_set_result(pid_t pid, long result);
bool registers_break_at(pid_t pid, const uintptr_t at[ALLOCATORS]);
bool registers_are_at(pid_t pid, const uintptr_t at[ALLOCATORS]);
void registers_return_null(pid_t pid);

/* --- fault.c --- */
int fault_errno(long call);  /* 0: it cannot fail */
bool fault_after(long call); /* it happens all the same, as close(2) does */
const char *fault_call_name(long call);

/* --- judge.c --- */
void judge_before(struct run *run);
bool judge_has_crossed(const struct run *run, pid_t pid);
void judge_session(struct run *run, pid_t pid);
void judge_user(struct run *run, pid_t pid);
void judge_bystander(struct run *run);
void judge_refused(struct run *run, pid_t pid);
void judge_left(struct run *run);
