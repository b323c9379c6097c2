/*
 * seccomp_compile.c - rules into classic BPF.
 *
 * libseccomp serves for names and numbers only. Its own generator cannot say
 * "allow unless an argument ...", nor compare one argument twice, takes a
 * millisecond, and would need a second program and a cache on disk. A list
 * is a map from number to action, and that is some fifty instructions of
 * binary search.
 *
 * The program is written from its end to its beginning: all jumps in classic
 * BPF go forwards, so every target is known when the jump is written.
 */
#include "fd.h"
#include "seccomp_filter.h"

#include <endian.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>

#define REFUSED (SECCOMP_RET_ERRNO | ENOSYS)

/* Numbers from `start` to the next segment's start. */
struct segment {
	uint32_t start;
	uint32_t action;                   /* when there are no rules */
	const struct seccomp_rule **rules; /* NULL, or what to ask in turn */
	size_t rule_count;
};

struct code {
	size_t first; /* index of the instruction written last; 0 when full */
	struct sock_filter at[BPF_MAXINSNS];
};

static void
emit(struct code *code, struct sock_filter instruction)
{
	if (code->first > 0)
		code->at[--code->first] = instruction;
}

static void
emit_load(struct code *code, size_t offset)
{
	emit(code, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void
emit_return(struct code *code, uint32_t action)
{
	emit(code, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Goes on with the instruction that follows if the condition holds, else at
 * `otherwise`, which is within the same rule and so never far. */
static void
emit_condition(struct code *code, const struct seccomp_condition *condition, size_t otherwise)
{
	bool bits = condition->test == SECCOMP_ANY_BIT;
	bool differs = condition->test == SECCOMP_DIFFERS;
	uint8_t away = (uint8_t)(otherwise - code->first);
	size_t low = __BYTE_ORDER == __LITTLE_ENDIAN ? 0 : sizeof(uint32_t);

	emit(code, (struct sock_filter)BPF_JUMP(BPF_JMP | (bits ? BPF_JSET : BPF_JEQ) | BPF_K,
			   condition->value, differs ? away : 0, differs ? 0 : away));
	emit_load(code, offsetof(struct seccomp_data, args[condition->arg]) + low);
}

/* The rules of one number in their order; the first that fits returns. */
static void
emit_rules(struct code *code, const struct seccomp_rule **rules, size_t count)
{
	if (rules[count - 1]->condition_count > 0)
		emit_return(code, REFUSED);
	while (count-- > 0) {
		size_t otherwise = code->first;

		emit_return(code, rules[count]->action);
		for (size_t c = rules[count]->condition_count; c-- > 0;)
			emit_condition(code, &rules[count]->conditions[c], otherwise);
	}
}

/* Goes to `right` if the number is at least `start`, else on. */
static void
emit_branch(struct code *code, uint32_t start, size_t right)
{
	size_t away = right - code->first;

	if (away > UINT8_MAX) {
		emit(code, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)away));
		emit(code,
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, start, 0, 1));
		return;
	}
	emit(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, start, (uint8_t)away,
			   0));
}

static void
emit_tree(struct code *code, const struct segment *segments, size_t count)
{
	size_t half = count / 2;
	size_t right;

	if (count == 1) {
		if (segments->rules)
			emit_rules(code, segments->rules, segments->rule_count);
		else
			emit_return(code, segments->action);
		return;
	}
	emit_tree(code, segments + half, count - half);
	right = code->first;
	emit_tree(code, segments, half);
	emit_branch(code, segments[half].start, right);
}

/* A number means something only together with its architecture: 59 is execve
 * here and oldolduname by int 0x80. */
static void
emit_program(struct code *code, uint32_t arch, const struct segment *segments, size_t count)
{
	emit_tree(code, segments, count);
	emit_load(code, offsetof(struct seccomp_data, nr));
	emit_return(code, REFUSED);
	emit(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 1, 0));
	emit_load(code, offsetof(struct seccomp_data, arch));
}

