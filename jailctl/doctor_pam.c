/*
 * doctor_pam.c - every service that lets users in must come to pam_jail.so, obey
 * it, and do nothing in the jail behind it. Each check walks all their stacks.
 */
#include "arguments.h"
#include "doctor.h"
#include "exempt.h"
#include "fd.h"
#include "sshd.h"

#include <stdio.h>
#include <string.h>

static const char module[] = "pam_jail.so";

/* What the module returns when it refuses, and libpam when it cannot load it. */
static const char *const refusals[] = { "system_err", "perm_denied", "user_unknown", "buf_err",
	"module_unknown", "open_err", "symbol_err" };

typedef void judge_stack(struct doctor *doctor, const struct pam_stack *stack);
typedef void judge_row(struct doctor *doctor, const struct pam_stack *stack,
	const struct pam_row *row);

/* OpenSSH 9.8 has an option for it. */
static void
add_services_of_sshd(struct ways_in *ways)
{
	struct sshd list[SSHD_MAX];
	size_t count = sshd_find(list);
	struct jail_error ignored;

	for (size_t i = 0; i < count; i++) {
		autofree char *text = NULL;
		char service[SERVICE_MAX];

		if (sshd_ask(&list[i], NULL, &text, &ignored) == 0 &&
			sshd_value(text, "pamservicename", service, sizeof(service)))
			ways_in_add(ways, service);
	}
}

/* Stacks that cannot be read have a check of their own. */
static int
each_stack(struct doctor *doctor, judge_stack *judge)
{
	struct ways_in ways;

	ways_in_find(&ways);
	add_services_of_sshd(&ways);
	for (size_t i = 0; i < ways.count; i++) {
		autostack struct pam_stack stack = { .rows = NULL };
		struct jail_error ignored;

		if (pam_stack_load(pam_directories, ways.services[i], &stack, &ignored) == 0)
			judge(doctor, &stack);
	}
	return 0;
}

static void
each_row(struct doctor *doctor, const struct pam_stack *stack, enum pam_type type,
	judge_row *judge)
{
	for (size_t i = 0; i < stack->count; i++)
		if (pam_row_is(&stack->rows[i], type, module))
			judge(doctor, stack, &stack->rows[i]);
}

int
check_pam_unreadable(struct doctor *doctor, struct jail_error *err)
{
	struct ways_in ways;

	ways_in_find(&ways);
	for (size_t i = 0; i < ways.count; i++) {
		struct pam_stack stack;

		if (pam_stack_load(pam_directories, ways.services[i], &stack, err) < 0)
			doctor_find(doctor, NULL, 0, "%s: %s", ways.services[i], err->text);
		else
			pam_stack_free(&stack);
	}
	return 0;
}

/* --- is it there, and obeyed? ------------------------------------------------- */

static void
judge_missing(struct doctor *doctor, const struct pam_stack *stack)
{
	long account = pam_stack_find(stack, PAM_ACCOUNT, module);

	if (pam_stack_find(stack, PAM_SESSION, module) >= 0)
		return;
	if (account < 0)
		doctor_find(doctor, stack->files[0], 0, "the service %s has no line of %s",
			stack->service, module);
	else
		doctor_find(doctor, stack->rows[account].file, stack->rows[account].line.number,
			"the service %s has an account line, and no session line",
			stack->service);
}

int
check_pam_missing(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_missing);
}

/* The first refusal that the line lets pass; NULL: it obeys all. */
static const char *
disobeyed(const struct pam_row *row)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		int action = pam_control_action(&row->line.control, refusals[i]);

		if (action != PAM_ACTION_BAD && action != PAM_ACTION_DIE)
			return refusals[i];
	}
	return row->line.may_lack ? "module_unknown, by the dash in front" : NULL;
}

static void
judge_optional_row(struct doctor *doctor, const struct pam_stack *stack,
	const struct pam_row *row)
{
	const char *passes = disobeyed(row);

	(void)stack;
	if (passes)
		doctor_find(doctor, row->file, row->line.number,
			"this line lets a refusal pass (%s)", passes);
}

static void
judge_optional(struct doctor *doctor, const struct pam_stack *stack)
{
	each_row(doctor, stack, PAM_SESSION, judge_optional_row);
}

int
check_pam_optional(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_optional);
}

static void
judge_skipped(struct doctor *doctor, const struct pam_stack *stack)
{
	long target = pam_stack_find(stack, PAM_SESSION, module);

	for (long i = 0; i < target; i++) {
		const struct pam_row *row = &stack->rows[i];

		if (row->line.type == PAM_SESSION && !pam_row_is(row, PAM_SESSION, module) &&
			pam_stack_skips(stack, (size_t)i, (size_t)target))
			doctor_find(doctor, row->file, row->line.number,
				"%s can end or jump over the rest of the service %s, and %s in it",
				row->line.module, stack->service, module);
	}
}

int
check_pam_skipped(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_skipped);
}

