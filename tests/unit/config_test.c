/* What jail.conf may say, and that everything else is refused with its line. */
#include "schema.h"
#include "scratch_conf.h"

static void
a_plain_configuration_loads(void **state)
{
	struct jail_config *config;
	struct jail_policy policy;
	struct jail_plan plan;

	(void)state;
	config = loaded("# a comment\n"
			"policy \"shell\" {\n"
			"\timage = \"debian\"\n"
			"\tnetwork = host\n"
			"\ttmp_size = 128M\n"
			"\tmount \"/srv/www/%u\" { target = \"/www\" read_only = yes }\n"
			"\tsocket \"/run/mysqld/mysqld.sock\" { }\n"
			"}\n"
			"plan \"gold\" { memory_max = 2G tasks_max = none linger = 10m\n"
			"\tcpu { cap = 250% share = 200 }\n"
			"\tnot_required = {\"cpu.share\"} }\n"
			"assign \"all\" { policy = \"shell\" plan = \"gold\" }\n");
	assert_int_equal(config_policy(config, "shell", &policy, &err), 0);
	assert_string_equal(policy.image, "debian");
	assert_int_equal(policy.network, NETWORK_HOST);
	assert_int_equal(policy.tmp_size, 128 << 20);
	assert_int_equal(policy.tmp_inodes, 16384);
	assert_int_equal(policy.mount_count, 1);
	assert_string_equal(policy.mounts[0].source, "/srv/www/%u");
	assert_string_equal(policy.mounts[0].target, "/www");
	assert_true(policy.mounts[0].read_only);
	assert_int_equal(policy.socket_count, 1);
	assert_string_equal(policy.sockets[0].target, "/run/mysqld/mysqld.sock");
	assert_int_equal(config_plan(config, "gold", &plan, &err), 0);
	assert_int_equal(plan.memory_max, 2ULL << 30);
	assert_true(plan.tasks_max == LIMIT_NONE);
	assert_int_equal(plan.linger, 600);
	assert_int_equal(plan.cpu_cap, 250);
	assert_int_equal(plan.cpu_share, 200);
	assert_true(plan.not_required != 0);
	config_free(config);
}

static const struct jail_origin *
origin_of(const struct jail_policy *policy, const char *option)
{
	return &policy->origins[option_find(SECTION_POLICY, option) - policy_options];
}

static void
every_value_knows_its_file_and_line(void **state)
{
	struct jail_config *config;
	struct jail_policy policy;
	struct jail_plan plan;

	(void)state;
	write_text("vendor/base.conf", "policy \"base\" {\n  hostname = \"h\"\n}\n");
	config = loaded("/* two\n   lines */\n"
			"policy \"x\" { # one\n"
			"  inherit = \"base\" // two\n"
			"  image =\n"
			"     \"i\"\n"
			"  mount \"/a\" {\n"
			"    target = \"/b\"\n"
			"  }\n"
			"}\n"
			"plan \"p\" {\n"
			"  cpu {\n"
			"    share = 10\n"
			"  }\n"
			"}\n");
	assert_int_equal(config_policy(config, "x", &policy, &err), 0);
	assert_string_equal(policy.defined.file, "jail.conf");
	assert_int_equal(policy.defined.line, 3);
	assert_int_equal(origin_of(&policy, "image")->line, 6);
	assert_string_equal(origin_of(&policy, "hostname")->file, "vendor/base.conf");
	assert_int_equal(origin_of(&policy, "hostname")->line, 2);
	assert_null(origin_of(&policy, "network")->file);
	assert_int_equal(policy.mounts[0].origin.line, 7);
	assert_int_equal(config_plan(config, "p", &plan, &err), 0);
	assert_int_equal(plan.defined.line, 11);
	assert_int_equal(plan.origins[4].line, 13);
	config_free(config);
}

static void
without_jail_conf_nothing_loads(void **state)
{
	struct jail_config *config;

	(void)state;
	unlink("jail.conf");
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text, "no jail.conf: nobody can be jailed without it");
}

static void
missing_directories_are_empty_ones(void **state)
{
	const struct jail_paths paths = { "nowhere", "jail.conf", NULL };
	struct jail_config *config;

	(void)state;
	write_text("jail.conf", "");
	assert_int_equal(config_load(&paths, &config, &err), 0);
	assert_int_equal(config_policy_count(config), 0);
	config_free(config);
}

