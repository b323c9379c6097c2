/*
 * login.c - times logins in process, as sshd's monitor would see them: a fresh
 * child calls PAM, whose service has the two lines of pam_jail.so and nothing
 * else. An ssh login takes 200 ms with or without a jail: too noisy.
 *
 * Users are PREFIX0, PREFIX1 ...: a jail outlives its last session by a moment,
 * and each first login must find none. After each login the floor's command
 * runs, so that both see the same weather; it prints microseconds. For each
 * pair a line:
 *   account session close gone floor
 * A crowd logs in at once, and has another line.
 */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUN "/run/pam_jail"

enum { GONE_MS = 20000, POLL_MS = 1, REST_MS = 40, GROUPS = 64, TIMES_SIZE = 64 * 1024 };

/* What the child has seen, in memory that it shares with us: it writes from
 * inside the jail. */
struct times {
	double begin, admitted, opening, entered, leaving, exited;
	int failed; /* PAM's code */
};

struct bench {
	const char *service;
	const char *prefix;
	int count;
	int between_ms; /* from account to session; sshd takes 4 to 7 */
	char *const *floor;
	struct times *times;
};

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
sleep_ms(int milliseconds)
{
	poll(NULL, 0, milliseconds);
}

__attribute__((noreturn)) static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* A host program has looked its user up before it calls PAM: what that loads is
 * there. */
static uid_t
look_up(const char *user)
{
	const struct passwd *found = getpwnam(user);
	gid_t groups[GROUPS];
	int count = GROUPS;

	if (!found)
		die(user);
	getgrouplist(user, found->pw_gid, groups, &count);
	getgrgid(found->pw_gid);
	return found->pw_uid;
}

static int
no_conversation(int count, const struct pam_message **messages, struct pam_response **answers,
	void *context)
{
	(void)context;
	for (int i = 0; i < count; i++)
		fprintf(stderr, "%s\n", messages[i]->msg);
	*answers = calloc((size_t)count, sizeof(**answers));
	return *answers ? PAM_SUCCESS : PAM_BUF_ERR;
}

/* The host program. `wait` is read until its end, between login and logout. */
__attribute__((noreturn)) static void
host_program(const struct bench *bench, const char *user, int wait)
{
	const struct pam_conv conversation = { .conv = no_conversation };
	struct times *times = bench->times;
	pam_handle_t *pamh;
	char byte;

	times->failed = pam_start(bench->service, user, &conversation, &pamh);
	if (times->failed != PAM_SUCCESS)
		_exit(1);
	times->begin = now_us();
	times->failed = pam_acct_mgmt(pamh, 0);
	times->admitted = now_us();
	if (times->failed != PAM_SUCCESS)
		_exit(1);
	if (bench->between_ms > 0)
		sleep_ms(bench->between_ms);
	times->opening = now_us();
	times->failed = pam_open_session(pamh, 0);
	times->entered = now_us();
	if (times->failed != PAM_SUCCESS)
		_exit(1);
	while (wait >= 0 && read(wait, &byte, 1) > 0)
		;
	times->leaving = now_us();
	pam_close_session(pamh, 0);
	pam_end(pamh, PAM_SUCCESS);
	_exit(0);
}

static pid_t
start_login(const struct bench *bench, const char *user, int wait)
{
	pid_t child;

	*bench->times = (struct times){ .failed = -1 };
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		host_program(bench, user, wait);
	return child;
}

static void
finish_login(const struct bench *bench, pid_t child)
{
	int status;

	waitpid(child, &status, 0);
	bench->times->exited = now_us();
	if (bench->times->failed != PAM_SUCCESS || status != 0) {
		fprintf(stderr, "login: PAM code %d, status %#x\n", bench->times->failed,
			status);
		exit(1);
	}
}

/* The user's directory goes last of all that a jail leaves on the host. */
static void
wait_until_gone(uid_t uid)
{
	char directory[64];

	snprintf(directory, sizeof(directory), RUN "/%u", uid);
	for (int left = GONE_MS; access(directory, F_OK) == 0; left -= POLL_MS) {
		if (left <= 0)
			die("the jail stays");
		sleep_ms(POLL_MS);
	}
}

/* Runs the floor and passes on what it prints. */
static void
run_floor(char *const *command)
{
	pid_t child;
	int status;

	if (!command[0]) {
		puts(" 0");
		return;
	}
	putchar(' ');
	fflush(stdout);
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		execvp(command[0], command);
		die(command[0]);
	}
	waitpid(child, &status, 0);
	if (status != 0)
		die("the floor failed");
}

