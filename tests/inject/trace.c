/*
 * trace.c - follows every process of all runs, and makes the one call fail.
 */
#include "inject.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		  PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
	SYSCALL_STOP = SIGTRAP | 0x80,
	PATIENCE_S = 120, /* the product's own time-outs are 30 s and less */
};

static struct process *processes;
static struct run *runs;

void (*trace_saw)(const struct target *at, long call);

static uint64_t
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec;
}

/* --- processes ------------------------------------------------------------------ */

static struct process *
process_find(pid_t pid)
{
	for (struct process *p = processes; p; p = p->next)
		if (p->pid == pid)
			return p;
	return NULL;
}

static struct process *
process_add(pid_t pid)
{
	struct process *process = calloc(1, sizeof(*process));

	if (!process)
		err(2, "memory");
	process->pid = pid;
	process->next = processes;
	processes = process;
	return process;
}

static void
process_remove(const struct process *process)
{
	struct process **at = &processes;

	while (*at != process)
		at = &(*at)->next;
	*at = process->next;
	free((void *)process);
}

static bool
is_application(const struct process *process)
{
	return process->pid == process->run->application;
}

/* Whether it must stop at each of its calls. */
static bool
is_followed(const struct process *process)
{
	const struct run *run = process->run;

	if (process->role == ROLE_HOST || process->role == ROLE_USER)
		return false;
	if (process->pending)
		return true;
	if (process->role == ROLE_MODULE) /* it has marks to make */
		return run->phase <= PHASE_LOGIN;
	return run->phase != PHASE_STAY && !run->clean && !run->fired && !run->memory;
}

/* It stops where it allocates memory. */
static void
arm(const struct process *process)
{
	const struct run *run = process->run;

	if (run->memory && run->phase != PHASE_STAY && !run->clean && !run->fired &&
		process->role != ROLE_HOST && process->role != ROLE_USER &&
		!registers_break_at(process->pid, process->allocators) && errno != ESRCH)
		err(2, "breakpoints"); /* ESRCH: it was killed meanwhile */
}

static void
resume(const struct process *process, int signal)
{
	/* ESRCH: it was killed meanwhile, and will be heard of. */
	ptrace(is_followed(process) ? PTRACE_SYSCALL : PTRACE_CONT, process->pid, 0L,
		(long)signal);
}

/* --- calls -------------------------------------------------------------------------- */

static void
log_in(struct run *run, enum command command)
{
	char byte = (char)command;

	run->phase = command == STAY ? PHASE_STAY : PHASE_LOGIN;
	run->deadline = now_s() + PATIENCE_S;
	if (write(run->command, &byte, 1) != 1)
		err(2, "start a login");
}

/* The bystander is inside: from here on its supervisor is looked at. */
static void
on_stay(struct process *process, enum mark mark)
{
	struct run *run = process->run;

	if (mark != MARK_USER)
		return;
	process->role = ROLE_USER;
	run->bystander = process->pid;
	log_in(run, LOG_IN);
	for (const struct process *p = processes; p; p = p->next)
		if (p->run == run && p->role > ROLE_MODULE && p->role < ROLE_USER)
			ptrace(PTRACE_INTERRUPT, p->pid, NULL, NULL);
}

static void
on_mark(struct process *process, enum mark mark, int code)
{
	struct run *run = process->run;
	enum verdict *verdict = run->clean ? &run->clean_verdict : &run->verdict;

	if (run->phase == PHASE_STAY) {
		on_stay(process, mark);
		return;
	}
	switch (mark) {
	case MARK_BEGIN:
		run->application = process->pid;
		run->session = true;
		judge_before(run);
		return;
	case MARK_ACCOUNT:
		return;
	case MARK_SESSION:
		run->session = false;
		if (code == 0 || judge_has_crossed(run, process->pid)) {
			*verdict = JAILED;
			judge_session(run, process->pid);
		}
		return;
	case MARK_USER:
		process->role = ROLE_USER;
		judge_user(run, process->pid);
		return;
	case MARK_END:
		run->session = false;
		run->phase = PHASE_AFTER;
		if (*verdict == JAILED) /* and the supervisor has not changed its mind */
			judge_session(run, process->pid);
		else
			*verdict = REFUSED;
		run->held = *verdict == REFUSED;
		return;
	}
}

