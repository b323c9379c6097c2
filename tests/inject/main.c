/*
 * main.c - which calls fail, and the table of what came of it.
 *
 *	inject [--every N] [--kill | --memory] [--join] [--host-network] [--list]
 *	       [--only ROLE[:ROW:NUMBER]] SERVICE PREFIX USERS
 *
 * SERVICE is a PAM service with pam_permit.so and pam_jail.so. PREFIX0 to
 * PREFIX<USERS-1> are the users; so many logins go on at the same time.
 *
 *   --every  only every N-th call, and the first of each row
 *   --kill   the process is killed at the call: the first and last of each row
 *   --memory not system calls fail but malloc, calloc and realloc
 *   --join   the jail is there already, and has a session that is to stay
 *   --host-network  the policy says network = host
 *   --only   that one call, or those of ROLE
 *   --list   say what calls there are
 */
#include "inject.h"

#include <err.h>
#include <getopt.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS_MAX = 20000 };

const char *const role_names[ROLE_COUNT] = {
	[ROLE_HOST] = "host",
	[ROLE_MODULE] = "module",
	[ROLE_SUPERVISOR] = "supervisor",
	[ROLE_STUB] = "stub",
	[ROLE_INIT] = "init",
	[ROLE_HOME] = "home",
	[ROLE_ASIDE] = "aside",
	[ROLE_USER] = "user",
};

static struct options {
	unsigned every;
	bool kill, memory, join, list;
	struct target only;
	const char *service, *prefix;
	int users;
} options = { .every = 1, .service = "", .prefix = "" };

static struct target calls[CALLS_MAX];
static size_t call_count;
static unsigned not_reached, runs_done;

static void
remember(const struct target *at, long call)
{
	if (call_count == CALLS_MAX)
		errx(2, "too many calls");
	calls[call_count++] = *at;
	rows[at->row].calls++;
	if (options.list)
		printf("%s:%s:%u %s\n", role_names[at->role], rows[at->row].name, at->number,
			fault_call_name(call));
}

static struct run *
run_new(int user, struct target target)
{
	struct run *run = calloc(1, sizeof(*run));
	const struct passwd *found;

	if (!run)
		err(2, "memory");
	snprintf(run->user, sizeof(run->user), "%s%d", options.prefix, user);
	found = getpwnam(run->user);
	if (!found)
		errx(2, "no user %s", run->user);
	run->uid = found->pw_uid;
	run->gid = found->pw_gid;
	run->target = target;
	run->kill = options.kill;
	run->memory = options.memory;
	run->join = options.join;
	return run;
}

static void
run_free(struct run *run)
{
	free(run->mounts);
	free(run);
}

/* A login without a fault: what there is to be counted. */
static void
baseline(void)
{
	struct run *run = run_new(0, (struct target){ .number = 0 });

	trace_saw = remember;
	trace_start(run);
	trace_next();
	trace_saw = NULL;
	if (run->verdict != JAILED || !run->user_ran || run->complaint[0] || run->left[0] ||
		run->swept[0])
		errx(1, "even without a fault: %s%s%s%s",
			run->verdict == JAILED ? "" : "refused ", run->complaint, run->swept,
			run->left);
	run_free(run);
}

static bool
same_row(const struct target *a, const struct target *b)
{
	return a->role == b->role && a->row == b->row;
}

static bool
is_first_of_row(size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_row(&calls[j], &calls[i]))
			return false;
	return true;
}

static bool
is_last_of_row(size_t i)
{
	for (size_t j = i + 1; j < call_count; j++)
		if (same_row(&calls[j], &calls[i]))
			return false;
	return true;
}

static bool
is_planned(size_t i)
{
	if (options.only.role != ROLE_HOST && calls[i].role != options.only.role)
		return false;
	if (options.only.number)
		return same_row(&calls[i], &options.only) &&
		       calls[i].number == options.only.number;
	if (options.kill)
		return is_first_of_row(i) || is_last_of_row(i);
	return i % options.every == 0 || is_first_of_row(i);
}

static void
tell(const struct run *run, const char *what, const char *why)
{
	const struct target *at = &run->target;

	printf("# %s:%s:%u %s: %s: %s:%s\n", role_names[at->role], rows[at->row].name,
		at->number, fault_call_name(run->call),
		run->kill ? "killed" : strerror(run->error), what, why);
}

static void
record(const struct run *run)
{
	struct row *row;

	runs_done++;
	if (!run->fired) {
		not_reached++;
		return;
	}
	row = &rows[run->target.row];
	row->injected++;
	row->refused += run->verdict == REFUSED;
	row->jailed += run->verdict == JAILED;
	row->escaped += run->complaint[0] != '\0';
	row->crashed += run->crash != 0;
	row->swept += run->swept[0] != '\0';
	row->left += run->left[0] != '\0';
	if (run->complaint[0])
		tell(run, "ESCAPED", run->complaint);
	if (run->crash)
		tell(run, "CRASHED", strsignal(run->crash));
	if (run->swept[0])
		tell(run, "swept", run->swept);
	if (run->left[0])
		tell(run, "LEFT", run->left);
	if (options.only.number)
		tell(run, run->verdict == JAILED ? "jailed" : "refused", "");
}