static void
a_later_section_replaces_the_earlier_whole(void **state)
{
	struct jail_config *config;
	struct jail_plan plan;

	(void)state;
	write_text("vendor/a.conf", "plan \"p\" { tasks_max = 50 memory_max = 50M }\n");
	write_text("jail.conf.d/10-a.conf", "plan \"p\" { tasks_max = 70 }\n");
	write_text("jail.conf.d/20-b.conf~", "plan \"p\" { tasks_max = 90 }\n");
	write_text("jail.conf.d/.30-c.conf", "garbage");
	config = loaded("plan \"p\" { tasks_max = 60 memory_max = 60M }\n");
	assert_int_equal(config_plan_count(config), 1);
	assert_int_equal(config_plan(config, "p", &plan, &err), 0);
	assert_int_equal(plan.tasks_max, 70);
	assert_int_equal(plan.memory_max, 1 << 30);
	config_free(config);
	unlink("jail.conf.d/10-a.conf");
	unlink("vendor/a.conf");
}

static void
a_replaced_assign_keeps_the_earlier_place(void **state)
{
	struct jail_config *config;
	const struct jail_assign *assigns;
	size_t count;

	(void)state;
	write_text("jail.conf.d/10.conf",
		"assign \"a\" { user = {\"eve\"} policy = \"refuse\" }\n");
	config = loaded("assign \"a\" { policy = \"unjailed\" }\n"
			"assign \"b\" { policy = \"refuse\" }\n");
	assigns = config_assigns(config, &count);
	assert_int_equal(count, 2);
	assert_string_equal(assigns[0].name, "a");
	assert_string_equal(assigns[0].policy, "refuse");
	assert_int_equal(assigns[0].user.count, 1);
	assert_string_equal(assigns[0].defined.file, "jail.conf.d/10.conf");
	config_free(config);
	unlink("jail.conf.d/10.conf");
}

static void
unknown_words_are_refused(void **state)
{
	(void)state;
	assert_refused("policy \"a\" {\n memroy = 1G\n}\n",
		"jail.conf:2: no such option 'memroy'");
	assert_refused("\npolcy \"a\" { }\n", "jail.conf:2: no such option 'polcy'");
	assert_refused("include(\"/etc/shadow\")\n",
		"jail.conf:1: unexpected '(': a value with such characters stands in quotes");
	assert_refused("policy \"a\" { mount \"/x\" { size = 1 } }",
		"jail.conf:1: no such option 'size'");
	assert_refused("plan \"a\" { cpu { quota = 1% } }",
		"jail.conf:1: no such option 'quota'");
	assert_refused("plan \"a\" { cap = 1% }", "jail.conf:1: no such option 'cap'");
}

static void
nothing_is_given_twice(void **state)
{
	(void)state;
	assert_refused("plan \"a\" {\n tasks_max = 9\n\n tasks_max = 10 }",
		"jail.conf:4: tasks_max is given twice, first in line 2");
	assert_refused(
		"assign \"a\" { user = {\"a\", \"b\"}\n user = {\"c\"} policy = \"refuse\" }",
		"jail.conf:2: user is given twice, first in line 1");
	assert_refused("plan \"a\" { cpu { cap = 9% }\n cpu { cap = 10% } }",
		"jail.conf:2: cap is given twice, first in line 1");
	assert_refused("plan \"a\" { }\n\nplan \"a\" { }\n",
		"jail.conf:3: plan \"a\" stands twice in one file, first in line 1");
	assert_refused("policy \"a\" { mount \"/x\" { }\n mount \"/x\" { target = \"/y\" } }",
		"jail.conf:2: found duplicate title '/x'");
}

static void
the_environment_has_no_say(void **state)
{
	(void)state;
	setenv("JAIL_TEST", "leak", 1);
	assert_refused("policy \"a\" {\n image = \"${JAIL_TEST}\" }",
		"jail.conf:2: '${': the environment has no say here");
	assert_refused("policy \"a\" {\n\n image = ${JAIL_TEST} }",
		"jail.conf:3: '${': the environment has no say here");
	assert_refused("policy 'a${JAIL_TEST}' { }",
		"jail.conf:1: '${': the environment has no say here");
	assert_accepted("# ${JAIL_TEST}\n// ${A}\n/* ${B}\n */\n");
}

