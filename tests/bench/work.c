/*
 * work.c - what work costs where this runs: work DIRECTORY FILE [HOME] prints
 * nanoseconds for getpid, read, open with close, stat (of FILE, by its path from
 * DIRECTORY, so that it is as long inside a jail as outside), open with close and
 * stat of a file in HOME, and a computation. Each is the median of many short
 * batches: others who use the machine disturb some of them.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 101, CALLS = 500, STEPS = 2000 };

struct work {
	const char *file, *own;
	int zero;
};

__attribute__((noreturn)) static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
ask_pid(const struct work *work)
{
	(void)work;
	syscall(SYS_getpid);
}

static void
read_byte(const struct work *work)
{
	char byte;

	if (read(work->zero, &byte, 1) != 1)
		die("read");
}

static void
open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die(path);
	close(fd);
}

static void
stat_path(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		die(path);
}

static void
open_file(const struct work *work)
{
	open_path(work->file);
}

static void
stat_file(const struct work *work)
{
	stat_path(work->file);
}

static void
open_own(const struct work *work)
{
	open_path(work->own);
}

static void
stat_own(const struct work *work)
{
	stat_path(work->own);
}

static void
compute(const struct work *work)
{
	volatile uint64_t sum = (uint64_t)work->zero;

	for (int i = 0; i < STEPS; i++)
		sum = sum * 6364136223846793005ULL + 1442695040888963407ULL;
}

static double
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int
by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
time_work(void (*act)(const struct work *work), const struct work *work)
{
	double times[BATCHES];

	for (int i = 0; i < BATCHES; i++) {
		double begin = now_ns();

		for (int call = 0; call < CALLS; call++)
			act(work);
		times[i] = (now_ns() - begin) / CALLS;
	}
	qsort(times, BATCHES, sizeof(double), by_time);
	return times[BATCHES / 2];
}

int
main(int argc, char **argv)
{
	static void (*const acts[])(const struct work *work) = { ask_pid, read_byte, open_file,
		stat_file, open_own, stat_own, compute };
	struct work work;

	if (argc != 4) {
		fputs("usage: work DIRECTORY FILE OWN-FILE\n", stderr);
		return 2;
	}
	work = (struct work){
		.file = argv[2],
		.own = argv[3],
		.zero = open("/dev/zero", O_RDONLY | O_CLOEXEC),
	};
	if (work.zero < 0 || chdir(argv[1]) < 0)
		die(argv[1]);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		printf("%.1f ", time_work(acts[i], &work));
	printf("\n");
	return 0;
}
