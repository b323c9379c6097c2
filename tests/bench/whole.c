/*
 * whole.c - times commands as whole processes, in turns: whole COUNT PERCENTILE
 * COMMAND... [, COMMAND...]... prints that percentile of each in microseconds, a
 * line for each; "failed" for one that did not end with 0. A word "name#" is
 * name0, name1 ...
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 16, COUNT_MAX = 1000, WORDS_MAX = 32, NUMBERED_MAX = 64 };

struct command {
	char **words;
	double times[COUNT_MAX];
	bool failed;
};

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The words of this round; `numbered` holds the one that is different. */
static void
number_words(char **words, int round, char *now[WORDS_MAX], char numbered[NUMBERED_MAX])
{
	int i;

	for (i = 0; i < WORDS_MAX - 1 && words[i]; i++) {
		size_t length = strlen(words[i]);

		now[i] = words[i];
		if (length == 0 || words[i][length - 1] != '#')
			continue;
		snprintf(numbered, NUMBERED_MAX, "%.*s%d", (int)length - 1, words[i], round);
		now[i] = numbered;
	}
	now[i] = NULL;
}

static double
run(char **words, int round)
{
	static int quiet = -1;
	char *now[WORDS_MAX], numbered[NUMBERED_MAX];
	double begin;
	pid_t child;
	int status;

	number_words(words, round, now, numbered);
	if (!now[0])
		return -1;
	if (quiet < 0)
		quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	begin = now_us();
	child = vfork();
	if (child == 0) {
		dup2(quiet, 1);
		execvp(now[0], now);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
		return -1;
	return now_us() - begin;
}

static int
by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	int count = argc > 3 ? atoi(argv[1]) : 0, used = 0;
	int percentile = argc > 3 ? atoi(argv[2]) : 0;

	if (count < 1 || count > COUNT_MAX || percentile < 0 || percentile > 99) {
		fputs("usage: whole COUNT PERCENTILE COMMAND... [, COMMAND...]...\n", stderr);
		return 2;
	}
	for (int i = 3; i < argc; i++) {
		if (i == 3 || strcmp(argv[i - 1], ",") == 0)
			commands[used++].words = argv + i;
		if (used == COMMANDS_MAX)
			break;
	}
	for (int i = 3; i < argc; i++)
		if (strcmp(argv[i], ",") == 0)
			argv[i] = NULL;

	for (int i = 0; i < count; i++)
		for (int c = 0; c < used; c++) {
			const struct timespec rest = { .tv_nsec = 20000000 };

			if (commands[c].failed)
				continue;
			nanosleep(&rest, NULL);
			commands[c].times[i] = run(commands[c].words, i);
			commands[c].failed = commands[c].times[i] < 0;
		}
	for (int c = 0; c < used; c++) {
		qsort(commands[c].times, (size_t)count, sizeof(double), by_time);
		if (commands[c].failed)
			puts("failed");
		else
			printf("%.0f\n", commands[c].times[count * percentile / 100]);
	}
	return 0;
}