static void
what_the_lexer_would_drop_is_refused(void **state)
{
	(void)state;
	assert_refused("assign \"a\" { user = {*} policy = \"refuse\" }",
		"jail.conf:1: unexpected '*': a value with such characters stands in quotes");
	assert_refused("assign \"a\" { user += {\"x\"} }",
		"jail.conf:1: unexpected '+': a value with such characters stands in quotes");
	assert_refused("plan \"a\" { tasks_max = 9; }",
		"jail.conf:1: unexpected ';': a value with such characters stands in quotes");
	assert_refused("plan \"a\" { }\r\n",
		"jail.conf:1: a control character (0x0d): lines end as on DOS");
	assert_refused("plan|a = 1", "jail.conf:1: unexpected '|': a value with such "
				     "characters stands in quotes");
	assert_refused("\"cpu|cap\" = 1%", "jail.conf:1: '|' in a string");
	assert_refused("assign \"a\" {\n user = {} policy = \"refuse\" }",
		"jail.conf:2: an empty list: leave the option away");
	assert_refused("plan \"a\" { \"tasks_max\" = 9 }",
		"jail.conf:1: '=' without an option before it");
	assert_refused("plan \"a\" {\n inherit = b\"\" }", "jail.conf:2: an empty name");
	assert_refused("policy \"a\\n\" { }",
		"jail.conf:1: '\\' in a string: only before '\\' and \"");
}

static void
what_is_left_open_is_refused_where_it_began(void **state)
{
	(void)state;
	assert_refused("\npolicy \"a\" {\n\n", "jail.conf:2: '{' without its '}'");
	assert_refused("policy \"a { }\n", "jail.conf:1: a string without its closing \"");
	assert_refused("policy 'a { }\n", "jail.conf:1: a string without its closing '");
	assert_refused("\n/* no end\n\n", "jail.conf:2: a comment without its */");
	assert_refused("plan \"a\" { } }", "jail.conf:1: unexpected '}'");
	/* and the parser is not left in the middle of something */
	assert_accepted("plan \"a\" { }");
}

static void
values_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_refused("plan \"a\" {\n memory_max = 1K }",
		"jail.conf:2: memory_max = \"1K\": want bytes (K M G T are powers of 1024), "
		"from 4M to 1024T, or none");
	assert_refused("plan \"a\" { tasks_max = 0 }",
		"jail.conf:1: tasks_max = \"0\": want a plain number, from 2 to 4194304, or none");
	assert_refused("plan \"a\" { linger = none }",
		"jail.conf:1: linger = \"none\": want a time with its unit (s m h d), from 0s to 366d");
	assert_refused("plan \"a\" { cpu { cap = 50 } }",
		"jail.conf:1: cpu.cap = \"50\": want a percentage with its sign (100% is one CPU), "
		"from 1% to 1000000%, or none");
	assert_refused("policy \"a\" { network = internet }",
		"jail.conf:1: network = \"internet\": want none|host");
	assert_refused("policy \"a\" { uid0 = maybe }",
		"jail.conf:1: uid0 = \"maybe\": want yes or no");
	assert_refused("policy \"a\" { image = \"../../etc\" }",
		"jail.conf:1: image: \"../../etc\" is no name: 1 to 63 characters, the first a "
		"letter or digit");
	assert_refused("plan \"a\" { not_required = {\"linger\"} }",
		"jail.conf:1: not_required: \"linger\" is no limit that a host can lack");
}

static void
inheritance_replaces_values_and_lists(void **state)
{
	struct jail_config *config;
	struct jail_policy policy;

	(void)state;
	config = loaded(
		"policy \"c\" { inherit = \"b\" mount \"/m3\" { } }\n"
		"policy \"b\" { inherit = \"a\" image = \"b\" }\n"
		"policy \"a\" { image = \"a\" seccomp = \"a\" mount \"/m1\" { } mount \"/m2\" { }\n"
		"  socket \"/run/s\" { } }\n");
	assert_int_equal(config_policy(config, "b", &policy, &err), 0);
	assert_int_equal(policy.mount_count, 2);
	assert_int_equal(config_policy(config, "c", &policy, &err), 0);
	assert_string_equal(policy.name, "c");
	assert_string_equal(policy.image, "b");
	assert_string_equal(policy.seccomp, "a");
	assert_int_equal(policy.mount_count, 1);
	assert_string_equal(policy.mounts[0].source, "/m3");
	assert_int_equal(policy.socket_count, 1);
	config_free(config);
}

