/*
 * syscall.c - walks the rules of a call up to the one that always fits.
 */
#include "syscall.h"

#include "fd.h"
#include "filter.h"
#include "table.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>

struct answer {
	bool allowed; /* by one line at least */
	bool refused; /* by one line at least, or where none fits */
	bool decided; /* by a line without conditions */
	json_t *lines;
};

static void
print_rule(const struct seccomp_rule *rule, const struct options *options,
	struct answer *answer)
{
	if (!options->json)
		printf("%s:%d: %s  # %s\n", rule->file, rule->line, rule->text, rule->reason);
	json_array_append_new(answer->lines,
		json_pack("{s:s, s:i, s:s, s:s}", "file", rule->file, "line", rule->line,
			"rule", rule->text, "reason", rule->reason));
}

static int
walk(const struct seccomp_list *list, const char *name, const struct options *options,
	struct answer *answer, struct jail_error *err)
{
	int next = seccomp_list_find(list, name, 0, err);

	if (next < 0)
		return EXIT_NOBODY;
	for (; next >= 0 && (size_t)next < list->rule_count && !answer->decided;
		next = seccomp_list_find(list, name, (size_t)next + 1, err)) {
		const struct seccomp_rule *rule = &list->rules[next];

		print_rule(rule, options, answer);
		if (rule->action == SECCOMP_RET_ALLOW)
			answer->allowed = true;
		else
			answer->refused = true;
		answer->decided = rule->condition_count == 0;
	}
	answer->refused |= !answer->decided;
	return EXIT_YES;
}

static const char *
verdict_of(const struct answer *answer)
{
	if (!answer->refused)
		return "allowed";
	return answer->allowed ? "depends" : "refused";
}

static void
print_words(const char *name, const struct jail_policy *policy, const struct answer *answer)
{
	if (!answer->decided)
		puts(answer->allowed || json_array_size(answer->lines)
				? "otherwise: ENOSYS"
				: "no line names it: ENOSYS");
	if (answer->allowed && answer->refused)
		printf("%s depends on its arguments: the first line that fits decides\n", name);
	else
		printf("%s is %s\n", name, verdict_of(answer));
	puts("by a number of i386 (int 0x80) or x32: ENOSYS, as all calls");
	if (policy->seccomp_mode == FILTER_LOG)
		puts("but seccomp_mode = log: nothing is refused, only reported");
}

static int
print_json(const struct jail_policy *policy, const struct answer *answer,
	struct jail_error *err)
{
	json_t *object = json_pack("{s:s, s:b, s:O}", "verdict", verdict_of(answer), "enforced",
		policy->seccomp_mode == FILTER_ENFORCE, "rules", answer->lines);

	return json_print_object(object, err);
}

static int
explain(const struct seccomp_list *list, const struct jail_policy *policy,
	const struct options *options, struct answer *answer, struct jail_error *err)
{
	int code = walk(list, options->syscall, options, answer, err);

	if (code != EXIT_YES)
		return code;
	if (!options->json)
		print_words(options->syscall, policy, answer);
	else if (print_json(policy, answer, err) < 0)
		return EXIT_NO;
	return answer->allowed || policy->seccomp_mode == FILTER_LOG ? EXIT_YES : EXIT_NO;
}

int
syscall_explain(const struct conf *conf, const struct jail_policy *policy,
	const struct options *options, struct jail_error *err)
{
	autoclose int lists = open(conf->filters, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct answer answer = { .lines = json_array() };
	struct seccomp_list list;
	int code;

	if (lists < 0)
		return fail_with(EXIT_NO, err, "open %s: %s", conf->filters, strerror(errno));
	if (filter_read(lists, policy, &list, err) < 0)
		return EXIT_NO;
	code = explain(&list, policy, options, &answer, err);
	json_decref(answer.lines);
	seccomp_list_free(&list);
	return code;
}