static void
time_pair(const struct bench *bench, const char *user, bool until_gone)
{
	const struct times *times = bench->times;
	uid_t uid = look_up(user);
	double gone;

	sleep_ms(REST_MS);
	finish_login(bench, start_login(bench, user, -1));
	if (until_gone)
		wait_until_gone(uid);
	gone = now_us();
	printf("%.0f %.0f %.0f %.0f", times->admitted - times->begin,
		times->entered - times->opening, times->exited - times->leaving,
		gone - times->leaving);
	sleep_ms(REST_MS);
	run_floor(bench->floor);
}

static const char *
user_of(const struct bench *bench, int number)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s%d", bench->prefix, number);
	return name;
}

static void
time_first(const struct bench *bench)
{
	for (int i = 0; i < bench->count; i++)
		time_pair(bench, user_of(bench, i), false);
	for (int i = 0; i < bench->count; i++)
		wait_until_gone(look_up(user_of(bench, i)));
}

static void
time_gone(const struct bench *bench)
{
	for (int i = 0; i < bench->count; i++)
		time_pair(bench, user_of(bench, i), true);
}

/* Somebody else's session keeps the jail. */
static void
time_join(const struct bench *bench)
{
	struct bench holder = *bench;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("pipe");
	holder.times = bench->times + 1;
	child = start_login(&holder, user_of(bench, 0), ends[0]);
	close(ends[0]);
	while (holder.times->entered == 0)
		sleep_ms(POLL_MS);
	for (int i = 0; i < bench->count; i++)
		time_pair(bench, user_of(bench, 0), false);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ends[1]);
	wait_until_gone(look_up(user_of(bench, 0)));
}

/* A login each, and no wait for the end: their jails linger. */
static void
fill(const struct bench *bench)
{
	for (int i = 0; i < bench->count; i++)
		finish_login(bench, start_login(bench, user_of(bench, i), -1));
}

/* All at once, and each stays until all are in. Prints the shortest and the
 * longest account + session, and how long it took until all were in. */
static void
time_crowd(const struct bench *bench)
{
	pid_t *children = calloc((size_t)bench->count, sizeof(*children));
	double begin = now_us(), last = 0, shortest = 0, longest = 0;
	int ends[2];

	if (!children || pipe2(ends, O_CLOEXEC) < 0)
		die("a crowd");
	for (int i = 0; i < bench->count; i++) {
		struct bench one = *bench;

		one.times = bench->times + i;
		children[i] = start_login(&one, user_of(bench, i), ends[0]);
	}
	for (int i = 0; i < bench->count; i++) {
		const volatile struct times *times = bench->times + i;
		double took;

		while (times->entered == 0 && waitpid(children[i], NULL, WNOHANG) == 0)
			sleep_ms(POLL_MS);
		if (times->failed != PAM_SUCCESS)
			die("one of the crowd");
		took = times->entered - times->begin;
		shortest = i == 0 || took < shortest ? took : shortest;
		longest = took > longest ? took : longest;
		last = times->entered > last ? times->entered : last;
	}
	for (int i = 0; i < bench->count; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	close(ends[0]);
	close(ends[1]);
	printf("%.0f %.0f %.0f\n", shortest, longest, last - begin);
	free(children);
}

static void
time_names(const struct bench *bench)
{
	double begin = now_us(), first;

	look_up(user_of(bench, 0));
	first = now_us();
	look_up(user_of(bench, 0));
	printf("%.0f %.0f\n", first - begin, now_us() - first);
}

static const struct {
	const char *name;
	void (*act)(const struct bench *bench);
} kinds[] = {
	{ "first", time_first },
	{ "join", time_join },
	{ "gone", time_gone },
	{ "fill", fill },
	{ "crowd", time_crowd },
	{ "names", time_names },
};

int
main(int argc, char **argv)
{
	struct bench bench;

	if (argc >= 6) {
		bench = (struct bench){
			.service = argv[2],
			.prefix = argv[3],
			.count = atoi(argv[4]),
			.between_ms = atoi(argv[5]),
			.floor = argv + 6,
			.times = mmap(NULL, TIMES_SIZE, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0),
		};
		if (bench.times == MAP_FAILED)
			die("mmap");
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (strcmp(argv[1], kinds[i].name) == 0) {
				kinds[i].act(&bench);
				return 0;
			}
	}
	fputs("usage: login first|join|gone|fill|crowd|names SERVICE PREFIX COUNT BETWEEN_MS "
	      "[FLOOR [ARGUMENT]...]\n",
		stderr);
	return 2;
}