static void
circles_and_missing_parents_are_refused(void **state)
{
	(void)state;
	assert_refused("policy \"a\" { inherit = \"b\" }\npolicy \"b\" {\n inherit = \"a\" }",
		"jail.conf:3: inherit: a circle, or more than 16 in a row");
	assert_refused("plan \"a\" {\n inherit = \"a\" }",
		"jail.conf:2: inherit: a circle, or more than 16 in a row");
	assert_refused("plan \"a\" { inherit = \"b\" }", "jail.conf:1: inherit: no plan \"b\"");
	assert_refused("policy \"a\" { inherit = \"unjailed\" }",
		"jail.conf:1: inherit: no policy \"unjailed\"");
}

static void
forbidden_combinations_are_refused(void **state)
{
	(void)state;
	assert_refused("policy \"a\" {\n uid0 = yes network = host }",
		"jail.conf:1: policy \"a\": uid0 = yes with network = host: daemons of the host "
		"believe uid 0 on an abstract socket");
	assert_refused("policy \"a\" {\n user_namespace = no nested = yes }",
		"jail.conf:1: policy \"a\": nested = yes with user_namespace = no: the server "
		"process, root of the host, could be root of mounts");
	assert_refused("policy \"a\" {\n uid0 = yes root = scratch }",
		"jail.conf:1: policy \"a\": uid0 = yes with root = scratch: the process that PAM "
		"called, which is root, loads libraries from that root");
	assert_refused("policy \"a\" {\n root = persistent }",
		"jail.conf:1: policy \"a\": root = persistent waits for quotas: nothing would "
		"limit what a user leaves on the disk");
	assert_refused("plan \"a\" { tasks_max = 5 }",
		"jail.conf:1: plan \"a\": sessions_max is above tasks_max: a session is a task at "
		"least, so that many can never run");
	assert_refused("policy \"a\" {\n mount \"/\" { target = \"/host\" } }",
		"jail.conf:2: / of the host: the host's root inside a jail is the end of the jail");
	assert_refused("policy \"a\" {\n mount \"/x\" { target = \"/usr/lib\" } }",
		"jail.conf:2: target /usr/lib: sshd, as root inside the jail, loads libraries from it");
	assert_refused("policy \"a\" { mount \"/x/y\" { }\n mount \"/x\" { } }",
		"jail.conf:2: target /x: it would cover /x/y, mounted before it");
	assert_refused("policy \"a\" { mount \"/x\" { target = \"%h/x\" } }",
		"jail.conf:1: target %h/x: what stands in a user's own directory is the user's to "
		"replace");
}

static void
paths_are_absolute_and_clean(void **state)
{
	(void)state;
	assert_refused("policy \"a\" {\n mount \"srv\" { } }",
		"jail.conf:2: mount: \"srv\": want an absolute path");
	assert_refused("policy \"a\" { mount \"/a/../b\" { } }",
		"jail.conf:1: mount: \"/a/../b\": '.' or '..' in a path");
	assert_refused("policy \"a\" { mount \"/a//b\" { } }",
		"jail.conf:1: mount: \"/a//b\": '//', or '/' at the end");
	assert_refused("policy \"a\" { socket \"/a/\" { } }",
		"jail.conf:1: socket: \"/a/\": '//', or '/' at the end");
	assert_refused("policy \"a\" { mount \"/a\" { target = \"/%g\" } }",
		"jail.conf:1: target: \"/%g\": '%' stands only in %u (user), %h (home) and %%");
	assert_refused("policy \"a\" { mount \"/a%h\" { } }",
		"jail.conf:1: mount: \"/a%h\": %h is a whole path: only in front");
}

static void
names_are_checked(void **state)
{
	(void)state;
	assert_refused("policy \"unjailed\" { }",
		"jail.conf:1: policy \"unjailed\": the name is reserved for assign sections");
	assert_refused("policy \"refuse\" { }",
		"jail.conf:1: policy \"refuse\": the name is reserved for assign sections");
	assert_accepted("plan \"refuse\" { }");
	assert_refused("plan \"\" { }", "jail.conf:1: an empty name");
	assert_refused("plan \"-\" { }",
		"jail.conf:1: plan: \"-\" is no name: 1 to 63 characters, the first a letter or digit");
	assert_refused("plan \"a b\" { }",
		"jail.conf:1: plan: \"a b\" is no name: only letters, digits, '.', '_' and '-'");
	assert_refused("assign \"a\" { user = {\"-x\"} policy = \"refuse\" }",
		"jail.conf:1: user: no login has the name \"-x\"");
}