static void
judge_no_account(struct doctor *doctor, const struct pam_stack *stack)
{
	long session = pam_stack_find(stack, PAM_SESSION, module);
	long account = pam_stack_find(stack, PAM_ACCOUNT, module);

	if (session < 0)
		return;
	if (account < 0)
		doctor_find(doctor, stack->rows[session].file, stack->rows[session].line.number,
			"the service %s has a session line, and no account line",
			stack->service);
	else if (disobeyed(&stack->rows[account]))
		doctor_find(doctor, stack->rows[account].file, stack->rows[account].line.number,
			"the account line lets a refusal pass (%s)",
			disobeyed(&stack->rows[account]));
}

int
check_pam_no_account(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_no_account);
}

/* --- does it stand at its place? ------------------------------------------------ */

static void
judge_not_last(struct doctor *doctor, const struct pam_stack *stack)
{
	long ours = pam_stack_find(stack, PAM_SESSION, module);

	for (size_t i = (size_t)(ours + 1); ours >= 0 && i < stack->count; i++)
		if (stack->rows[i].line.type == PAM_SESSION)
			doctor_find(doctor, stack->rows[i].file, stack->rows[i].line.number,
				"%s comes behind %s in the service %s",
				stack->rows[i].line.module, module, stack->service);
}

int
check_pam_not_last(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_not_last);
}

static void
judge_common_row(struct doctor *doctor, const struct pam_stack *stack,
	const struct pam_row *row)
{
	static const char *const shared[] = { "common-", "system-", "password-auth" };
	const char *name = strrchr(row->file, '/') + 1;

	(void)stack;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (strncmp(name, shared[i], strlen(shared[i])) == 0)
			doctor_find(doctor, row->file, row->line.number,
				"%s stands in a file that services include", module);
}

static void
judge_common(struct doctor *doctor, const struct pam_stack *stack)
{
	each_row(doctor, stack, PAM_ACCOUNT, judge_common_row);
	each_row(doctor, stack, PAM_SESSION, judge_common_row);
}

int
check_pam_common(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_common);
}

/* --- its words -------------------------------------------------------------------- */

static void
judge_arguments_row(struct doctor *doctor, const struct pam_stack *stack,
	const struct pam_row *row)
{
	char room[PAM_ARGUMENTS_MAX];
	struct arguments arguments;
	struct jail_error err;

	(void)stack;
	if (exempt_parse(row->line.arguments, room, &arguments, &err) < 0)
		doctor_find(doctor, row->file, row->line.number, "%s", err.text);
}

static void
judge_arguments(struct doctor *doctor, const struct pam_stack *stack)
{
	each_row(doctor, stack, PAM_ACCOUNT, judge_arguments_row);
	each_row(doctor, stack, PAM_SESSION, judge_arguments_row);
}

int
check_pam_arguments(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_arguments);
}

/* --- who gets in when all is broken ------------------------------------------------ */

/* Somebody who exists, and is not uid 0. */
static bool
is_administrator(const struct people *people, const char *word)
{
	const struct person *person;

	if (*word == '@')
		return people_group_has_member(people, word + 1);
	person = people_find(people, word);
	return person && person->uid != 0;
}

static void
judge_exempt_row(struct doctor *doctor, const struct pam_stack *stack,
	const struct pam_row *row)
{
	char room[PAM_ARGUMENTS_MAX], list[PAM_ARGUMENTS_MAX];
	struct arguments arguments;
	struct jail_error ignored;
	char *rest = list, *word;

	(void)stack;
	exempt_parse(row->line.arguments, room, &arguments, &ignored);
	snprintf(list, sizeof(list), "%s", arguments.exempt);
	while ((word = strsep(&rest, ",")))
		if (is_administrator(doctor->people, word))
			return;
	doctor_find(doctor, row->file, row->line.number, "exempt=%s names nobody but root",
		arguments.exempt);
}

/* Where an administrator would come from. */
static void
judge_exempt(struct doctor *doctor, const struct pam_stack *stack)
{
	if (strcmp(stack->service, "sshd") != 0 && strcmp(stack->service, "login") != 0)
		return;
	each_row(doctor, stack, PAM_ACCOUNT, judge_exempt_row);
	each_row(doctor, stack, PAM_SESSION, judge_exempt_row);
}

int
check_pam_exempt(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_exempt);
}

static void
judge_exempt_jailed_row(struct doctor *doctor, const struct pam_stack *stack,
	const struct pam_row *row)
{
	autofree struct jail_login *login = malloc(sizeof(*login));
	const struct people *people = doctor->people;

	for (size_t i = 0; login && i < people->count; i++) {
		const struct person *person = &people->list[i];

		if (person->jailed && person->exempt && people_login(people, person, login) &&
			exempt_by_words(row->line.arguments, login))
			doctor_find(doctor, row->file, row->line.number,
				"%s is exempt here, and jail.conf names him or a group of his",
				person->name);
	}
	(void)stack;
}

static void
judge_exempt_jailed(struct doctor *doctor, const struct pam_stack *stack)
{
	each_row(doctor, stack, PAM_SESSION, judge_exempt_jailed_row);
}

int
check_pam_exempt_jailed(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return each_stack(doctor, judge_exempt_jailed);
}
