/*
 * conf.c - jail.conf: read or refused in one line, and what explain prints of it
 * loads back to the same.
 */
#include "fuzz.h"

#include "explain.h"
#include "fd.h"

#include <string.h>

static const struct jail_login alice = {
	.user = "alice",
	.uid = 2001,
	.gid = 2001,
	.home = "/home/alice",
	.shell = "/bin/bash",
	.service = "sshd",
	.group_count = 2,
	.groups = { { .gid = 2001, .name = "alice" }, { .gid = 2000, .name = "customers" } },
};

/* As config_load() reads it, below a directory that is always the same. */
static struct jail_config *
load(const char *text, size_t size, struct jail_error *err)
{
	const struct jail_paths paths = { .main_file = "jail.conf" };
	struct jail_config *config = NULL;

	scratch_put("jail.conf", text, size);
	must(fchdir(scratch_fd()) == 0);
	if (config_load(&paths, &config, err) == 0)
		return config;
	must_be_one_line(err->text);
	must(err->text[0] && err->errnum != ENOMEM); /* libconfuse fails without a word */
	return NULL;
}

/* The words of explain about `policy`, or about the one assigned; NULL: refused. */
static char *
explained(const struct jail_config *config, const char *policy)
{
	static struct jail_verdict verdict;
	struct jail_error err = { .errnum = 0 };
	char *text = NULL;
	size_t size;
	FILE *out;
	int answer = policy ? config_resolve_under(config, &alice, policy, &verdict, &err)
			    : config_resolve(config, &alice, &verdict, &err);

	must(answer == 0 || err.text[0]);
	must_be_one_line(answer < 0 ? err.text : verdict.reason);
	if (answer < 0 || verdict.kind == VERDICT_REFUSED)
		return NULL;
	out = open_memstream(&text, &size);
	must(out);
	explain_verdict(&verdict, out);
	must(fclose(out) == 0);
	verdict_detach(&verdict);
	return text;
}

/* Where a value came from stands behind it, and differs. */
static void
origins_cut(char *text)
{
	for (char *line = text; *line;) {
		char *end = line + strcspn(line, "\n"), *last = NULL;

		for (char *at = line; (at = strstr(at, "  # ")) && at < end; at++)
			last = at;
		if (last)
			memset(last, ' ', (size_t)(end - last));
		line = end + (*end == '\n');
	}
}

/* Equal but for blanks at the ends of lines. */
static bool
same_words(const char *a, const char *b)
{
	while (*a && *b) {
		size_t m = strcspn(a, "\n"), n = strcspn(b, "\n"), i = m, j = n;

		while (i > 0 && a[i - 1] == ' ')
			i--;
		while (j > 0 && b[j - 1] == ' ')
			j--;
		if (i != j || memcmp(a, b, i) != 0)
			return false;
		a += m + (a[m] == '\n');
		b += n + (b[n] == '\n');
	}
	return *a == *b;
}

static void
loads_back(const struct jail_config *config, const char *policy)
{
	autofree char *first = explained(config, policy), *second = NULL;
	struct jail_config *again;
	struct jail_error err;

	if (!first)
		return;
	again = load(first, strlen(first), &err);
	must(again);
	second = explained(again, policy);
	must(second);
	config_free(again);
	origins_cut(first);
	origins_cut(second);
	must(same_words(first, second));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jail_error err;
	struct jail_config *config = load((const char *)data, size, &err);

	if (!config)
		return 0;
	loads_back(config, NULL);
	for (size_t i = 0; i < config_policy_count(config) && i < 4; i++)
		loads_back(config, config_policy_name(config, i));
	config_free(config);
	return 0;
}
