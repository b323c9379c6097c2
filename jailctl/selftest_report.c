/*
 * selftest_report.c - what the outcomes mean, as a table and as JSON.
 */
#include "selftest.h"

#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum result { HELD, OPEN, GRANTED, NOT_APPLICABLE, UNKNOWN, RESULT_COUNT };

static const char *const result_words[] = {
	[HELD] = "blocked",
	[OPEN] = "open",
	[GRANTED] = "granted",
	[NOT_APPLICABLE] = "not applicable",
	[UNKNOWN] = "unknown",
};

static const char *const role_words[ROLE_COUNT] = { [USER] = "user", [MONITOR] = "monitor" };

static const struct column columns[] = {
	{ "ATTEMPT", "name", CELL_TEXT },
	{ "USER", "user", CELL_STATE },
	{ "MONITOR", "monitor", CELL_STATE },
	{ "WHAT IT WOULD MEAN", "meaning", CELL_TEXT },
	{ NULL, "user_reason", CELL_TEXT },
	{ NULL, "monitor_reason", CELL_TEXT },
};

struct report {
	const struct selftest *selftest;
	const struct shared *shared; /* of what is reported on */
	struct table table;
	size_t counts[RESULT_COUNT];
};

static bool
works_outside(const struct selftest *selftest, size_t i)
{
	return selftest->in_cell->outcomes[i][MONITOR].answer == WORKED ||
	       selftest->in_cell->outcomes[i][USER].answer == WORKED ||
	       selftest->on_host->outcomes[i][USER].answer == WORKED;
}

/* A user has no process of root's and no right to the image in any case. */
static const struct {
	const char *words;
	bool to[ROLE_COUNT];
} grants[GRANT_COUNT] = {
	[BY_HOST_NETWORK] = { "network = host", { true, true } },
	[BY_HOST_UIDS] = { "user_namespace = no", { [MONITOR] = true } },
	[BY_NESTED] = { "nested = yes", { true, true } },
	[BY_SCRATCH] = { "root = scratch", { [MONITOR] = true } },
	[BY_UID0] = { "uid0 = yes", { [USER] = true } },
};

/* In a control nobody has granted anything. */
static bool
is_granted(const struct report *report, const struct attempt *attempt, enum role role)
{
	return report->shared->grants[attempt->granted] && grants[attempt->granted].to[role];
}

static enum result
judge(const struct report *report, size_t i, enum role role)
{
	const struct attempt *attempt = &attempts[i];

	if (attempt->not_by[role])
		return NOT_APPLICABLE;
	switch (report->shared->outcomes[i][role].answer) {
	case WORKED:
		return is_granted(report, attempt, role) ? GRANTED : OPEN;
	case BLOCKED:
		return works_outside(report->selftest, i) ? HELD : NOT_APPLICABLE;
	case SENSELESS:
		return NOT_APPLICABLE;
	case NOT_TRIED:
		break;
	}
	return UNKNOWN;
}

static void
explain(const struct report *report, size_t i, enum role role, char *out, size_t size)
{
	const struct attempt *attempt = &attempts[i];
	const struct outcome *outcome = &report->shared->outcomes[i][role];
	int length = (int)strnlen(outcome->reason, sizeof(outcome->reason));

	if (attempt->not_by[role])
		snprintf(out, size, "the monitor may, for it makes users of logins");
	else if (outcome->answer == SENSELESS)
		snprintf(out, size, "this host has nothing to try it on");
	else if (judge(report, i, role) == NOT_APPLICABLE)
		snprintf(out, size, "%.*s; it works nowhere on this host", length,
			outcome->reason);
	else if (judge(report, i, role) == GRANTED)
		snprintf(out, size, "%.*s; the policy says %s", length, outcome->reason,
			grants[attempt->granted].words);
	else
		snprintf(out, size, "%.*s", length, outcome->reason);
}

