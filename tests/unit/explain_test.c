/* What explain prints is jail.conf again, and means the same. */
#include "scratch_conf.h"

#include "explain.h"
#include "schema.h"

static struct jail_verdict first, second;

static char *
explained(const struct jail_verdict *verdict)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	explain_verdict(verdict, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* Resolves under `text`; returns what explain says of it. */
static char *
explain_under(const char *text, const struct jail_login *login, struct jail_verdict *verdict)
{
	struct jail_config *config = loaded(text);
	char *said;

	if (config_resolve(config, login, verdict, &err) < 0)
		fail_msg("%s", err.text);
	said = explained(verdict);
	verdict_detach(verdict);
	config_free(config);
	return said;
}

/* Not memcmp(3) of the whole: structs have padding, texts have what was before. */
static void
same_values(enum jail_section_id id, const void *a, const void *b)
{
	const struct jail_section_kind *kind = &section_kinds[id];

	for (size_t i = 0; i < kind->option_count; i++) {
		const struct jail_option *option = &kind->options[i];
		const char *x = (const char *)a + option->offset;
		const char *y = (const char *)b + option->offset;

		if (option->size > sizeof(uint64_t))
			assert_string_equal(x, y);
		else
			assert_memory_equal(x, y, option->size);
	}
}

static void
same_jail(const struct jail_verdict *a, const struct jail_verdict *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_string_equal(a->policy.name, b->policy.name);
	assert_string_equal(a->plan.name, b->plan.name);
	same_values(SECTION_POLICY, &a->policy, &b->policy);
	same_values(SECTION_PLAN, &a->plan, &b->plan);
	assert_int_equal(a->policy.mount_count, b->policy.mount_count);
	for (size_t i = 0; i < a->policy.mount_count; i++) {
		assert_string_equal(a->policy.mounts[i].source, b->policy.mounts[i].source);
		same_values(SECTION_MOUNT, &a->policy.mounts[i], &b->policy.mounts[i]);
	}
	assert_int_equal(a->policy.socket_count, b->policy.socket_count);
	for (size_t i = 0; i < a->policy.socket_count; i++) {
		assert_string_equal(a->policy.sockets[i].source, b->policy.sockets[i].source);
		same_values(SECTION_SOCKET, &a->policy.sockets[i], &b->policy.sockets[i]);
	}
}

static void
loads_back(const char *text, const struct jail_login *login)
{
	char *said = explain_under(text, login, &first);
	char *again;

	again = explain_under(said, login, &second);
	if (first.kind != VERDICT_REFUSED)
		same_jail(&first, &second);
	assert_int_equal(first.kind, second.kind);
	free(said);
	free(again);
}

static void
what_explain_prints_loads_back_to_the_same_jail(void **state)
{
	struct jail_login login = login_in("alice", "sshd", "gold");

	(void)state;
	loads_back("policy \"p\" { } plan \"default\" { } assign \"a\" { policy = \"p\" }",
		&login);
	loads_back(
		"policy \"p\" { image = \"x.y-z\" network = host seccomp = \"s\" hostname = \"h.example\"\n"
		" home_owner = root tmp_size = 100000K tmp_inodes = 77 socket_stdio = yes\n"
		" mount \"/a/%u/%%\" { target = \"/b b\" read_only = yes } mount \"%h/x\" { target = \"/q\" }\n"
		" socket \"/run/a\\\"b\\\\c\" { } }\n"
		"plan \"g\" { memory_max = none tasks_max = 4097 cpu { cap = none share = 1 }\n"
		" sessions_max = none linger = 36h not_required = {\"cpu.cap\", \"tasks_max\"} }\n"
		"assign \"a\" { group = {\"gold\", \"domain users\"} plan = \"g\" }\n"
		"assign \"b\" { user = {\"CORP\\\\eve\", \"alice\"} service = {\"sshd\"} policy = \"p\" plan = \"g\" }",
		&login);
	loads_back("assign \"a\" { policy = \"unjailed\" }", &login);
	loads_back("assign \"a\" { user = {\"alice\"} policy = \"refuse\" }", &login);
	loads_back("", &login);
	login.uid = 0;
	loads_back(
		"policy \"p\" { uid0 = yes } plan \"default\" { } assign \"a\" { policy = \"p\" }",
		&login);
	loads_back("policy \"p\" { } plan \"default\" { } assign \"a\" { policy = \"p\" }",
		&login);
}

/* A small generator: any mixture of values that parse. */
static const char *const some[][6] = {
	{ "image =", "\"a\"", "\"shell-2\"", "\"0\"", "'x_y'" },
	{ "root =", "private", "scratch" },
	{ "nested =", "yes", "no" },
	{ "network =", "none", "host", "\"none\"" },
	{ "seccomp_mode =", "enforce", "log" },
	{ "hostname =", "\"\"", "web1", "\"a.b-c\"" },
	{ "home_owner =", "user", "root" },
	{ "tmp_size =", "64K", "1T", "65536", "3M" },
	{ "tmp_inodes =", "16", "99999999" },
	{ "socket_stdio =", "yes", "no" },
	{ "mount", "\"/d\" { }", "\"/d/%u\" { target = \"/e/%u%%\" }",
		"\"%h\" { target = \"/e\" read_only = yes }" },
	{ "socket", "\"/run/x\" { }", "\"/%u/s\" { target = \"/run/s\" }" },
};
static const char *const more[][6] = {
	{ "memory_max =", "4M", "1023M", "none", "1024T", "4194305" },
	{ "tasks_max =", "none", "12", "4194304" },
	{ "cpu", "{ cap = 1% }", "{ share = 10000 }", "{ cap = none share = 3 }", "{ }" },
	{ "sessions_max =", "1", "10" },
	{ "linger =", "0s", "90s", "1h", "366d" },
	{ "not_required =", "{\"none\"}", "{\"memory_max\"}", "{\"cpu.cap\", 'cpu.share',}" },
};

static void
lines_choose(const char *const (*rows)[6], size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		size_t choices = 1;

		while (choices < 6 && rows[i][choices])
			choices++;
		if (rand() % 3 == 0)
			continue;
		fprintf(out, "  %s %s\n", rows[i][0],
			rows[i][1 + (size_t)rand() % (choices - 1)]);
	}
}

