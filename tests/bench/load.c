/*
 * load.c - what a busy host has more of than an idle one: tasks, mounts, cgroup
 * moves. Makes them, says "ready", and ends them when its standard input ends.
 *
 * Only for the private test host: its cgroup limits the tasks, the mounts are in
 * its mount namespace.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOUNTS "/run/bench-mounts"

enum { MOVE_EVERY_MS = 2, REST_MS = 100 };

__attribute__((noreturn)) static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
wait_for_end(int milliseconds)
{
	struct pollfd end = { .fd = 0, .events = POLLIN };

	if (poll(&end, 1, milliseconds) != 0)
		exit(0);
}

static void
ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void
load_tasks(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
	ready();
	wait_for_end(-1);
}

static void
remove_mounts(void)
{
	umount2(MOUNTS, MNT_DETACH); /* all that stand on it go along */
	rmdir(MOUNTS);
}

static void
load_mounts(int count)
{
	char path[64];

	mkdir(MOUNTS, 0755);
	if (mount("bench", MOUNTS, "tmpfs", 0, NULL) < 0 ||
		mount(NULL, MOUNTS, NULL, MS_PRIVATE, NULL) < 0)
		die(MOUNTS);
	atexit(remove_mounts);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), MOUNTS "/%d", i);
		if (mkdir(path, 0755) < 0 || mount(path, path, NULL, MS_BIND, NULL) < 0)
			die(path);
	}
	ready();
	wait_for_end(-1);
}

/* cgroup.procs of the cgroup2 directory that we are in. */
static int
open_own_cgroup(void)
{
	char line[256], path[512] = "";
	FILE *file = fopen("/proc/self/cgroup", "re");
	int fd;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "0::", 3) == 0) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(path, sizeof(path), "%s%s/cgroup.procs",
				access("/sys/fs/cgroup/unified", F_OK) == 0
					? "/sys/fs/cgroup/unified"
					: "/sys/fs/cgroup",
				line + 3);
		}
	if (file)
		fclose(file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

static void
move(int fd)
{
	if (write(fd, "0", 1) < 0)
		die("cgroup.procs");
}

/*
 * Moves itself to where it is, again and again: the kernel's lock for moves then
 * stays in the state that a first mover must wait a grace period for. As on a
 * host with many logins, or with the mount option favordynmods.
 */
static void
load_moves(int count)
{
	int fd = open_own_cgroup();

	(void)count;
	move(fd);
	ready();
	for (;;) {
		wait_for_end(MOVE_EVERY_MS);
		move(fd);
	}
}

static double
time_move(int fd)
{
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	move(fd);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - begin.tv_sec) * 1e6 +
	       (double)(end.tv_nsec - begin.tv_nsec) / 1e3;
}

/* No load: what a move takes after a rest, and right after another; a line for
 * each of `count` tries. */
static void
probe_moves(int count)
{
	int fd = open_own_cgroup();

	for (int i = 0; i < count; i++) {
		double first, second;

		poll(NULL, 0, REST_MS);
		first = time_move(fd);
		second = time_move(fd);
		printf("%.0f %.0f\n", first, second);
	}
}

static const struct {
	const char *name;
	void (*make)(int count);
} loads[] = {
	{ "tasks", load_tasks },
	{ "mounts", load_mounts },
	{ "moves", load_moves },
	{ "probe", probe_moves },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc >= 2 && i < sizeof(loads) / sizeof(loads[0]); i++)
		if (strcmp(argv[1], loads[i].name) == 0) {
			loads[i].make(argc > 2 ? atoi(argv[2]) : 0);
			return 0;
		}
	fputs("usage: load tasks|mounts|moves|probe [COUNT]\n", stderr);
	return 2;
}
