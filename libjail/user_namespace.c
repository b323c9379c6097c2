/*
 * user_namespace.c - a user namespace without a process in it: a helper is born
 * into it, we write the maps, take hold of it and end the helper. Init and the
 * image's mount take it from there, with maps that nobody can change any more.
 */
#include "user_namespace.h"

#include "fd.h"
#include "sys/clone.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

/* The kernel takes less than a page, and 340 lines (user_namespaces(7)). */
enum { MAP_SIZE = 4096, MAP_LINES = 340 };

struct map {
	size_t used, lines;
	char text[MAP_SIZE];
};

static void
map_add(struct map *map, unsigned inside, unsigned outside)
{
	int size = snprintf(map->text + map->used, MAP_SIZE - map->used, "%u %u 1\n", inside,
		outside);

	map->used += (size_t)size;
	map->lines++;
	if (map->used >= MAP_SIZE) /* map_write() will refuse it */
		map->used = MAP_SIZE;
}

static int
map_write(int process, const char *file, const struct map *map, struct jail_error *err)
{
	autoclose int fd = openat(process, file, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return jail_fail(err, errno, "open %s", file);
	if (map->used == MAP_SIZE || map->lines > MAP_LINES)
		return jail_fail(err, E2BIG, "the user is in more groups than %s holds", file);
	if (write(fd, map->text, map->used) != (ssize_t)map->used)
		return jail_fail(err, errno, "write %s", file);
	return 0;
}

void
user_namespace_uids(char map[UID_MAP_SIZE], uid_t root, uid_t user)
{
	int used = snprintf(map, UID_MAP_SIZE, "%10u %10u %10u\n", 0U, root, 1U);

	if (user != 0)
		snprintf(map + used, UID_MAP_SIZE - (size_t)used, "%10u %10u %10u\n", user,
			user, 1U);
}

static bool
is_listed_before(const struct jail_login *login, size_t group)
{
	for (size_t i = 0; i < group; i++)
		if (login->groups[i].gid == login->groups[group].gid)
			return true;
	return login->gid == login->groups[group].gid;
}

/* Root's and the terminals' groups are never the host's; the user's own are. */
static void
add_group(struct map *map, gid_t gid)
{
	if (gid != 0 && gid != GID_TTY)
		map_add(map, gid, gid);
}

static int
write_maps(int process, const struct jail_login *login, const struct jail_ids *ids,
	struct jail_error *err)
{
	struct map uids = { .lines = 0 }, gids = { .lines = 0 };

	user_namespace_uids(uids.text, ids->root, login->uid);
	uids.used = strlen(uids.text);
	map_add(&gids, 0, ids->root);
	map_add(&gids, GID_TTY, ids->tty);
	add_group(&gids, login->gid);
	for (size_t i = 0; i < login->group_count; i++)
		if (!is_listed_before(login, i))
			add_group(&gids, login->groups[i].gid);
	return map_write(process, "uid_map", &uids, err) < 0
		       ? -1
		       : map_write(process, "gid_map", &gids, err);
}

/* `helper` is ours and not reaped yet: its number is its own. */
static int
take_hold(pid_t helper, const struct jail_login *login, const struct jail_ids *ids,
	struct jail_error *err)
{
	autoclose int process = -1, fd = -1;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", helper);
	process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return jail_fail(err, errno, "open %s", path);
	if (write_maps(process, login, ids, err) < 0)
		return -1;
	fd = openat(process, "ns/user", O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd_steal(&fd) : jail_fail(err, errno, "open %s/ns/user", path);
}

static void
end_helper(int pidfd)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	siginfo_t info;

	/* A kill that a security module refused may succeed now; it has our stack. */
	while (pidfd_send_signal(pidfd, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
		nanosleep(&pause, NULL);
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0 && errno == EINTR)
		;
}

int
user_namespace_make(const struct jail_login *login, const struct jail_ids *ids,
	struct jail_error *err)
{
	autoclose int self = pidfd_open(getpid(), 0), pidfd = -1;
	struct sys_keeper keeper = { .parent = { .fd = self, .events = POLLIN } };
	pid_t helper;
	int fd;

	if (self < 0)
		return jail_fail(err, errno, "pidfd_open");
	helper = sys_keep_aside(CLONE_NEWUSER, &keeper, &pidfd);
	if (helper < 0)
		return jail_fail(err, errno,
			"make one (see the sysctl user.max_user_namespaces, or say user_namespace = no in jail.conf)");
	fd = take_hold(helper, login, ids, err);
	end_helper(pidfd);
	return fd;
}