static void
any_mixture_of_values_loads_back(void **state)
{
	struct jail_login login = login_in("alice", "su-l", "gold");

	(void)state;
	srand(1);
	for (int round = 0; round < 300; round++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		fputs("policy \"parent\" {\n", out);
		lines_choose(some, sizeof(some) / sizeof(some[0]), out);
		fputs("}\npolicy \"p\" {\n  inherit = \"parent\"\n", out);
		lines_choose(some, sizeof(some) / sizeof(some[0]), out);
		fputs("}\nplan \"default\" {\n", out);
		lines_choose(more, sizeof(more) / sizeof(more[0]), out);
		fputs("}\nassign \"a\" { service = {su} policy = p }\n", out);
		fclose(out);
		loads_back(text, &login);
		assert_int_equal(first.kind, VERDICT_JAILED);
		free(text);
	}
}

static void
each_value_is_printed_with_its_origin(void **state)
{
	struct jail_login login = login_of("alice", "sshd");
	char *said =
		explain_under("policy \"p\" {\n mount \"/srv/%u\" { }\n}\n"
			      "plan \"g\" {\n memory_max = 2048M\n cpu {\n  cap = 50% } }\n"
			      "assign \"a\" {\n policy = \"p\" plan = \"g\" }\n",
			&login, &first);

	(void)state;
	assert_non_null(strstr(said, "\n  memory_max = 2G  # jail.conf:5, sets memory.max\n"));
	assert_non_null(strstr(said, "\n  tasks_max = 200  # preset, sets pids.max\n"));
	assert_non_null(strstr(said, "\n  cpu {\n    cap = 50%  # jail.conf:7, sets cpu.max\n"
				     "    share = 100  # preset, sets cpu.weight\n  }\n"));
	assert_non_null(strstr(said, "\n  mount \"/srv/alice\" { target = \"/srv/alice\" "
				     "read_only = no }  # jail.conf:2\n"));
	assert_non_null(strstr(said, "plan \"g\" {  # jail.conf:4\n"));
	assert_non_null(strstr(said, "assign \"a\" {  # jail.conf:8\n  policy = \"p\"\n"));
	free(said);
}

static void
a_weak_policy_is_called_so(void **state)
{
	static const char start[] = "policy \"p\" {\n seccomp_mode = ";
	static const char end[] = " }\nplan \"default\" { }\nassign \"a\" { policy = \"p\" }\n";
	struct jail_login login = login_of("alice", "sshd");

	(void)state;
	for (int weak = 0; weak < 2; weak++) {
		char text[200], *said;

		snprintf(text, sizeof(text), "%s%s%s", start, weak ? "log" : "enforce", end);
		said = explain_under(text, &login, &first);
		assert_int_equal(strstr(said, "\n  # warning: seccomp_mode = log: ") != NULL,
			weak);
		free(said);
	}
}

static void
a_refusal_says_why(void **state)
{
	struct jail_login login = login_of("alice", "sshd");
	char *said = explain_under("assign \"a\" { policy = \"refuse\" }", &login, &first);

	(void)state;
	assert_string_equal(said, "# refused: jail.conf:1: assign \"a\" refuses user alice, "
				  "service sshd\n");
	free(said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_explain_prints_loads_back_to_the_same_jail),
		cmocka_unit_test(any_mixture_of_values_loads_back),
		cmocka_unit_test(each_value_is_printed_with_its_origin),
		cmocka_unit_test(a_weak_policy_is_called_so),
		cmocka_unit_test(a_refusal_says_why),
	};

	return cmocka_run_group_tests_name("explain", tests, scratch_setup, scratch_teardown);
}
