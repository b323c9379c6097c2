/*
 * init_start.c - the row "init": a child in a new PID namespace and in the leaf
 * from its first moment, that settles into the jail and becomes its PID 1.
 *
 * The child has a copy of our memory and we wait until it has exec'd or ended
 * (CLONE_VFORK without CLONE_VM), so that it needs no pipe: what it has to say
 * lies in one shared page.
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
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

struct report {
	bool settled;
	struct jail_error err;
	struct jail_identity identity;
};

uint64_t
jail_namespaces(const struct jail_policy *policy)
{
	return CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
	       CLONE_NEWTIME | (policy->network == NETWORK_HOST ? 0 : CLONE_NEWNET) |
	       (policy->user_namespace ? CLONE_NEWUSER : 0);
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

__attribute__((noreturn)) static void
become_init(struct jail *jail, int binary, int supervisor, struct report *report)
{
	static char name[] = "init";
	static char *argv[] = { name, NULL }, *environment[] = { NULL };

	/* die_with() comes last: a change of ids makes the kernel forget it. */
	if (join_v1(jail, &report->err) < 0 ||
		init_settle(jail, &report->identity, &report->err) < 0 ||
		die_with(supervisor, &report->err) < 0)
		_exit(1);
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		jail_fail(&report->err, errno, "close_range");
	else {
		report->settled = true;
		execveat(binary, "", argv, environment, AT_EMPTY_PATH);
		report->settled = false;
		jail_fail(&report->err, errno, "exec %s", JAIL_INIT);
	}
	_exit(1);
}

/*
 * The jail's uptime begins now. Only boottime: most programs measure
 * by the monotonic clock, and a running sshd would see it jump (that it sees
 * boottime jump is harmless: docs/DECISIONS.md). clone3(CLONE_NEWTIME) would freeze the
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
spawn_init(struct jail *jail, int binary, struct report *report, struct jail_error *err)
{
	autoclose int time = open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC);
	autoclose int self = pidfd_open(getpid(), 0);
	pid_t child;
	int error;

	if (time < 0 || self < 0)
		return jail_fail(err, errno, "open our time namespace or pidfd");
	grace_wait(jail->supervisor); /* only who is alone may unshare the time */
	if (new_time(err) < 0)
		return -1;
	child = sys_fork(CLONE_NEWPID | CLONE_VFORK, jail->leaf.directory,
		&jail->init_watch.fd);
	error = errno;
	if (child == 0)
		become_init(jail, binary, self, report);
	if (setns(time, CLONE_NEWTIME) < 0) /* our later children stay in the host's */
		return jail_fail(err, errno, "return to the host's time namespace");
	if (child < 0)
		return jail_fail(err, error, "clone init");
	jail->init = child;
	return 0;
}

static int
take_report(struct jail *jail, const struct report *report, struct jail_error *err)
{
	char path[48];

	if (!report->settled) {
		*err = report->err;
		return err->text[0] ? -1 : jail_fail(err, ECHILD, "init was killed");
	}
	jail->identity = report->identity;
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
	struct report *report;
	autoclose int binary = open(JAIL_INIT, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	int result;

	if (binary < 0)
		return jail_fail(err, errno, "open %s", JAIL_INIT);
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		-1, 0);
	if (report == MAP_FAILED)
		return jail_fail(err, errno, "mmap");
	result = spawn_init(jail, binary, report, err);
	if (result == 0)
		result = take_report(jail, report, err);
	munmap(report, sizeof(*report));
	if (result < 0)
		init_stop(jail);
	return result;
}
