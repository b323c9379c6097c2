/*
 * pam_session.c - a login without a server: account, session, a look around as
 * the user, and the end. The module runs in a program that has the sanitizers
 * then, which sshd has not.
 *
 *	pam_session STACKS SERVICE USER [TIMES]
 *
 * STACKS is a directory of PAM stacks. Prints PAM's codes, and what id(1) says
 * where a session opened: more than one TIMES is for logins that are refused.
 */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int
say_nothing(int count, const struct pam_message **messages, struct pam_response **answers,
	void *context)
{
	(void)messages;
	(void)context;
	*answers = calloc((size_t)count, sizeof(**answers));
	return *answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* As sshd does: a child of the process that crossed. */
static int
look_around(void)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", "id -un; echo $$", (char *)NULL);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}

static int
log_in(const char *stacks, const char *service, const char *user)
{
	const struct pam_conv conversation = { .conv = say_nothing };
	pam_handle_t *pamh = NULL;
	int code, result = 0;

	if (pam_start_confdir(service, user, &conversation, stacks, &pamh) != PAM_SUCCESS)
		return 1;
	code = pam_acct_mgmt(pamh, 0);
	printf("account %d\n", code);
	code = pam_open_session(pamh, 0);
	printf("session %d\n", code);
	if (code == PAM_SUCCESS)
		result = look_around();
	pam_close_session(pamh, 0);
	pam_end(pamh, code);
	return result;
}

int
main(int argc, char **argv)
{
	int result = 0;

	if (argc < 4 || argc > 5)
		return 2;
	for (int left = argc == 5 ? atoi(argv[4]) : 1; left > 0 && result == 0; left--)
		result = log_in(argv[1], argv[2], argv[3]);
	return result;
}
