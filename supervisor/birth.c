/*
 * birth.c - the row "birth": the supervisor was exec'd out of somebody's
 * service, and sheds what it inherited there before it makes anything.
 *
 * What it cannot shed, a mount namespace of the service or no_new_privs, would
 * become the jail's: then it refuses and names the unit's directive.
 */
#include "fd.h"
#include "files.h"
#include "host.h"
#include "jail.h"
#include "root.h"
#include "signals.h"
#include "supervisor.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* clang-format off */
static const struct { const char *name, *directives; } shared_namespaces[] = {
	{ "mnt",    "PrivateTmp=, ProtectSystem=, ProtectHome=, ReadOnlyPaths= or another that makes mounts" },
	{ "pid",    "PrivatePIDs=" },
	{ "user",   "PrivateUsers=" },
	{ "net",    "PrivateNetwork= or NetworkNamespacePath=" },
	{ "uts",    "ProtectHostname=" },
	{ "cgroup", "ProtectControlGroups=private" },
	{ "time",   "none: it is in a time namespace" },
};

static const struct { const char *field, *directive; } shared_powers[] = {
	{ "NoNewPrivs", "NoNewPrivileges=, or one that implies it" },
	{ "Seccomp",    "SystemCallFilter=, or one that implies it" },
	{ "CapBnd",     "CapabilityBoundingSet=, or one that implies it" },
	{ "CapEff",     "CapabilityBoundingSet= or User=" },
};
/* clang-format on */

enum { STATUS_MAX = 4096 };

static int
confined(const char *what, const char *directives, struct jail_error *err)
{
	return jail_fail(err, 0,
		"the service that this login came through is confined (%s); remove from its unit: %s",
		what, directives);
}

static int
compare_namespaces(struct jail_error *err)
{
	for (size_t i = 0; i < sizeof(shared_namespaces) / sizeof(shared_namespaces[0]); i++) {
		const char *name = shared_namespaces[i].name;
		char ours[48], first[48];
		struct stat a, b;

		snprintf(ours, sizeof(ours), "/proc/self/ns/%s", name);
		snprintf(first, sizeof(first), "/proc/1/ns/%s", name);
		if (stat(ours, &a) < 0 || stat(first, &b) < 0)
			return jail_fail(err, errno, "compare %s with %s", ours, first);
		if (a.st_ino != b.st_ino)
			return confined(name, shared_namespaces[i].directives, err);
	}
	return 0;
}

/* The value behind "Field:\t" of a /proc/PID/status. */
static bool
find_field(const char *status, const char *field, char *out, size_t size)
{
	char wanted[32];
	const char *at;

	snprintf(wanted, sizeof(wanted), "\n%s:\t", field);
	at = strstr(status, wanted);
	if (!at)
		return false;
	at += strlen(wanted);
	snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
	return true;
}

/* vsftpd gives each connection an IPC namespace of its own (isolate=YES). It is
 * no confinement: the jail's is a new one anyway. */
static int
return_to_ipc(struct jail_error *err)
{
	autoclose int first = open("/proc/1/ns/ipc", O_RDONLY | O_CLOEXEC);

	if (first < 0 || setns(first, CLONE_NEWIPC) < 0)
		return jail_fail(err, errno, "join the host's IPC namespace");
	return 0;
}

static int
compare_powers(struct jail_error *err)
{
	char ours[STATUS_MAX], first[STATUS_MAX];

	if (file_read(AT_FDCWD, "/proc/self/status", ours, sizeof(ours), err) < 0 ||
		file_read(AT_FDCWD, "/proc/1/status", first, sizeof(first), err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(shared_powers) / sizeof(shared_powers[0]); i++) {
		const char *field = shared_powers[i].field;
		char a[32] = "", b[32] = "";

		if (!find_field(ours, field, a, sizeof(a)) ||
			!find_field(first, field, b, sizeof(b)))
			return jail_fail(err, 0, "/proc/1/status has no %s", field);
		if (strcmp(a, b) != 0)
			return confined(field, shared_powers[i].directive, err);
	}
	return 0;
}

static void
shed_limits(void)
{
	struct rlimit files;

	/* The host's own, as its first process has them; what we may not raise
	 * again stays low and fails later, with its own name. */
	for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
		struct rlimit limit;

		if (prlimit(1, (enum __rlimit_resource)resource, NULL, &limit) == 0)
			setrlimit((enum __rlimit_resource)resource, &limit);
	}
	/* A session costs a descriptor. The soft limit is for users of select(2). */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setpriority(PRIO_PROCESS, 0, 0);
}

static int
shed(struct jail_error *err)
{
	struct jail_error ignored;

	setsid(); /* fails only for a group leader, which we cannot be */
	umask(022);
	signals_reset();
	shed_limits();
	/* Not ours to have where root lacks CAP_SYS_RESOURCE. */
	file_write(AT_FDCWD, "/proc/self/oom_score_adj", "-900", &ignored);
	/* su(1) has the caller's real uid, and everybody the caller's groups. */
	if (root_become(err) < 0)
		return -1;
	/* keyctl(2): a new, empty session keyring; the login's holds tickets. */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return jail_fail(err, errno, "join a session keyring");
	return chdir("/") < 0 ? jail_fail(err, errno, "chdir /") : 0;
}

int
birth_take(void *work, struct jail_error *err)
{
	struct supervisor *supervisor = ((struct jail *)work)->supervisor;

	if (supervisor->born)
		return 0;
	if (host_kernel_check(err) < 0 || shed(err) < 0 || compare_namespaces(err) < 0 ||
		compare_powers(err) < 0 || host_selinux_check(err) < 0 ||
		return_to_ipc(err) < 0)
		return -1;
	if (cgroup_host_open(&supervisor->cgroups, err) < 0)
		return -1;
	supervisor->grace_file = cgroup_prepare_supervisor(&supervisor->cgroups, err);
	if (supervisor->grace_file < 0) {
		cgroup_host_close(&supervisor->cgroups);
		return -1;
	}
	/* We are this user's only supervisor: jails of a killed one are nobody's. */
	cgroup_sweep(&supervisor->cgroups, supervisor->uid, 0);
	supervisor->born = true;
	return 0;
}