/* By number; the rules of one number stay in the order of the list. */
static int
rule_order(const void *left, const void *right)
{
	const struct seccomp_rule *a = *(const struct seccomp_rule *const *)left;
	const struct seccomp_rule *b = *(const struct seccomp_rule *const *)right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* How many rules of this number count: up to the first without conditions. A
 * line behind that one in the same file is a mistake; in another file it is
 * what got overruled. Sets *all to the number of rules, dead ones included. */
static int
rules_alive(const struct seccomp_rule **rules, size_t left, size_t *all, size_t *alive,
	struct jail_error *err)
{
	const struct seccomp_rule *last = NULL;

	*alive = 0;
	for (*all = 0; *all < left && rules[*all]->number == rules[0]->number; (*all)++) {
		const struct seccomp_rule *rule = rules[*all];

		if (!last)
			(*alive)++;
		else if (last->file == rule->file)
			return jail_fail(err, 0, "%s:%d: never reached, line %d decides",
				rule->file, rule->line, last->line);
		if (!last && rule->condition_count == 0)
			last = rule;
	}
	return 0;
}

/* Adds a segment, unless the one before says the same. */
static void
segment_add(struct segment *segments, size_t *count, struct segment segment)
{
	const struct segment *before = *count > 0 ? &segments[*count - 1] : NULL;

	if (before && !before->rules && !segment.rules && before->action == segment.action)
		return;
	segments[(*count)++] = segment;
}

/* Covers all numbers, what the list does not name included. `segments` has
 * room for two per rule, and one. */
static int
segments_make(const struct seccomp_rule **rules, size_t rule_count, struct segment *segments,
	size_t *count, struct jail_error *err)
{
	uint32_t next = 0;
	size_t all;
	size_t alive;

	*count = 0;
	for (size_t i = 0; i < rule_count; i += all) {
		struct segment segment = { .start = rules[i]->number };

		if (rules_alive(rules + i, rule_count - i, &all, &alive, err) < 0)
			return -1;
		if (rules[i]->condition_count == 0) {
			segment.action = rules[i]->action;
		} else {
			segment.rules = rules + i;
			segment.rule_count = alive;
		}
		if (segment.start > next)
			segment_add(segments, count,
				(struct segment){ .start = next, .action = REFUSED });
		segment_add(segments, count, segment);
		next = segment.start + 1;
	}
	segment_add(segments, count, (struct segment){ .start = next, .action = REFUSED });
	return 0;
}

static int
program_take(const struct code *code, struct seccomp_program *out, struct jail_error *err)
{
	size_t len = BPF_MAXINSNS - code->first;
	struct sock_filter *filter;

	if (code->first == 0)
		return jail_fail(err, 0, "more than %d instructions", BPF_MAXINSNS);
	filter = malloc(len * sizeof(*filter));
	if (!filter)
		return jail_fail(err, errno, "program");

	memcpy(filter, code->at + code->first, len * sizeof(*filter));
	*out = (struct seccomp_program){ .len = (unsigned short)len, .filter = filter };
	return 0;
}

static int
program_make(const struct seccomp_list *list, uint32_t arch, struct seccomp_program *out,
	struct jail_error *err)
{
	autofree const struct seccomp_rule **rules =
		malloc((list->rule_count + 1) * sizeof(const struct seccomp_rule *));
	autofree struct segment *segments =
		malloc((2 * list->rule_count + 1) * sizeof(*segments));
	autofree struct code *code = malloc(sizeof(*code));
	size_t count;

	if (!rules || !segments || !code)
		return jail_fail(err, errno, "program");
	for (size_t i = 0; i < list->rule_count; i++)
		rules[i] = &list->rules[i];
	qsort(rules, list->rule_count, sizeof(*rules), rule_order);
	if (segments_make(rules, list->rule_count, segments, &count, err) < 0)
		return -1;

	code->first = BPF_MAXINSNS;
	emit_program(code, arch, segments, count);
	return program_take(code, out, err);
}

int
seccomp_compile(const struct seccomp_list *list, struct seccomp_program *out,
	struct jail_error *err)
{
	uint32_t arch = seccomp_arch_native();

	/* Elsewhere arguments stand in another order (clone on s390x) or calls
	 * hide in others (socketcall): the lists were not thought through. */
	if (arch != AUDIT_ARCH_X86_64 && arch != AUDIT_ARCH_AARCH64)
		return jail_fail(err, 0, "no lists for this architecture");
	return program_make(list, arch, out, err);
}

void
seccomp_program_free(struct seccomp_program *program)
{
	free(program->filter);
	*program = (struct seccomp_program){ .filter = NULL };
}

void
seccomp_log_only(struct seccomp_program *program)
{
	for (size_t i = 0; i < program->len; i++) {
		struct sock_filter *at = &program->filter[i];

		if (at->code == (BPF_RET | BPF_K) && at->k != SECCOMP_RET_ALLOW)
			at->k = SECCOMP_RET_LOG;
	}
}

int
seccomp_compile_name(int lists_fd, const char *name, struct seccomp_program *out,
	struct jail_error *err)
{
	struct seccomp_list list;
	int rc;

	if (seccomp_list_read(lists_fd, name, &list, err) < 0)
		return -1;
	rc = seccomp_compile(&list, out, err);
	seccomp_list_free(&list);
	return rc;
}