static void
assigns_name_what_exists(void **state)
{
	(void)state;
	assert_refused("assign \"a\" { plan = \"p\"\n policy = \"x\" }\nplan \"p\" { }",
		"jail.conf:2: assign \"a\": no policy \"x\"");
	assert_refused("assign \"a\" { plan = \"x\" }",
		"jail.conf:1: assign \"a\": no plan \"x\"");
	assert_refused("assign \"a\" {\n user = {\"x\"} }",
		"jail.conf:1: assign \"a\" names neither a policy nor a plan");
	assert_accepted("assign \"a\" { plan = \"p\" } plan \"p\" { }");
}

static void
files_that_others_may_write_are_refused(void **state)
{
	struct jail_config *config;

	(void)state;
	write_text("jail.conf", "");
	chmod("jail.conf", 0664);
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text,
		"jail.conf is group- or world-writable: chmod go-w jail.conf");
	chmod("jail.conf", 0644);
	chmod("jail.conf.d", 01777);
	assert_int_equal(load(&config), -1);
	chmod("jail.conf.d", 0755);
	if (geteuid() == 0) {
		assert_int_equal(chown("jail.conf", 1, 1), 0);
		assert_int_equal(load(&config), -1);
		assert_string_equal(err.text, "jail.conf belongs to uid 1: want root's");
		unlink("jail.conf");
	}
}

static void
only_regular_files_are_read(void **state)
{
	struct jail_config *config;

	(void)state;
	unlink("jail.conf");
	assert_int_equal(mkfifo("jail.conf", 0600), 0);
	assert_int_equal(load(&config), -1); /* and does not hang */
	assert_string_equal(err.text, "jail.conf is not a regular file");
	unlink("jail.conf");
	assert_int_equal(mkdir("jail.conf", 0700), 0);
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text, "jail.conf is not a regular file");
	rmdir("jail.conf");
	write_text("elsewhere", "");
	assert_int_equal(symlink("elsewhere", "jail.conf"), 0);
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text, "jail.conf is a symbolic link: want the file itself");
	unlink("jail.conf");
}

static void
huge_and_binary_files_are_refused(void **state)
{
	struct jail_config *config;

	(void)state;
	write_bytes("jail.conf", "plan \"a\" { }\0policy", 18);
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text, "jail.conf holds a NUL byte: it is no text");
	assert_int_equal(truncate("jail.conf", 100 << 20), 0);
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text, "jail.conf is larger than 1048576 bytes");
}

static void
a_broken_drop_in_breaks_it_all(void **state)
{
	struct jail_config *config;

	(void)state;
	write_text("jail.conf", "assign \"a\" { policy = \"unjailed\" }\n");
	write_text("jail.conf.d/50-x.conf", "\n\nassign \"b\" { policy = }\n");
	assert_int_equal(load(&config), -1);
	assert_string_equal(err.text, "jail.conf.d/50-x.conf:3: unexpected token '}'");
	unlink("jail.conf.d/50-x.conf");
}

#define WHOLE \
	"# all there is\n" \
	"policy \"base\" { image = \"i\" hostname = 'h' }\n" \
	"policy \"p\" {\n  inherit = \"base\"\n  network = host /* c */\n" \
	"  mount \"/srv/%u\" { target = \"/x\" read_only = yes }\n" \
	"  socket '/run/a\\'b' { } }\n" \
	"plan \"g\" { memory_max = 2G cpu { cap = 50% share = 7 }\n" \
	"  not_required = {\"cpu.cap\", \"cpu.share\"} linger = 1h }\n" \
	"assign \"a\" { user = {\"x\", \"y\"} group = {g} service = {\"su\"} policy = \"p\" plan = g }\n" \
	"assign \"b\" { policy = \"refuse\" } // end\n"

/* Loads it or refuses it with a place; what loads can be resolved. */
static void
survive(const char *text)
{
	const struct jail_login login = login_in("x", "su", "g");
	static struct jail_verdict verdict;
	struct jail_config *config;

	write_text("jail.conf", text);
	if (load(&config) < 0) {
		assert_null(config);
		assert_int_equal(err.errnum, 0);
		assert_int_equal(strncmp(err.text, "jail.conf:", 10), 0);
		return;
	}
	config_resolve(config, &login, &verdict, &err);
	config_free(config);
}