static void
fire(struct process *process, long call, int error)
{
	struct run *run = process->run;

	run->fired = true;
	run->call = (int)call;
	run->error = error;
	if (run->kill) {
		kill(process->pid, SIGKILL);
		return;
	}
	if (run->memory) {
		registers_return_null(process->pid);
		return;
	}
	process->pending = error;
	if (!fault_after(call))
		registers_skip_call(process->pid);
}

static bool
is_counted(const struct process *process)
{
	const struct run *run = process->run;

	return run->phase != PHASE_STAY && !run->clean && !run->fired &&
	       (process->role != ROLE_MODULE || (run->session && run->application));
}

/* A call that can fail: is it the one? */
static void
count(struct process *process, long call, int error)
{
	struct run *run = process->run;
	struct target at = { .role = process->role };

	if (!is_counted(process))
		return;
	at.row = row_of(process);
	at.number = ++run->counts[at.role][at.row];
	if (trace_saw)
		trace_saw(&at, call);
	if (at.role == run->target.role && at.row == run->target.row &&
		at.number == run->target.number)
		fire(process, call, error);
}

static void
on_call(struct process *process, const struct __ptrace_syscall_info *info)
{
	long call = (long)info->entry.nr;
	int error = fault_errno(call);

	if (call == MARK_CALL)
		on_mark(process, (enum mark)info->entry.args[0], (int)info->entry.args[1]);
	else if (error != 0 && !process->run->memory)
		count(process, call, error);
}

static void
on_syscall_stop(struct process *process)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		on_call(process, &info);
	else if (process->pending) {
		registers_set_result(process->pid, -process->pending);
		process->pending = 0;
	}
}

/* --- births and deaths ---------------------------------------------------------------- */

static void
on_birth(const struct process *parent)
{
	unsigned long pid = 0;
	struct process *child;

	if (ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid) < 0)
		return;
	child = process_find((pid_t)pid);
	if (!child)
		child = process_add((pid_t)pid);
	child->run = parent->run;
	child->role =
		parent->role == ROLE_HOST ? ROLE_MODULE : role_of_child(parent, child->pid);
	child->step_at = parent->step_at;
	memcpy(child->allocators, parent->allocators, sizeof(child->allocators));
	if (child->stopped) {
		child->stopped = false;
		arm(child);
		resume(child, 0);
	}
}

static void
on_exec(struct process *process)
{
	char link[40], path[400];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/exe", process->pid);
	length = readlink(link, path, sizeof(path) - 1);
	path[length > 0 ? length : 0] = '\0';
	process->step_at = step_address(process->pid, path);
	find_allocators(process->pid, path, process->allocators);
	if (process->role == ROLE_MODULE)
		process->role = ROLE_SUPERVISOR;
	arm(process);
}

static void
on_end(const struct process *process)
{
	struct run *run = process->run;

	if (run && process->pid == run->application) {
		enum verdict *verdict = run->clean ? &run->clean_verdict : &run->verdict;

		run->application = 0;
		run->held = false;
		if (run->phase == PHASE_LOGIN)
			run->phase = PHASE_AFTER;
		if (*verdict == VERDICT_NONE)
			*verdict = REFUSED;
	}
	if (run && process->pid == run->bystander)
		run->bystander = 0;
	process_remove(process);
}

/* A program of ours that dies of a fault has a bug, whatever comes of the login. */
static void
on_signal(struct process *process, int signal)
{
	struct run *run = process->run;

	if ((signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
		    signal == SIGABRT) &&
		process->role != ROLE_USER)
		run->crash = signal;
}

