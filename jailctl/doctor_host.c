/*
 * doctor_host.c - the kernel and its switches. What refuses jailed users is a
 * warning, what is only good to know a note.
 */
#include "doctor.h"
#include "cgroup.h"
#include "fd.h"
#include "files.h"
#include "host.h"
#include "identity.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum { SMALL = 4096, LARGE = 1 << 18 };

int
check_kernel(struct doctor *doctor, struct jail_error *err)
{
	if (host_kernel_check(err) < 0)
		doctor_find(doctor, NULL, 0, "%s", err->text);
	return 0;
}

int
check_selinux(struct doctor *doctor, struct jail_error *err)
{
	if (host_selinux_check(err) < 0)
		doctor_find(doctor, "/sys/fs/selinux/enforce", 0, "%s", err->text);
	return 0;
}

/* --- what jails are made of -------------------------------------------------------- */

static void
judge_namespaces(struct doctor *doctor)
{
	for (size_t i = 0; i < NS_COUNT; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/ns/%s", namespace_rows[i].file);
		if (access(path, F_OK) < 0)
			doctor_find(doctor, path, 0, "the kernel has no such namespaces");
	}
}

/* /proc/sys/user/max_*_namespaces: 0 is how some hosts are hardened. */
static void
judge_limits(struct doctor *doctor)
{
	static const char *const kinds[] = { "mnt", "pid", "ipc", "uts", "net", "cgroup",
		"time" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char path[64], value[32];
		struct jail_error ignored;

		snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", kinds[i]);
		if (file_read(AT_FDCWD, path, value, sizeof(value), &ignored) > 0 &&
			atol(value) == 0)
			doctor_find(doctor, path, 0, "no such namespace may be made");
	}
}

int
check_kernel_features(struct doctor *doctor, struct jail_error *err)
{
	static const char actions_file[] = "/proc/sys/kernel/seccomp/actions_avail";
	autoclose int overlay = fsopen("overlay", FSOPEN_CLOEXEC); /* loads the module */
	char actions[SMALL];

	judge_namespaces(doctor);
	judge_limits(doctor);
	if (overlay < 0)
		doctor_find(doctor, "/proc/filesystems", 0, "no overlay file system: %s",
			strerror(errno));
	if (file_read(AT_FDCWD, actions_file, actions, sizeof(actions), err) < 0 ||
		!strstr(actions, "errno"))
		doctor_find(doctor, actions_file, 0, "no system call filters");
	return 0;
}

/* --- cgroups ------------------------------------------------------------------------- */

static const char *const controllers[CGROUP_CONTROLLERS] = { "memory", "cpu", "pids" };

static bool
has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at++)
		if ((at == text || at[-1] == ' ') && strchr(" \n", at[length]))
			return true;
	return false;
}

/* `directory` -1: by the path alone. */
static void
judge_v2(struct doctor *doctor, int directory, const char *path)
{
	char text[SMALL];
	struct jail_error ignored;

	if (file_read(directory, directory < 0 ? path : "cgroup.controllers", text,
		    sizeof(text), &ignored) < 0)
		text[0] = '\0';
	for (size_t i = 0; i < CGROUP_CONTROLLERS; i++)
		if (!has_word(text, controllers[i]))
			doctor_find(doctor, path, 0, "the controller %s is not handed to us",
				controllers[i]);
}

static void
judge_v1(struct doctor *doctor)
{
	for (size_t i = 0; i < CGROUP_CONTROLLERS; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", controllers[i]);
		if (access(path, F_OK) < 0)
			doctor_find(doctor, path, 0, "the controller %s is not mounted",
				controllers[i]);
	}
}

int
check_controllers(struct doctor *doctor, struct jail_error *err)
{
	static const char root[] = "/sys/fs/cgroup/cgroup.controllers";
	struct cgroup_host host;

	if (cgroup_host_find(&host, err) == 0) {
		if (host.hybrid)
			judge_v1(doctor);
		else
			judge_v2(doctor, host.unified, root);
		cgroup_host_close(&host);
	} else if (err->errnum != ENOENT) {
		doctor_find(doctor, NULL, 0, "%s", err->text);
	} else if (access(root, F_OK) == 0) { /* before the first login ever */
		judge_v2(doctor, -1, root);
	} else {
		judge_v1(doctor);
	}
	return 0;
}

int
check_favordynmods(struct doctor *doctor, struct jail_error *err)
{
	static const char mounts[] = "/proc/self/mountinfo";
	autofree char *text = malloc(LARGE);
	const char *options;

	if (!text)
		return jail_fail(err, ENOMEM, "read %s", mounts);
	if (file_read(AT_FDCWD, mounts, text, LARGE, err) < 0)
		return -1;
	options = strstr(text, " - cgroup2 ");
	if (options && !memmem(options, strcspn(options, "\n"), "favordynmods", 12))
		doctor_find(doctor, mounts, 0, "cgroup2 is mounted without favordynmods");
	return 0;
}

/* --- switches -------------------------------------------------------------------------- */

int
check_core_pattern(struct doctor *doctor, struct jail_error *err)
{
	static const char path[] = "/proc/sys/kernel/core_pattern";
	char value[SMALL];

	if (file_read(AT_FDCWD, path, value, sizeof(value), err) < 0)
		return -1;
	value[strcspn(value, "\n")] = '\0';
	if (value[0] == '|')
		doctor_find(doctor, path, 0, "%s", value);
	return 0;
}

/* clang-format off */
static const struct { const char *path, *wanted, *why; } switches[] = {
	{ "/proc/sys/fs/protected_symlinks",  "1", "a link of another user in /tmp is followed" },
	{ "/proc/sys/fs/protected_hardlinks", "1", "a file of another user can be linked" },
	{ "/proc/sys/dev/tty/legacy_tiocsti", "0", "typing into one's terminal is possible" },
};
/* clang-format on */

int
check_sysctls(struct doctor *doctor, struct jail_error *err)
{
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		char value[32];

		if (file_read(AT_FDCWD, switches[i].path, value, sizeof(value), err) < 0)
			continue; /* an older kernel */
		value[strcspn(value, "\n")] = '\0';
		if (strcmp(value, switches[i].wanted) != 0)
			doctor_find(doctor, switches[i].path, 0, "is %s: %s on the host", value,
				switches[i].why);
	}
	return 0;
}
