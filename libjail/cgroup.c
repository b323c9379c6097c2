/*
 * cgroup.c - finding the base, making leaves, moving processes.
 *
 * Everything is done through open directories and plain files; nothing is
 * remembered that /sys/fs/cgroup does not hold itself.
 */
#include "cgroup.h"

#include "fd.h"
#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#define CGROUP_ROOT    "/sys/fs/cgroup"
#define SYSTEMD_BASE   "/jail.slice/pam_jail.service"
#define BARE_BASE      "/pam_jail"
#define V2_CONTROLLERS "+memory +cpu +pids"

static const char *const controller_names[CGROUP_CONTROLLERS] = { "memory", "cpu", "pids" };

/* 1 or 0; -1 if the kernel does not say. */
static int
is_cgroup2(const char *path, struct jail_error *err)
{
	struct statfs fs;

	if (statfs(path, &fs) == 0)
		return fs.f_type == CGROUP2_SUPER_MAGIC;
	return errno == ENOENT ? 0 : jail_fail(err, errno, "statfs %s", path);
}

enum base_wish { FIND, MAKE };

/* Opens `base` below the hierarchy mounted at `root`. */
static int
open_base(const char *root, const char *base, enum base_wish wish, struct jail_error *err)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s%s", root, base);
	if (wish == MAKE && mkdir(path, 0755) < 0 && errno != EEXIST)
		return jail_fail(err, errno, "mkdir %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : jail_fail(err, errno, "open %s", path);
}

static int
open_pure(struct cgroup_host *host, enum base_wish wish, struct jail_error *err)
{
	bool systemd = access("/run/systemd/system", F_OK) == 0;
	const char *base = systemd ? SYSTEMD_BASE : BARE_BASE;

	if (systemd && access(CGROUP_ROOT SYSTEMD_BASE, F_OK) < 0)
		return jail_fail(err, 0,
			"no cgroup is delegated to us: run `systemctl enable --now pam_jail.service`");
	snprintf(host->base, sizeof(host->base), "%s", base);
	host->unified = open_base(CGROUP_ROOT, base, wish, err);
	if (host->unified < 0)
		return -1;
	if (wish == FIND)
		return 0;
	/* Already there after the first login; the write is then a no-op. */
	if (!systemd && file_write(AT_FDCWD, CGROUP_ROOT "/cgroup.subtree_control",
				V2_CONTROLLERS, err) < 0)
		return -1;
	/* Under systemd the holder has moved away from the base (--hold). */
	return file_write(host->unified, "cgroup.subtree_control", V2_CONTROLLERS, err);
}

static int
open_hybrid(struct cgroup_host *host, enum base_wish wish, struct jail_error *err)
{
	host->hybrid = true;
	snprintf(host->base, sizeof(host->base), "%s", BARE_BASE);
	host->unified = open_base(CGROUP_ROOT "/unified", BARE_BASE, wish, err);
	if (host->unified < 0)
		return -1;
	for (int i = 0; i < CGROUP_CONTROLLERS; i++) {
		char root[64];

		/* A controller that is missing matters once a plan needs it. */
		snprintf(root, sizeof(root), CGROUP_ROOT "/%s", controller_names[i]);
		if (access(root, F_OK) < 0)
			continue;
		host->v1[i] = open_base(root, BARE_BASE, wish, err);
		if (host->v1[i] < 0 && wish == MAKE)
			return -1;
	}
	return 0;
}

static int
host_open(struct cgroup_host *host, enum base_wish wish, struct jail_error *err)
{
	int pure = is_cgroup2(CGROUP_ROOT, err);
	int hybrid = pure == 0 ? is_cgroup2(CGROUP_ROOT "/unified", err) : 0;
	int result;

	*host = CGROUP_HOST_INITIAL;
	if (pure < 0 || hybrid < 0)
		return -1;
	if (pure)
		result = open_pure(host, wish, err);
	else if (hybrid)
		result = open_hybrid(host, wish, err);
	else
		result = jail_fail(err, 0, "no cgroup2 hierarchy at %s or %s/unified",
			CGROUP_ROOT, CGROUP_ROOT);
	if (result < 0)
		cgroup_host_close(host);
	return result;
}

int
cgroup_host_open(struct cgroup_host *host, struct jail_error *err)
{
	return host_open(host, MAKE, err);
}

int
cgroup_host_find(struct cgroup_host *host, struct jail_error *err)
{
	return host_open(host, FIND, err);
}

