/*
 * seccomp_list.c - a list of system calls is understood whole or refused in one
 * line; the program compiled of it answers what the list means. The input may
 * `include u`.
 */
#include "fuzz.h"

#include "../unit/bpf_sim.h"
#include "seccomp_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

static bool
fits(const struct seccomp_rule *rule, const struct seccomp_data *call)
{
	bool fits = rule->number == (uint32_t)call->nr;

	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct seccomp_condition *c = &rule->conditions[i];
		uint32_t low = (uint32_t)call->args[c->arg];

		fits = fits && (c->test == SECCOMP_EQUAL            ? low == c->value
				       : c->test == SECCOMP_DIFFERS ? low != c->value
								    : (low & c->value) != 0);
	}
	return fits;
}

/* The first line that fits decides. */
static uint32_t
meaning(const struct seccomp_list *list, const struct seccomp_data *call)
{
	for (size_t i = 0; i < list->rule_count; i++)
		if (fits(&list->rules[i], call))
			return list->rules[i].action;
	return SECCOMP_RET_ERRNO | ENOSYS;
}

/* Calls just at and just beside what a rule asks for. */
static void
check_rule(const struct seccomp_list *list, const struct seccomp_program *program,
	const struct seccomp_rule *rule)
{
	for (unsigned off = 0; off < 8; off++) {
		struct seccomp_data call = { .nr = (int)rule->number, .arch = NATIVE };

		for (size_t i = 0; i < rule->condition_count; i++)
			call.args[rule->conditions[i].arg] =
				(uint64_t)off << 32 |
				(rule->conditions[i].value + (off >> i & 1));
		must(bpf_sim(program->filter, program->len, &call, NULL) ==
			meaning(list, &call));
	}
}

static void
check(const struct seccomp_list *list, const struct seccomp_program *program)
{
	struct seccomp_data foreign = { .arch = AUDIT_ARCH_I386 };

	for (size_t i = 0; i < list->rule_count; i++) {
		const struct seccomp_rule *rule = &list->rules[i];

		must(rule->reason && rule->reason[0] && rule->line > 0);
		must(!strchr(rule->text, '\n'));
		if (i < 256)
			check_rule(list, program, rule);
	}
	must(bpf_sim(program->filter, program->len, &foreign, NULL) ==
		(SECCOMP_RET_ERRNO | ENOSYS));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char included[] = "read # x\nioctl EPERM if arg1 == TIOCSTI # x\n"
				       "ioctl # x\nclone # x\n";
	struct seccomp_program program;
	struct seccomp_list list;
	struct jail_error err;

	scratch_put("t.list", data, size);
	scratch_put("u.list", included, sizeof(included) - 1);
	if (seccomp_list_read(scratch_fd(), "t", &list, &err) < 0) {
		must_be_one_line(err.text);
		return 0;
	}
	if (seccomp_compile(&list, &program, &err) == 0) {
		check(&list, &program);
		seccomp_program_free(&program);
	} else {
		must_be_one_line(err.text);
	}
	seccomp_list_free(&list);
	return 0;
}
