/*
 * doctor.c - jailctl doctor: finds the ways around the jail on this host, and the
 * mistakes in its set-up. The checks are the rows of doctor_checks.c; nothing is
 * changed.
 *
 * Each check is a child of its own, which may hang (a home that does not answer) or
 * fall over (a file that is meant to make it), at the cost of its own answer.
 */
#include "doctor.h"

#include "conf.h"
#include "fd.h"
#include "table.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum {
	CHECK_MS = 30000,    /* for one check */
	FOUND_MAX = 50,      /* findings of one check; there may be ten thousand users */
	ANSWER_MAX = 1 << 20 /* bytes */
};

/* What a child writes in front of each finding. */
enum { MARK_FOUND = 'f', MARK_FAILED = '!' };

/* clang-format off */
static const struct column columns[] = {
	{ "SEVERITY", "severity", CELL_STATE },
	{ "FINDING",  "finding",  CELL_TEXT },
	{ "WHERE",    "where",    CELL_TEXT },
	{ "WHAT",     "what",     CELL_TEXT },
	{ NULL,       "why",      CELL_TEXT },
	{ NULL,       "remedy",   CELL_TEXT },
};
/* clang-format on */

enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };

struct visit {
	const struct options *options;
	struct doctor doctor;
	struct table table;
	size_t counts[CRITICAL + 1];
	bool *has_found; /* a check each, and check_unfinished behind them */
};

const char *
severity_name(enum severity severity)
{
	static const char *const
		names[] = { [NOTE] = "note", [WARNING] = "warning", [CRITICAL] = "critical" };

	return names[severity];
}

/* --- in the child --------------------------------------------------------------- */

static void
tell(const struct doctor *doctor, char mark, const char *where, const char *text)
{
	char line[2 * PATH_MAX];
	int length = snprintf(line, sizeof(line), "%c%s%c%s", mark, where, '\0', text);

	if (length >= (int)sizeof(line))
		length = sizeof(line) - 1;
	if (write(doctor->findings, line, (size_t)length + 1) < 0)
		_exit(1); /* the parent has given up on us */
}

void
doctor_find(struct doctor *doctor, const char *file, int line, const char *format, ...)
{
	char where[PATH_MAX + 16] = "", text[PATH_MAX];
	va_list args;

	if (doctor->found++ == FOUND_MAX)
		tell(doctor, MARK_FOUND, "", "and more of this kind");
	if (doctor->found > FOUND_MAX)
		return;
	if (file && line)
		snprintf(where, sizeof(where), "%s:%d", file, line);
	else if (file)
		snprintf(where, sizeof(where), "%s", file);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell(doctor, MARK_FOUND, where, text);
}

static void
be_child(struct doctor *doctor, const struct check *check)
{
	struct jail_error err = { .errnum = 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (check->run(doctor, &err) < 0)
		tell(doctor, MARK_FAILED, "", err.text);
	_exit(0);
}

/* --- in the parent ---------------------------------------------------------------- */

static void
add(struct visit *visit, const struct check *check, const char *where, const char *what)
{
	size_t row = check == &check_unfinished ? check_count : (size_t)(check - checks);

	if (visit->options->quiet && check->severity == NOTE)
		return;
	visit->has_found[row] = true;
	visit->counts[check->severity]++;
	table_text(&visit->table, severity_name(check->severity));
	table_text(&visit->table, check->name);
	table_text(&visit->table, where);
	table_text(&visit->table, what);
	table_text(&visit->table, check->why);
	table_text(&visit->table, check->remedy);
}

static void
add_unfinished(struct visit *visit, const struct check *check, const char *why)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s: %s", check->name, why);
	add(visit, &check_unfinished, "", text);
}

/* Services share files, and so some findings. */
static bool
is_repeated(const char *answer, const char *record)
{
	for (const char *at = answer; at < record; at += strlen(at) + 1, at += strlen(at) + 1)
		if (strcmp(at, record) == 0 &&
			strcmp(at + strlen(at) + 1, record + strlen(record) + 1) == 0)
			return true;
	return false;
}

static void
take_answer(struct visit *visit, const struct check *check, const char *answer, size_t size)
{
	const char *end = answer + size;

	for (const char *at = answer; at < end;) {
		const char *text = at + strlen(at) + 1;

		if (text >= end)
			break;
		if (*at == MARK_FAILED)
			add_unfinished(visit, check, text);
		else if (!is_repeated(answer, at))
			add(visit, check, at + 1, text);
		at = text + strlen(text) + 1;
	}
}