void
cgroup_host_close(struct cgroup_host *host)
{
	fd_close(&host->unified);
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		fd_close(&host->v1[i]);
}

static int
make_supervisors(int base, struct jail_error *err)
{
	if (mkdirat(base, "supervisors", 0755) < 0 && errno != EEXIST)
		return jail_fail(err, errno, "mkdir cgroup supervisors");
	return 0;
}

int
cgroup_prepare_supervisor(const struct cgroup_host *host, struct jail_error *err)
{
	int fd;

	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		if (host->v1[i] >= 0 &&
			(make_supervisors(host->v1[i], err) < 0 ||
				file_write(host->v1[i], "supervisors/tasks", "0", err) < 0))
			return -1;
	if (make_supervisors(host->unified, err) < 0)
		return -1;
	fd = openat(host->unified, "supervisors/cgroup.procs", O_WRONLY | O_CLOEXEC);
	return fd >= 0 ? fd : jail_fail(err, errno, "open cgroup supervisors/cgroup.procs");
}

static int
open_tasks(const struct cgroup_host *host, uid_t uid, struct cgroup_leaf *leaf,
	struct jail_error *err)
{
	for (int i = 0; i < CGROUP_CONTROLLERS; i++) {
		char path[32];

		if (host->v1[i] < 0)
			continue;
		snprintf(path, sizeof(path), "%u/tasks", uid);
		leaf->tasks[i] = openat(host->v1[i], path, O_WRONLY | O_CLOEXEC);
		if (leaf->tasks[i] < 0)
			return jail_fail(err, errno, "open cgroup %s", path);
	}
	return 0;
}