static void
on_stop(struct process *process, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_birth(process);
		signal = 0;
		break;
	case PTRACE_EVENT_EXEC:
		on_exec(process);
		signal = 0;
		break;
	case PTRACE_EVENT_STOP:
		if (signal != SIGTRAP) {
			ptrace(PTRACE_LISTEN, process->pid, NULL, NULL);
			return;
		}
		arm(process);
		signal = 0;
		break;
	default:
		if (signal == SYSCALL_STOP) {
			on_syscall_stop(process);
			signal = 0;
		} else if (signal == SIGTRAP) {
			if (registers_are_at(process->pid, process->allocators))
				count(process, MEMORY_CALL, ENOMEM);
			signal = 0;
		} else
			on_signal(process, signal);
	}
	if (!(process->run->held && is_application(process)))
		resume(process, signal);
}

/* --- runs ------------------------------------------------------------------------------- */

void
trace_start(struct run *run)
{
	struct process *host;

	run->host = host_start(run);
	if (ptrace(PTRACE_SEIZE, run->host, 0L, (long)OPTIONS) < 0)
		err(2, "PTRACE_SEIZE");
	host = process_add(run->host);
	host->run = run;
	host->step_at = module_step_address();
	own_allocators(host->allocators);
	run->next = runs;
	runs = run;
	log_in(run, run->join ? STAY : LOG_IN);
}

/* Does a process live that should not, once the login is over? */
static const struct process *
still_alive(const struct run *run)
{
	for (const struct process *p = processes; p; p = p->next)
		if (p->run == run && p->role != ROLE_HOST && !(run->held && is_application(p)))
			return p;
	return NULL;
}

/* Everything has ended that was to end. */
static void
on_silence(struct run *run)
{
	struct process *application = process_find(run->application);

	if (run->held) {
		judge_refused(run, run->application);
		run->held = false;
		if (application)
			resume(application, 0);
		return;
	}
	judge_left(run);
	if (!run->clean) {
		run->clean = true;
		log_in(run, LOG_IN);
		return;
	}
	run->phase = PHASE_OVER;
	kill(run->host, SIGKILL);
}

static void
give_up(struct run *run)
{
	const struct process *process = still_alive(run);

	snprintf(run->left, sizeof(run->left), "after %d s: process of the %s", PATIENCE_S,
		process ? role_names[process->role] : "host");
	run->phase = PHASE_OVER;
	kill(run->host, SIGKILL);
}

static bool
is_over(const struct run *run)
{
	for (const struct process *p = processes; p; p = p->next)
		if (p->run == run)
			return false;
	return true;
}

/* The run that this event ends, or NULL. */
static struct run *
look_at(struct run *run)
{
	if (run->phase == PHASE_AFTER && run->join) {
		run->join = false;
		judge_bystander(run);
		if (run->bystander)
			kill(run->bystander, SIGKILL);
	}
	if (run->phase == PHASE_AFTER && !still_alive(run))
		on_silence(run);
	if (run->phase != PHASE_OVER || !is_over(run))
		return NULL;
	for (struct run **at = &runs; *at; at = &(*at)->next)
		if (*at == run) {
			*at = run->next;
			break;
		}
	close(run->command);
	return run;
}

static struct run *
on_event(pid_t pid, int status)
{
	struct process *process = process_find(pid);
	struct run *run;

	if (!process)
		process = process_add(pid);
	run = process->run;
	if (WIFEXITED(status) || WIFSIGNALED(status))
		on_end(process);
	else if (run)
		on_stop(process, status);
	else
		process->stopped = true;
	return run ? look_at(run) : NULL;
}

struct run *
trace_next(void)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (runs) {
		struct run *over = NULL;
		int status;
		pid_t pid;

		while ((pid = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
			if ((over = on_event(pid, status)))
				return over;
		sigtimedwait(&child, NULL, &second);
		for (struct run *run = runs; run; run = run->next)
			if (run->phase != PHASE_OVER && now_s() > run->deadline)
				give_up(run);
	}
	return NULL;
}
