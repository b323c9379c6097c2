/*
 * selftest_control.c - the same attempts where they should work: as root and as
 * the user in a plain chroot, with all that administrators put into one and the
 * two mistakes that go with it; and as the user on the host. All in a mount
 * namespace that ends with it.
 */
#include "selftest.h"

#include "errand.h"
#include "fd.h"
#include "signals.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define CELL SCRATCH "/cell"

/* clang-format off */
static const struct { const char *path, *source, *type; unsigned long flags; } places[] = {
	{ CELL,         "cell", "tmpfs", 0 },
	{ CELL "/etc",  NULL,   NULL,    0 },
	{ CELL "/usr",  NULL,   NULL,    0 },
	{ CELL "/run",  NULL,   NULL,    0 },
	{ CELL "/proc", "proc", "proc",  0 },
	{ CELL "/dev",  "/dev", NULL,    MS_BIND | MS_REC },
	{ CELL "/sys",  "/sys", NULL,    MS_BIND | MS_REC },
	{ CELL "/tmp",  "tmp",  "tmpfs", 0 },
};
/* clang-format on */

static int
furnish(struct jail_error *err)
{
	autoclose int passwd = -1;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (mkdir(places[i].path, 0755) < 0)
			return jail_fail(err, errno, "make %s", places[i].path);
		if (places[i].source && mount(places[i].source, places[i].path, places[i].type,
						places[i].flags, NULL) < 0)
			return jail_fail(err, errno, "mount %s", places[i].path);
	}
	passwd = open(CELL "/etc/passwd", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return passwd < 0 ? jail_fail(err, errno, "make /etc/passwd") : 0;
}

/* The directory that the home is in, which is root's: the home itself is a path
 * that the user may have a say in. Without it some attempts have nothing to try. */
static void
bind_place_of_home(const char *home)
{
	char path[PATH_MAX], target[PATH_MAX + sizeof(CELL)];
	char *slash;

	snprintf(path, sizeof(path), "%s", home);
	slash = strrchr(path, '/');
	if (!slash || slash == path)
		return;
	*slash = '\0';
	snprintf(target, sizeof(target), CELL "%s", path);
	for (char *at = target + sizeof(CELL); (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(target, 0755);
	}
	mkdir(target, 0755);
	mount(path, target, NULL, MS_BIND, NULL);
}

/* The mistakes: the caller's directory and a descriptor stay outside. */
static int
enter_cell(struct jail_error *err)
{
	if (chdir("/") < 0 || open("/", O_RDONLY | O_DIRECTORY) < 0 || chroot(CELL) < 0)
		return jail_fail(err, errno, "chroot");
	return 0;
}

static int
leave_host(struct jail_error *err)
{
	if (unshare(CLONE_NEWNS) < 0 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmp", SCRATCH, "tmpfs", 0, "mode=1777") < 0)
		return jail_fail(err, errno, "make a mount namespace");
	return 0;
}

static int
take_role(const struct selftest *selftest, enum role role, struct jail_error *err)
{
	return role == USER ? user_ids_take(&selftest->errand.login, err) : 0;
}

static int
try_all(const struct selftest *selftest, bool in_cell, enum role role, struct jail_error *err)
{
	struct trials trials = selftest->trials;

	trials.shared = in_cell ? selftest->in_cell : selftest->on_host;
	/* Nobody should do it to the host's. */
	memcpy(trials.bait.first, trials.bait.processes[role], sizeof(trials.bait.first));
	snprintf(trials.bait.exe, sizeof(trials.bait.exe), "/proc/%s/exe", trials.bait.first);
	signals_reset();
	if (leave_host(err) < 0)
		return -1;
	if (in_cell) {
		if (furnish(err) < 0)
			return -1;
		bind_place_of_home(trials.bait.home);
		if (enter_cell(err) < 0)
			return -1;
	}
	if (take_role(selftest, role, err) < 0)
		return -1;
	trials_run(&trials, role, STANDS_ON_HOST);
	return 0;
}

static int
try_in_child(const struct selftest *selftest, bool in_cell, enum role role,
	struct jail_error *err)
{
	pid_t child = fork();
	int status = 0;

	if (child < 0)
		return jail_fail(err, errno, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (try_all(selftest, in_cell, role, err) == 0)
			_exit(EXIT_YES);
		complain(err->text);
		_exit(EXIT_NO);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0 ? 0 : jail_fail(err, 0, "the control has failed");
}

int
selftest_control(const struct selftest *selftest, struct jail_error *err)
{
	if (try_in_child(selftest, true, MONITOR, err) < 0 ||
		try_in_child(selftest, true, USER, err) < 0)
		return -1;
	return try_in_child(selftest, false, USER, err);
}