static void
add_row(struct report *report, size_t i)
{
	enum result results[ROLE_COUNT];
	char reason[2 * ATTEMPT_REASON];

	for (int role = 0; role < ROLE_COUNT; role++) {
		results[role] = judge(report, i, role);
		report->counts[results[role]]++;
	}
	table_text(&report->table, attempts[i].name);
	table_text(&report->table, result_words[results[USER]]);
	table_text(&report->table, result_words[results[MONITOR]]);
	table_text(&report->table, attempts[i].meaning);
	for (int role = 0; role < ROLE_COUNT; role++) {
		explain(report, i, role, reason, sizeof(reason));
		table_text(&report->table, reason);
	}
}

/* What must not be overlooked, in words. */
static void
print_remarks(const struct report *report)
{
	for (size_t i = 0; i < table_rows(&report->table); i++) {
		const struct cell *row = &report->table.cells[i * report->table.column_count];

		for (int role = 0; role < ROLE_COUNT; role++)
			if (strcmp(row[1 + role].text, result_words[OPEN]) == 0 ||
				strcmp(row[1 + role].text, result_words[GRANTED]) == 0)
				printf("%s as %s: %s: %s\n", row[1 + role].text,
					role_words[role], row[0].text, row[4 + role].text);
	}
	printf("%zu open, %zu granted by the policy, %zu blocked, %zu not applicable\n",
		report->counts[OPEN], report->counts[GRANTED], report->counts[HELD],
		report->counts[NOT_APPLICABLE]);
}

static int
print_json(const struct report *report, struct jail_error *err)
{
	const struct selftest *selftest = report->selftest;
	const struct jail_login *login = &selftest->errand.login;
	const char *control = selftest->options->control;
	char jail[sizeof(report->shared->jail)];
	json_t *rows = json_array();

	snprintf(jail, sizeof(jail), "%.*s",
		(int)strnlen(report->shared->jail, sizeof(jail) - 1), report->shared->jail);
	for (size_t i = 0; i < table_rows(&report->table); i++)
		json_array_append_new(rows, table_row_json(&report->table, i));
	return json_print_object(
		json_pack("{s:s, s:i, s:s, s:s?, s:s?, s:i, s:i, s:i, s:i, s:o}", "user",
			login->user, "uid", (int)login->uid, "service", login->service, "jail",
			control ? NULL : jail, "control", control, "open",
			(int)report->counts[OPEN], "granted", (int)report->counts[GRANTED],
			"blocked", (int)report->counts[HELD], "not_applicable",
			(int)report->counts[NOT_APPLICABLE], "attempts", rows),
		err);
}

static int
print(const struct report *report, struct jail_error *err)
{
	const struct options *options = report->selftest->options;

	if (report->table.failed)
		return jail_fail(err, ENOMEM, "print");
	if (options->json)
		return print_json(report, err);
	if (table_print(&report->table, "attempts", options, err) < 0)
		return -1;
	if (!options->quiet)
		print_remarks(report);
	return 0;
}

int
selftest_report(const struct selftest *selftest, struct jail_error *err)
{
	struct report report = {
		.selftest = selftest,
		.shared = selftest->options->control ? selftest->in_cell
						     : selftest->trials.shared,
		.table = table_new(columns, sizeof(columns) / sizeof(columns[0])),
	};
	int result;

	for (size_t i = 0; i < attempt_count; i++)
		if (!selftest->trials.only ||
			strcmp(selftest->trials.only, attempts[i].name) == 0)
			add_row(&report, i);
	if (table_rows(&report.table) == 0)
		return fail_with(EXIT_USAGE, err, "--only: no attempt has that name");
	result = print(&report, err);
	table_free(&report.table);
	if (result < 0)
		return EXIT_NO;
	if (report.counts[OPEN] > 0)
		return EXIT_PROBLEMS;
	return report.counts[UNKNOWN] > 0
		       ? fail_with(EXIT_NO, err, "some attempts could not be made")
		       : EXIT_YES;
}