int
cgroup_leaf_make(const struct cgroup_host *host, uid_t uid, const char *name,
	struct cgroup_leaf *leaf, struct jail_error *err)
{
	*leaf = CGROUP_LEAF_INITIAL;
	snprintf(leaf->path, sizeof(leaf->path), "%u/%s", uid, name);
	if (mkdirat(host->unified, leaf->path, 0755) < 0)
		return jail_fail(err, errno, "mkdir cgroup %s", leaf->path);
	leaf->directory = openat(host->unified, leaf->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (leaf->directory < 0)
		jail_fail(err, errno, "open cgroup %s", leaf->path);
	if (leaf->directory < 0 || open_tasks(host, uid, leaf, err) < 0) {
		unlinkat(host->unified, leaf->path, AT_REMOVEDIR);
		cgroup_leaf_close(leaf);
		return -1;
	}
	return 0;
}

void
cgroup_leaf_close(struct cgroup_leaf *leaf)
{
	fd_close(&leaf->directory);
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		fd_close(&leaf->tasks[i]);
}

int
cgroup_leaf_remove(const struct cgroup_host *host, const char *path, struct jail_error *err)
{
	if (unlinkat(host->unified, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return jail_fail(err, errno, "rmdir cgroup %s", path);
	return 0;
}

int
cgroup_leaf_kill(const struct cgroup_host *host, const char *path, struct jail_error *err)
{
	char file[320];

	snprintf(file, sizeof(file), "%s/cgroup.kill", path);
	return file_write(host->unified, file, "1", err);
}

/* One pass over the user's leaves; true when none is left. */
static bool
sweep_once(const struct cgroup_host *host, const char *user)
{
	int fd = openat(host->unified, user, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *leaves = fd >= 0 ? fdopendir(fd) : NULL;
	struct jail_error ignored;
	struct dirent *row;
	bool clean = true;

	while (leaves && (row = readdir(leaves))) {
		char path[300];

		if (row->d_type != DT_DIR || row->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", user, row->d_name);
		if (cgroup_leaf_remove(host, path, &ignored) == 0)
			continue;
		cgroup_leaf_kill(host, path, &ignored);
		clean = cgroup_leaf_remove(host, path, &ignored) == 0 && clean;
	}
	if (leaves)
		closedir(leaves);
	return clean;
}

void
cgroup_sweep(const struct cgroup_host *host, uid_t uid, int milliseconds)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	char user[16];

	snprintf(user, sizeof(user), "%u", uid);
	while (!sweep_once(host, user) && milliseconds > 0) {
		nanosleep(&pause, NULL);
		milliseconds -= 10;
	}
}

/* The line of `controller` ("" for cgroup2) in the text of /proc/PID/cgroup. */
static bool
find_path(const char *text, const char *controller, char *out, size_t size)
{
	for (const char *line = text; line && *line;) {
		const char *names = strchr(line, ':');
		const char *path = names ? strchr(names + 1, ':') : NULL;
		const char *end = path ? strchr(path, '\n') : NULL;

		if (!end)
			return false;
		if (path[1] == '/' && (size_t)(path - names - 1) == strlen(controller) &&
			strncmp(names + 1, controller, strlen(controller)) == 0)
			return (size_t)snprintf(out, size, "%.*s", (int)(end - path - 1),
				       path + 1) < size;
		line = end + 1;
	}
	return false;
}

/* A process that has ended keeps its number until it is reaped, and then a
 * stranger may have it. */
static bool
lives(int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	return poll(&end, 1, 0) == 0;
}

static int
read_origin(pid_t pid, char *origin, struct jail_error *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/cgroup", pid);
	return file_read(AT_FDCWD, path, origin, CGROUP_ORIGIN_MAX, err) < 0 ? -1 : 0;
}

static int
prove(const struct cgroup_host *host, const struct cgroup_leaf *leaf, pid_t pid, int pidfd,
	struct jail_error *err)
{
	char text[CGROUP_ORIGIN_MAX], wanted[256], found[256];

	if (read_origin(pid, text, err) < 0)
		return -1;
	snprintf(wanted, sizeof(wanted), "%s/%s", host->base, leaf->path);
	if (!find_path(text, "", found, sizeof(found)) || strcmp(found, wanted) != 0)
		return jail_fail(err, 0, "process %d is not in cgroup %s", pid, wanted);
	*strrchr(wanted, '/') = '\0';
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		if (host->v1[i] >= 0 &&
			(!find_path(text, controller_names[i], found, sizeof(found)) ||
				strcmp(found, wanted) != 0))
			return jail_fail(err, 0, "process %d is not in %s cgroup %s", pid,
				controller_names[i], wanted);
	if (!lives(pidfd))
		return jail_fail(err, ESRCH, "process %d", pid);
	return 0;
}

int
cgroup_attach(const struct cgroup_host *host, const struct cgroup_leaf *leaf, pid_t pid,
	int pidfd, char *origin, struct jail_error *err)
{
	char number[16];

	if (read_origin(pid, origin, err) < 0)
		return -1;
	snprintf(number, sizeof(number), "%d", pid);
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		if (leaf->tasks[i] >= 0 && write(leaf->tasks[i], number, strlen(number)) < 0)
			return jail_fail(err, errno, "move process %d into its %s cgroup", pid,
				controller_names[i]);
	if (file_write(leaf->directory, "cgroup.procs", number, err) < 0)
		return -1;
	return prove(host, leaf, pid, pidfd, err);
}

static void
restore_one(const char *root, const char *path, pid_t pid)
{
	struct jail_error ignored;
	char file[512], number[16];

	snprintf(number, sizeof(number), "%d", pid);
	if ((size_t)snprintf(file, sizeof(file), "%s%s/cgroup.procs", root, path) <
		sizeof(file))
		file_write(AT_FDCWD, file, number, &ignored);
}

void
cgroup_restore(const struct cgroup_host *host, pid_t pid, int pidfd, const char *origin)
{
	char path[256];

	if (!lives(pidfd))
		return;
	if (find_path(origin, "", path, sizeof(path)))
		restore_one(host->hybrid ? CGROUP_ROOT "/unified" : CGROUP_ROOT, path, pid);
	for (int i = 0; host->hybrid && i < CGROUP_CONTROLLERS; i++) {
		char root[64];

		snprintf(root, sizeof(root), CGROUP_ROOT "/%s", controller_names[i]);
		if (host->v1[i] >= 0 &&
			find_path(origin, controller_names[i], path, sizeof(path)))
			restore_one(root, path, pid);
	}
}

int
cgroup_host_hold(struct cgroup_host *host, struct jail_error *err)
{
	autoclose int procs = -1;

	*host = CGROUP_HOST_INITIAL;
	if (is_cgroup2(CGROUP_ROOT, err) <= 0)
		return cgroup_host_open(host, err); /* nobody delegates on a hybrid host */
	host->unified = open(CGROUP_ROOT SYSTEMD_BASE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (host->unified < 0)
		return jail_fail(err, errno, "open %s", CGROUP_ROOT SYSTEMD_BASE);
	procs = cgroup_prepare_supervisor(host, err);
	if (procs < 0)
		return -1;
	if (write(procs, "0", 1) < 0)
		return jail_fail(err, errno, "move to cgroup supervisors");
	return file_write(host->unified, "cgroup.subtree_control", V2_CONTROLLERS, err);
}
