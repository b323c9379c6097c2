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
		answer->allowed |= rule->action == SECCOMP_RET_ALLOW;
		answer->decided = rule->condition_count == 0;
	}
	if (!answer->decided && !options->json)
		puts(answer->allowed ? "otherwise: ENOSYS" : "no line names it: ENOSYS");
	return answer->allowed ? EXIT_YES : EXIT_NO;
}

int
syscall_explain(const struct conf *conf, const struct jail_policy *policy, const char *name,
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
	code = walk(&list, name, options, &answer, err);
	if (code != EXIT_NOBODY && options->json &&
		json_print("rules", json_incref(answer.lines), err) < 0)
		code = EXIT_NO;
	json_decref(answer.lines);
	seccomp_list_free(&list);
	return code;
}