static void
a_file_cut_anywhere_is_refused_or_says_less(void **state)
{
	char text[] = WHOLE;

	(void)state;
	assert_accepted(text);
	for (size_t length = strlen(text); length > 0; length--) {
		text[length - 1] = '\0';
		survive(text);
	}
}

/* Tokens where they do not belong, bytes of all values, pieces twice or missing. */
static void
garbage_is_refused_with_its_place(void **state)
{
	static const char *const pieces[] = { "{", "}", "=", ",", "\"", "'", "#", "/*", "*/",
		"//", "\\", "${HOME}", "$", "|", "policy", "mount", "cpu", "assign \"z\" {",
		"plan", "inherit = p", "\n", "\r", "\t", " ", "none", "%u", "%", "=5", "{}",
		"()", "\x01", "\xff", "+=", "include" };
	const size_t count = sizeof(pieces) / sizeof(pieces[0]), length = strlen(WHOLE);

	(void)state;
	srand(7);
	for (int round = 0; round < 4000; round++) {
		char text[2048] = WHOLE;

		for (int change = rand() % 4; change >= 0; change--) {
			size_t at = (size_t)rand() % length, cut = (size_t)rand() % 6;
			const char *piece = pieces[(size_t)rand() % count];
			char rest[2048];

			strcpy(rest, at + cut < strlen(text) ? text + at + cut : "");
			if (at < strlen(text))
				text[at] = '\0';
			strcat(text, piece);
			strcat(text, rest);
		}
		survive(text);
	}
}

static void
depth_and_length_have_an_end(void **state)
{
	static char text[1 << 20];

	(void)state;
	for (const char *piece = "{=\"'p"; *piece; piece++) {
		memset(text, *piece, (1 << 20) - 1);
		survive(text);
	}
	strcpy(text, "policy \"");
	memset(text + 8, 'a', 900000);
	strcpy(text + 900000, "\" { }");
	assert_refused(text, "jail.conf:1: a string of more than 1000 bytes");
	*text = '\0';
	for (char *end = text; end < text + 1000000;)
		end = stpcpy(end, "cpu {");
	assert_refused(text, "jail.conf:1: braces nested too deeply");
}

static void
as_many_mounts_as_there_is_room_for(void **state)
{
	char text[8192] = "policy \"p\" {\n", *end = text + strlen(text);

	(void)state;
	for (int i = 0; i < POLICY_MOUNTS_MAX; i++)
		end += sprintf(end, "mount \"/srv/%d\" { }\n", i);
	strcpy(end, "}");
	assert_accepted(text);
	strcpy(end, "mount \"/srv/more\" { } }");
	assert_refused(text, "jail.conf:34: more than 32 mounts in a policy");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_configuration_loads),
		cmocka_unit_test(every_value_knows_its_file_and_line),
		cmocka_unit_test(without_jail_conf_nothing_loads),
		cmocka_unit_test(missing_directories_are_empty_ones),
		cmocka_unit_test(a_later_section_replaces_the_earlier_whole),
		cmocka_unit_test(a_replaced_assign_keeps_the_earlier_place),
		cmocka_unit_test(unknown_words_are_refused),
		cmocka_unit_test(nothing_is_given_twice),
		cmocka_unit_test(the_environment_has_no_say),
		cmocka_unit_test(what_the_lexer_would_drop_is_refused),
		cmocka_unit_test(what_is_left_open_is_refused_where_it_began),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(inheritance_replaces_values_and_lists),
		cmocka_unit_test(circles_and_missing_parents_are_refused),
		cmocka_unit_test(forbidden_combinations_are_refused),
		cmocka_unit_test(paths_are_absolute_and_clean),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(assigns_name_what_exists),
		cmocka_unit_test(files_that_others_may_write_are_refused),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(huge_and_binary_files_are_refused),
		cmocka_unit_test(a_broken_drop_in_breaks_it_all),
		cmocka_unit_test(a_file_cut_anywhere_is_refused_or_says_less),
		cmocka_unit_test(garbage_is_refused_with_its_place),
		cmocka_unit_test(depth_and_length_have_an_end),
		cmocka_unit_test(as_many_mounts_as_there_is_room_for),
	};

	return cmocka_run_group_tests_name("config", tests, scratch_setup, scratch_teardown);
}