static long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Up to the end, or for as long as a check may take.  returns whether it ended */
static bool
read_answer(int from, char *answer, size_t *size)
{
	long end = now_ms() + CHECK_MS;

	for (*size = 0; *size < ANSWER_MAX - 1;) {
		struct pollfd poller = { .fd = from, .events = POLLIN };
		long left = end - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&poller, 1, (int)left) <= 0)
			return false;
		got = read(from, answer + *size, ANSWER_MAX - 1 - *size);
		if (got <= 0)
			return got == 0;
		*size += (size_t)got;
	}
	return true;
}

/* A child that hangs in the kernel is left to it: waiting would hang, too. */
static void
end_child(struct visit *visit, const struct check *check, pid_t pid, bool ended)
{
	int status = 0;

	if (!ended) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, WNOHANG);
		add_unfinished(visit, check, "it did not come to an end within 30 s");
		return;
	}
	if (waitpid(pid, &status, 0) == pid && status != 0)
		add_unfinished(visit, check, "its process broke down");
}

static int
run_check(struct visit *visit, const struct check *check, char *answer, struct jail_error *err)
{
	autoclose int from = -1, to = -1;
	size_t size;
	int ends[2];
	bool ended;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return jail_fail(err, errno, "pipe");
	from = ends[0];
	to = ends[1];
	visit->doctor.findings = to;
	pid = fork();
	if (pid < 0)
		return jail_fail(err, errno, "fork");
	if (pid == 0)
		be_child(&visit->doctor, check);
	fd_close(&to);
	ended = read_answer(from, answer, &size);
	answer[size] = '\0';
	take_answer(visit, check, answer, size);
	end_child(visit, check, pid, ended);
	return 0;
}

/* --- what it says ------------------------------------------------------------------- */

/* Each kind that was found once more, in words. */
static void
print_remedies(const struct visit *visit)
{
	for (size_t i = 0; i <= check_count; i++) {
		const struct check *check = i < check_count ? &checks[i] : &check_unfinished;

		if (visit->has_found[i])
			printf("\n%s: %s.\n    %s\n", check->name, check->why, check->remedy);
	}
}

static int
print_findings(const struct visit *visit, struct jail_error *err)
{
	bool any = table_rows(&visit->table) > 0;

	if (visit->options->json)
		return table_print(&visit->table, "findings", visit->options, err);
	if (any && table_print(&visit->table, "findings", visit->options, err) < 0)
		return -1;
	if (visit->options->quiet)
		return 0;
	print_remedies(visit);
	printf("%s%zu critical, %zu warnings, %zu notes, by %zu checks\n", any ? "\n" : "",
		visit->counts[CRITICAL], visit->counts[WARNING], visit->counts[NOTE],
		check_count);
	return 0;
}

static int
visit_all(struct visit *visit, struct jail_error *err)
{
	autofree char *answer = malloc(ANSWER_MAX);
	autofree bool *has_found = calloc(check_count + 1, sizeof(*has_found));
	int result = 0;

	if (!answer || !has_found)
		return jail_fail(err, ENOMEM, "doctor");
	visit->has_found = has_found;
	for (size_t i = 0; i < check_count && result == 0; i++)
		result = run_check(visit, &checks[i], answer, err);
	return result < 0 ? -1 : print_findings(visit, err);
}

int
command_doctor(const struct options *options, struct jail_error *err)
{
	struct visit visit = {
		.options = options,
		.table = table_new(columns, COLUMN_COUNT),
	};
	struct people people = { .list = NULL };
	struct jail_error config_error = { .errnum = 0 };
	struct conf conf = { .config = NULL };
	int code = conf_load(options, NULL, &conf, &config_error);

	visit.doctor = (struct doctor){
		.config = conf.config,
		.config_error = &config_error,
		.people = &people,
		.findings = -1,
	};
	if (code == EXIT_NO)
		*err = config_error;
	else if (people_load(conf.config, &people, err) < 0 || visit_all(&visit, err) < 0)
		code = EXIT_NO;
	else
		code = visit.counts[CRITICAL] + visit.counts[WARNING] > 0 ? EXIT_PROBLEMS
									  : EXIT_YES;
	people_free(&people);
	table_free(&visit.table);
	conf_free(&conf);
	return code;
}
