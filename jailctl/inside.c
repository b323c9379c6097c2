/*
 * inside.c - the process that crosses: a session as any other, with the enter
 * steps of a login. What it could be made to do in the jail it does before the
 * user's first instruction: opens a terminal, and starts one child.
 *
 * After the crossing: no name lookup but the one of the steps, no locale, no
 * library that is not loaded yet.
 */
#include "environment.h"
#include "errand.h"
#include "fd.h"
#include "files.h"
#include "jailctl.h"
#include "word.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

__attribute__((noreturn)) static void
give_up(int outside, int code, const struct jail_error *why)
{
	struct word word = { .kind = WORD_FAILED, .number = code };
	struct jail_error ignored;

	memcpy(word.text, why->text, sizeof(word.text));
	word_send(outside, &word, -1, &ignored);
	_exit(code);
}

/* We die with the process outside: nobody else could end what we start. */
static int
die_with(pid_t parent, struct jail_error *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return jail_fail(err, errno, "PR_SET_PDEATHSIG");
	return getppid() == parent ? 0 : jail_fail(err, ESRCH, "jailctl outside");
}

/* A service may be spared when memory runs out, and so would be what it runs. */
static void
be_as_mortal_as_others(void)
{
	struct jail_error ignored;
	char text[16];

	if (file_read(AT_FDCWD, "/proc/self/oom_score_adj", text, sizeof(text), &ignored) > 0 &&
		text[0] == '-')
		file_write(AT_FDCWD, "/proc/self/oom_score_adj", "0", &ignored);
}

static int
leave_administrator(struct errand *errand, pid_t parent, struct jail_error *err)
{
	if (die_with(parent, err) < 0)
		return -1;
	if (setsid() < 0)
		return jail_fail(err, errno, "setsid");
	be_as_mortal_as_others();
	if (chdir("/") < 0)
		return jail_fail(err, errno, "chdir /");
	return streams_take(&errand->streams, err);
}

static int
enter(struct jail_entry *entry, struct jail_error *err)
{
	switch (entry_enter(entry, err)) {
	case JAIL_ENTERED:
		return 0;
	case JAIL_NONE:
		return jail_fail(err, 0, "user %s has no jail: jailctl explain %s --service %s",
			entry->login.user, entry->login.user, entry->login.service);
	case JAIL_REFUSED:
		return -1;
	case JAIL_BROKEN:
		break;
	}
	entry_broken(entry, err);
	return -1;
}

/* The master goes outside; the other side stays with us until we end, so that
 * it is not hung up when the command closes it. */
static int
hand_out_terminal(const struct errand *errand, int outside, struct jail_error *err)
{
	const struct word word = { .kind = WORD_TERMINAL };
	int terminal = -1;
	autoclose int master =
		streams_open_terminal(&errand->streams, errand->login.uid, &terminal, err);

	if (master < 0)
		return -1;
	if (word_send(outside, &word, master, err) < 0) {
		fd_close(&terminal);
		return -1;
	}
	return terminal;
}

/*
 * As fork(2), with a pidfd: signals can then come from outside only, where root
 * has the capability for it. clone3 is refused by our own filter.
 */
static pid_t
fork_with_pidfd(int *pidfd)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD | CLONE_PIDFD, NULL, pidfd, NULL, 0);
}

/*
 * The command dies with us by PR_SET_PDEATHSIG, which the kernel sends with our
 * permissions (kernel/signal.c, check_kill_permission()); without CAP_KILL that
 * takes a uid in common. In return nobody inside can signal us: we are not in the
 * jail's PID namespace.
 */
static int
share_uid(const struct jail_login *login, struct jail_error *err)
{
	if (setresuid(login->uid, (uid_t)-1, (uid_t)-1) < 0)
		return jail_fail(err, errno, "setresuid");
	return 0;
}

/* Not reaped before the process outside hangs up: until then the command's pid
 * is nobody else's. */
static int
wait_for(pid_t child, struct jail_error *err)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0)
		if (errno != EINTR)
			return jail_fail(err, errno, "waitid");
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

static int
run_command(const struct errand *errand, char *const *environment, int outside, int terminal,
	struct jail_error *err)
{
	struct word word = { .kind = WORD_ENTERED };
	autoclose int pidfd = -1;
	pid_t child;
	int status;

	if (share_uid(&errand->login, err) < 0 || word_send(outside, &word, -1, err) < 0)
		return -1;
	child = fork_with_pidfd(&pidfd);
	if (child == 0)
		give_up(outside, user_side_run(errand, environment, terminal, err), err);
	if (child < 0)
		return jail_fail(err, errno, "fork");
	word = (struct word){ .kind = WORD_STARTED, .number = child };
	if (word_send(outside, &word, pidfd, err) < 0)
		return -1;
	fd_close(&pidfd);
	status = wait_for(child, err);
	if (status < 0)
		return -1;
	word = (struct word){ .kind = WORD_ENDED, .number = status };
	return word_send(outside, &word, -1, err);
}

/* Until the process outside has heard all and hangs up. */
static void
wait_for_dismissal(int outside)
{
	struct jail_error ignored;
	struct word word;
	int fd;

	word_receive(outside, &word, &fd, &ignored);
}

void
inside_run(struct errand *errand, int outside)
{
	struct jail_entry entry = { .policy = "" };
	struct environment environment;
	struct jail_error err = { .errnum = 0 };
	pid_t parent = getppid();
	int terminal = -1;

	entry_begin(&entry);
	entry.login = errand->login;
	entry.config = errand->config;
	memcpy(entry.policy, errand->policy, sizeof(entry.policy));
	/* Once more: the kernel forgets whom we die with when our ids change. */
	if (leave_administrator(errand, parent, &err) < 0 || enter(&entry, &err) < 0 ||
		die_with(parent, &err) < 0 ||
		environment_make(&environment, &entry, errand->term, &err) < 0)
		give_up(outside, EXIT_OURS, &err);
	if (errand->trials)
		trials_by_monitor(errand->trials, &entry);
	entry_release(&entry);
	if (errand->streams.terminal) {
		terminal = hand_out_terminal(errand, outside, &err);
		if (terminal < 0)
			give_up(outside, EXIT_OURS, &err);
	}
	if (run_command(errand, environment.variables, outside, terminal, &err) < 0)
		give_up(outside, EXIT_OURS, &err);
	wait_for_dismissal(outside);
	_exit(EXIT_YES);
}
