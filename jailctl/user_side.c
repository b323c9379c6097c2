/*
 * user_side.c - the last moments of root: the user's ids, no descriptor but 0 to
 * 2, an environment of our making, then the command.
 */
#include "errand.h"
#include "fd.h"
#include "jailctl.h"
#include "signals.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

/* setgroups(2) and not initgroups(3): the groups were looked up on the host. */
int
user_ids_take(const struct jail_login *login, struct jail_error *err)
{
	gid_t groups[LOGIN_GROUPS_MAX];
	uid_t ids[3];

	for (size_t i = 0; i < login->group_count; i++)
		groups[i] = login->groups[i].gid;
	if (setgroups(login->group_count, groups) < 0)
		return jail_fail(err, errno, "%s",
			errno == EINVAL ? "a group of the user's is newer than the jail"
					: "setgroups");
	if (setresgid(login->gid, login->gid, login->gid) < 0 ||
		setresuid(login->uid, login->uid, login->uid) < 0)
		return jail_fail(err, errno, "become user %s", login->user);
	if (getresuid(&ids[0], &ids[1], &ids[2]) < 0 || ids[0] != login->uid ||
		ids[1] != login->uid || ids[2] != login->uid ||
		(login->uid != 0 && setuid(0) == 0))
		return jail_fail(err, 0, "still not user %s", login->user);
	return 0;
}

/* setuid(2) has reset both. Our parent is in another PID namespace, where it has
 * the number 0; if it died meanwhile, init has adopted us. */
static int
stay_closed(struct jail_error *err)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return jail_fail(err, errno, "PR_SET_DUMPABLE");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return jail_fail(err, errno, "PR_SET_PDEATHSIG");
	return getppid() == 0 ? 0 : jail_fail(err, ESRCH, "the session");
}

static int
take_terminal(const struct streams *streams, int terminal, struct jail_error *err)
{
	if (setsid() < 0)
		return jail_fail(err, errno, "setsid");
	if (terminal < 0)
		return 0;
	if (ioctl(terminal, TIOCSCTTY, 0) < 0)
		return jail_fail(err, errno, "take the terminal");
	for (int fd = 0; fd <= 2; fd++)
		if (streams->kinds[fd] == STREAM_TERMINAL && dup2(terminal, fd) < 0)
			return jail_fail(err, errno, "dup2");
	return 0;
}

static int
prepare(const struct errand *errand, int terminal, struct jail_error *err)
{
	if (take_terminal(&errand->streams, terminal, err) < 0 ||
		user_ids_take(&errand->login, err) < 0 || stay_closed(err) < 0)
		return -1;
	umask(022);
	/* As the user: root may have no access to a home on NFS. */
	if (chdir(errand->login.home) < 0)
		return jail_fail(err, errno, "chdir %s", errand->login.home);
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return jail_fail(err, errno, "close_range");
	signals_reset();
	return 0;
}

/* A login shell is told by a dash in front of its name. */
static void
run_shell(const char *shell)
{
	const char *slash = strrchr(shell, '/');
	char name[sizeof(((struct jail_login *)0)->shell) + 1];
	char *argv[] = { name, NULL };

	snprintf(name, sizeof(name), "-%s", slash ? slash + 1 : shell);
	execv(shell, argv);
}

int
user_side_run(const struct errand *errand, char *const *environment, int terminal,
	struct jail_error *err)
{
	const char *what = errand->argv ? errand->argv[0] : errand->login.shell;
	int error;

	if (prepare(errand, terminal, err) < 0)
		return EXIT_OURS;
	if (errand->trials) {
		trials_by_user(errand->trials);
		_exit(EXIT_YES);
	}
	environ = (char **)environment; /* execvp(3) takes PATH from there */
	if (errand->argv)
		execvp(errand->argv[0], errand->argv);
	else
		run_shell(errand->login.shell);
	error = errno;
	jail_fail(err, error, "run %s", what);
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}