static int
user_number(const struct run *run)
{
	return atoi(run->user + strlen(options.prefix));
}

static void
inject_all(void)
{
	size_t next = 0;
	int busy = 0;

	for (;;) {
		struct run *over;
		int user = busy;

		while (next < call_count && !is_planned(next))
			next++;
		over = busy < options.users && next < call_count ? NULL : trace_next();
		if (!over && next == call_count)
			return;
		if (over) {
			user = user_number(over);
			record(over);
			run_free(over);
		} else
			busy++;
		if (next < call_count) {
			trace_start(run_new(user, calls[next++]));
		}
	}
}

/* The number of calls varies a little: until each row has no more. */
static void
inject_rest(void)
{
	for (size_t i = 0; i < call_count; i++) {
		struct target target = calls[i];
		bool fired = is_planned(i) && is_last_of_row(i);

		while (fired) {
			struct run *run;

			target.number++;
			run = run_new(0, target);
			trace_start(run);
			trace_next();
			fired = run->fired;
			record(run);
			run_free(run);
		}
	}
}

/* Each row of the step tables that makes a call is to be reached. */
static bool
is_reached(const struct row *row)
{
	return !row->of_table || row->injected > 0 || row->calls == 0 || options.memory ||
	       options.only.role != ROLE_HOST;
}

/* libconfuse 3.3 has no other answer where memory is used up, nor has libc before
 * main(): the supervisor dies, in no row, and a login is refused. */
static bool
may_crash(const struct row *row)
{
	return options.memory && strcmp(row->name, "supervisor") == 0;
}

static void
print_row(const struct row *row)
{
	printf("%-26s %6u %9u %8u %7u %8u %8u %6u %10u\n", row->name, row->calls, row->injected,
		row->refused, row->jailed, row->escaped, row->crashed, row->swept, row->left);
}

static void
add(struct row *sum, const struct row *row)
{
	sum->calls += row->calls;
	sum->injected += row->injected;
	sum->refused += row->refused;
	sum->jailed += row->jailed;
	sum->escaped += row->escaped;
	sum->crashed += row->crashed;
	sum->swept += row->swept;
	sum->left += row->left;
}

static bool
print_table(void)
{
	struct row sum = { .name = "all" };
	bool good = true;

	printf("%-26s %6s %9s %8s %7s %8s %8s %6s %10s\n", "row", "calls", "injected",
		"refused", "jailed", "escaped", "crashed", "swept", "left-overs");
	for (int i = 0; i < row_count; i++) {
		const struct row *row = &rows[i];

		print_row(row);
		add(&sum, row);
		good = good && row->escaped == 0 && row->left == 0 && is_reached(row) &&
		       (row->crashed == 0 || may_crash(row));
	}
	print_row(&sum);
	printf("%u logins, in %u of them the call was not made\n", runs_done, not_reached);
	return good;
}

/* ROLE, or ROLE:ROW:NUMBER, as a complaint has it; a row's name may hold ": ". */
static void
parse_only(char *text)
{
	char *row = strchr(text, ':'), *number = strrchr(text, ':');

	if (row && number > row) {
		*row = *number = '\0';
		options.only.row = row_named(row + 1);
		options.only.number = (unsigned)strtoul(number + 1, NULL, 10);
	}
	for (enum role role = ROLE_MODULE; role < ROLE_USER; role++)
		if (strcmp(text, role_names[role]) == 0)
			options.only.role = role;
	if (options.only.role == ROLE_HOST)
		errx(2, "--only ROLE or ROLE:ROW:NUMBER, not %s", text);
}

static bool
parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "every", required_argument, NULL, 'e' },
		{ "kill", no_argument, NULL, 'k' },
		{ "memory", no_argument, NULL, 'm' },
		{ "join", no_argument, NULL, 'j' },
		{ "host-network", no_argument, NULL, 'h' },
		{ "list", no_argument, NULL, 'l' },
		{ "only", required_argument, NULL, 'o' },
		{ NULL },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) >= 0)
		switch (option) {
		case 'e':
			options.every = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'k':
			options.kill = true;
			break;
		case 'm':
			options.memory = true;
			break;
		case 'j':
			options.join = true;
			break;
		case 'h':
			facts_network_of_host = true;
			break;
		case 'l':
			options.list = true;
			break;
		case 'o':
			parse_only(optarg);
			break;
		default:
			return false;
		}
	if (argc - optind != 3 || options.every == 0)
		return false;
	options.service = argv[optind];
	options.prefix = argv[optind + 1];
	options.users = atoi(argv[optind + 2]);
	return options.users > 0;
}

int
main(int argc, char **argv)
{
	sigset_t child;

	rows_prepare();
	if (!parse(argc, argv)) {
		fputs("usage: inject [--every N] [--kill | --memory] [--join] [--host-network]\n"
		      "              [--list] [--only ROLE[:ROW:NUMBER]] SERVICE PREFIX USERS\n",
			stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	host_prepare(options.service);
	if (strcmp(options.service, "login") == 0)
		facts_caps |= 1U << CAP_FOWNER;
	baseline();
	inject_all();
	if (options.every == 1 && !options.kill && !options.memory && !options.only.number)
		inject_rest();
	return print_table() ? 0 : 1;
}
