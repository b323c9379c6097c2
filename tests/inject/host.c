/*
 * host.c - the untraced half of a run, in its own processes: a small host that
 * has seen no login yet, and a PAM application that does what sshd's monitor
 * does, with a stack of pam_permit.so and pam_jail.so alone.
 */
#include "inject.h"

#include "paths.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

static pam_handle_t *handle;

static int
say_nothing(int count, const struct pam_message **messages, struct pam_response **answers,
	void *context)
{
	(void)messages;
	(void)context;
	*answers = calloc((size_t)count, sizeof(**answers));
	return *answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* All that a server has done before it calls PAM: the modules are loaded, names
 * have been looked up, the log is open. */
void
host_prepare(const char *service)
{
	static const struct pam_conv conversation = { .conv = say_nothing };

	if (mkdir(JAIL_RUN, 0700) < 0 && errno != EEXIST)
		err(2, "mkdir %s", JAIL_RUN);
	openlog(NULL, LOG_NDELAY, LOG_AUTHPRIV);
	getpwnam("root");
	getgrgid(0);
	if (pam_start(service, "nobody", &conversation, &handle) != PAM_SUCCESS)
		errx(2, "no PAM service %s", service);
	pam_acct_mgmt(handle, 0); /* loads what is loaded late */
}

static long
mark(enum mark mark, int code)
{
	return syscall(MARK_CALL, mark, code);
}

static void
become_user(const struct run *run, bool stay)
{
	pid_t child = fork();

	if (child == 0) {
		if (setgroups(0, NULL) == 0 && setresgid(run->gid, run->gid, run->gid) == 0 &&
			setresuid(run->uid, run->uid, run->uid) == 0)
			mark(MARK_USER, 0);
		if (stay)
			pause(); /* until the tracer kills it */
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

__attribute__((noreturn)) static void
log_in(const struct run *run, bool stay)
{
	int code;

	signal(SIGCHLD, SIG_DFL);
	pam_set_item(handle, PAM_USER, run->user);
	mark(MARK_BEGIN, 0);
	code = pam_acct_mgmt(handle, 0);
	mark(MARK_ACCOUNT, code);
	if (code == PAM_SUCCESS) {
		code = pam_open_session(handle, 0);
		mark(MARK_SESSION, code);
	}
	if (code == PAM_SUCCESS) {
		become_user(run, stay);
		pam_close_session(handle, 0);
	}
	pam_end(handle, code);
	mark(MARK_END, code);
	_exit(0);
}

/* As after a boot: /run is empty, and "/" shared, as systemd leaves it. */
static int
settle(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 ||
		mount("run", JAIL_RUN, "tmpfs", MS_NOSUID | MS_NODEV, "mode=700") < 0)
		return -1;
	return mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL);
}

/* PID 1: a login for each byte, enum command; orphans are reaped by the kernel. */
__attribute__((noreturn)) static void
be_host(const struct run *run, int commands)
{
	char byte;

	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_IGN);
	closelog();
	if (dup2(commands, 3) < 0 || close_range(4, ~0U, 0) < 0 || settle() < 0)
		err(2, "a host of its own");
	openlog(NULL, LOG_NDELAY, LOG_AUTHPRIV);
	while (read(3, &byte, 1) == 1)
		if (fork() == 0) {
			close(3);
			log_in(run, byte == STAY);
		}
	_exit(0);
}

pid_t
host_start(struct run *run)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		err(2, "pipe");
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
	if (pid < 0)
		err(2, "clone");
	if (pid == 0)
		be_host(run, ends[0]);
	close(ends[0]);
	run->command = ends[1];
	return pid;
}
