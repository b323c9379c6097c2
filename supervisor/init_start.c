/*
 * init_start.c - the row "init": a child in a new PID namespace and in the leaf
 * from its first moment, that settles into the jail and becomes its PID 1.
 *
 * The child runs on our memory while we wait until it has exec'd or ended, so
 * that nothing is copied and it needs no pipe: what it has to say, it writes.
 */
#include "fd.h"
#include "jail.h"
#include "paths.h"
#include "rows.h"
#include "supervisor.h"
#include "sys/clone.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

struct birth {
	struct jail *jail;
	int binary;     /* of init, O_PATH */
	int supervisor; /* our own pidfd */
	bool settled;
	struct jail_error err;
};

uint64_t
jail_namespaces(const struct jail_policy *policy)
{
	return CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
		CLONE_NEWTIME | (policy->network == NETWORK_HOST ? 0 : CLONE_NEWNET);
}

/* Dies with the supervisor. A supervisor that was gone before the prctl(2) is
 * seen by its pidfd: inside a new PID namespace getppid(2) says nothing. */
static int
die_with(int supervisor, struct jail_error *err)
{
	struct pollfd dead = { .fd = supervisor, .events = POLLIN };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return jail_fail(err, errno, "PR_SET_PDEATHSIG");
	return poll(&dead, 1, 0) == 0 ? 0 : jail_fail(err, ESRCH, "the supervisor");
}

static int
join_v1(const struct jail *jail, struct jail_error *err)
{
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		if (jail->leaf.tasks[i] >= 0 && write(jail->leaf.tasks[i], "0", 1) < 0)
			return jail_fail(err, errno, "join the v1 cgroup");
	return 0;
}

static void
become_init(void *work)
{
	static char name[] = "init";
	static char *argv[] = { name, NULL }, *environment[] = { NULL };
	struct birth *birth = work;
	struct jail *jail = birth->jail;

	if (die_with(birth->supervisor, &birth->err) < 0 || join_v1(jail, &birth->err) < 0 ||
		init_settle(jail, &jail->identity, &birth->err) < 0)
		return;
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
		jail_fail(&birth->err, errno, "close_range");
		return;
	}
	birth->settled = true;
	execveat(birth->binary, "", argv, environment, AT_EMPTY_PATH);
	birth->settled = false;
	jail_fail(&birth->err, errno, "exec %s", JAIL_INIT);
}

/*
 * The jail's uptime begins now. Only boottime: a monotonic offset would make
 * the clock of a running sshd jump. clone3(CLONE_NEWTIME) would freeze the
 * offsets, so: unshare, write, then fork (time_namespaces(7)).
 */
static int
new_time(struct jail_error *err)
{
	autoclose int fd = -1;
	struct timespec now;
	char text[64];

	clock_gettime(CLOCK_BOOTTIME, &now);
	if (unshare(CLONE_NEWTIME) < 0)
		return jail_fail(err, errno, "unshare the time namespace");
	snprintf(text, sizeof(text), "boottime -%" PRId64 " 0", (int64_t)now.tv_sec);
	fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return jail_fail(err, errno, "write /proc/self/timens_offsets");
	return 0;
}

static int
spawn_init(struct birth *birth, struct jail_error *err)
{
	autoclose int time = open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC);
	struct jail *jail = birth->jail;
	int error;

	if (time < 0)
		return jail_fail(err, errno, "open our time namespace");
	if (new_time(err) < 0)
		return -1;
	jail->init = sys_vfork(CLONE_NEWPID, jail->leaf.directory, &jail->init_watch.fd,
		become_init, birth);
	error = errno;
	if (setns(time, CLONE_NEWTIME) < 0) /* our later children stay in the host's */
		return jail_fail(err, errno, "return to the host's time namespace");
	if (jail->init < 0)
		return jail_fail(err, error, "clone init");
	if (birth->settled)
		return 0;
	*err = birth->err;
	return err->text[0] ? -1 : jail_fail(err, ECHILD, "init was killed");
}

static int
open_mounts(struct jail *jail, struct jail_error *err)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", jail->init);
	jail->mount_namespace = open(path, O_RDONLY | O_CLOEXEC);
	if (jail->mount_namespace < 0)
		return jail_fail(err, errno, "open %s", path);
	return 0;
}

int
init_start(void *work, struct jail_error *err)
{
	struct jail *jail = work;
	autoclose int binary = open(JAIL_INIT, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	autoclose int self = pidfd_open(getpid(), 0);
	struct birth birth = {
		.jail = jail, .binary = binary, .supervisor = self
	};

	if (binary < 0 || self < 0)
		return jail_fail(err, errno, "open %s or our pidfd", JAIL_INIT);
	if (spawn_init(&birth, err) < 0 || open_mounts(jail, err) < 0) {
		init_stop(jail);
		return -1;
	}
	return 0;
}
