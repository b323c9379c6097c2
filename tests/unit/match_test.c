/* Which login gets which policy and plan, and that doubt is a refusal. */
#include "scratch_conf.h"

static struct jail_verdict verdict;

static int
resolve(const char *text, const struct jail_login *login)
{
	struct jail_config *config = loaded(text);
	int result = config_resolve(config, login, &verdict, &err);

	verdict_detach(&verdict);
	config_free(config);
	return result;
}

/* "policy/plan", "unjailed" or "refused". */
static const char *
outcome(const char *text, const struct jail_login *login)
{
	static char line[256];

	if (resolve(text, login) < 0)
		return err.text;
	if (verdict.kind == VERDICT_UNJAILED)
		return "unjailed";
	if (verdict.kind == VERDICT_REFUSED)
		return "refused";
	snprintf(line, sizeof(line), "%s/%s", verdict.policy.name, verdict.plan.name);
	return line;
}

#define MODEL \
	"policy \"shell\" { }\n" \
	"policy \"ftp\" { network = host }\n" \
	"plan \"gold\" { memory_max = 2G }\n" \
	"plan \"default\" { }\n" \
	"assign \"ftp\" { service = {\"vsftpd\"} policy = \"ftp\" }\n" \
	"assign \"gold\" { group = {\"gold\"} plan = \"gold\" policy = \"shell\" }\n" \
	"assign \"staff\" { group = {\"staff\"} policy = \"unjailed\" }\n" \
	"assign \"bad\" { user = {\"mallory\"} policy = \"refuse\" }\n" \
	"assign \"rest\" { group = {\"users\"} policy = \"shell\" }\n"

static void
policy_and_plan_are_looked_up_independently(void **state)
{
	struct jail_login login = login_in("alice", "vsftpd", "gold");

	(void)state;
	assert_string_equal(outcome(MODEL, &login), "ftp/gold");
	login = login_in("alice", "sshd", "gold");
	assert_string_equal(outcome(MODEL, &login), "shell/gold");
	assert_true(verdict.plan.memory_max == 2ULL << 30);
	login = login_in("bob", "vsftpd", "bronze");
	assert_string_equal(outcome(MODEL, &login), "ftp/default");
}

static void
the_first_that_fits_decides(void **state)
{
	struct jail_login login = login_in("mallory", "sshd", "staff");

	(void)state;
	assert_string_equal(outcome(MODEL, &login), "unjailed");
	login = login_in("mallory", "sshd", "nobody");
	assert_string_equal(outcome(MODEL, &login), "refused");
	assert_string_equal(verdict.reason,
		"jail.conf:8: assign \"bad\" refuses user mallory, service sshd");
}

static void
whom_nothing_fits_is_refused(void **state)
{
	struct jail_login login = login_of("carol", "sshd");

	(void)state;
	assert_string_equal(outcome(MODEL, &login), "refused");
	assert_string_equal(verdict.reason,
		"no assign gives user carol, service sshd, a policy");
	assert_string_equal(outcome("", &login), "refused");
}

static void
a_policy_without_a_plan_is_refused(void **state)
{
	struct jail_login login = login_of("carol", "sshd");

	(void)state;
	assert_string_equal(outcome("policy \"p\" { } assign \"a\" { policy = \"p\" }", &login),
		"refused");
	assert_string_equal(verdict.reason,
		"policy \"p\", but no assign gives user carol a plan, "
		"and there is no plan \"default\"");
}

static void
a_plan_alone_lets_nobody_in(void **state)
{
	struct jail_login login = login_of("carol", "sshd");

	(void)state;
	assert_string_equal(outcome("plan \"p\" { } assign \"a\" { plan = \"p\" }", &login),
		"refused");
}

static void
all_kinds_must_fit_and_one_of_each_list(void **state)
{
	static const char text[] =
		"plan \"default\" { } policy \"p\" { }\n"
		"assign \"a\" { user = {\"x\", \"alice\"} group = {\"g\", \"h\"}\n"
		"  service = {\"sshd\", \"su\"} policy = \"p\" }\n";
	struct jail_login login = login_in("alice", "sshd", "h");

	(void)state;
	assert_string_equal(outcome(text, &login), "p/default");
	login = login_in("bob", "sshd", "h");
	assert_string_equal(outcome(text, &login), "refused");
	login = login_in("alice", "cron", "h");
	assert_string_equal(outcome(text, &login), "refused");
	login = login_in("alice", "sshd", "i");
	assert_string_equal(outcome(text, &login), "refused");
	login = login_in("alice", "su-l", "g");
	assert_string_equal(outcome(text, &login), "p/default");
}

static void
a_group_without_a_name_fits_nothing(void **state)
{
	struct jail_login login = login_in("alice", "sshd", "");

	(void)state;
	assert_string_equal(load_error("assign \"a\" { group = {\"\"} policy = \"refuse\" }"),
		"jail.conf:1: group: no login has the name \"\"");
	assert_string_equal(outcome("assign \"a\" { group = {\"g\"} policy = \"unjailed\" }",
				    &login),
		"refused");
}

static void
uid_0_is_jailed_only_where_a_policy_says_so(void **state)
{
	struct jail_login login = login_of("toor", "sshd");

	(void)state;
	login.uid = 0;
	assert_string_equal(
		outcome("plan \"default\" { } policy \"p\" { } assign \"a\" { policy = \"p\" }",
			&login),
		"refused");
	assert_string_equal(verdict.reason,
		"policy \"p\" has uid0 = no, and user toor is uid 0");
	assert_string_equal(outcome("plan \"default\" { } policy \"p\" { uid0 = yes }\n"
				    "assign \"a\" { policy = \"p\" }",
				    &login),
		"p/default");
}

#define MOUNTING(mount) \
	"plan \"default\" { } policy \"p\" {\n " mount " }\nassign \"a\" { policy = \"p\" }\n"

static void
user_and_home_are_expanded(void **state)
{
	struct jail_login login = login_of("alice", "sshd");

	(void)state;
	assert_int_equal(resolve(MOUNTING("mount \"/srv/%u/100%%\" { target = \"/www/%u\" }\n"
					  "mount \"%h/data\" { target = \"/data\" }\n"
					  "socket \"/run/db-%u/s\" { }"),
				 &login),
		0);
	assert_int_equal(verdict.kind, VERDICT_JAILED);
	assert_string_equal(verdict.policy.mounts[0].source, "/srv/alice/100%");
	assert_string_equal(verdict.policy.mounts[0].target, "/www/alice");
	assert_string_equal(verdict.policy.mounts[1].source, "/home/alice/data");
	assert_string_equal(verdict.policy.sockets[0].target, "/run/db-alice/s");
}

static void
expansion_makes_no_path_that_the_file_could_not_name(void **state)
{
	struct jail_login login = login_of("..", "sshd");

	(void)state;
	assert_string_equal(outcome(MOUNTING("mount \"/srv/%u\" { target = \"/x\" }"), &login),
		"jail.conf:2: \"/srv/..\": '.' or '..' in a path");
	login = login_of("etc", "sshd");
	assert_string_equal(outcome(MOUNTING("mount \"/srv\" { target = \"/%u\" }"), &login),
		"jail.conf:2: target /etc: sshd reads it as root inside the jail");
	login = login_of("alice", "sshd");
	memset(login.home, 'h', 250);
	login.home[0] = '/';
	assert_string_equal(outcome(MOUNTING("mount \"%h/data/x\" { target = \"/x\" }"),
				    &login),
		"jail.conf:2: \"%h/data/x\": longer than 255 bytes for user alice");
}

static void
a_verdict_that_failed_lets_nobody_in(void **state)
{
	struct jail_login login = login_of("..", "sshd");

	(void)state;
	verdict.kind = VERDICT_UNJAILED;
	assert_int_equal(resolve(MOUNTING("mount \"/srv/%u\" { target = \"/x\" }"), &login),
		-1);
	assert_int_equal(verdict.kind, VERDICT_REFUSED);
}

static void
no_mount_stands_in_the_way_of_the_home(void **state)
{
	struct jail_login login = login_of("alice", "sshd");

	(void)state;
	assert_string_equal(outcome(MOUNTING("mount \"/x\" { target = \"/home/alice/x\" }"),
				    &login),
		"jail.conf:2: target /home/alice/x: in the way of the home /home/alice");
	assert_string_equal(outcome(MOUNTING("mount \"/x\" { target = \"/home\" }"), &login),
		"jail.conf:2: target /home: in the way of the home /home/alice");
	assert_string_equal(outcome(MOUNTING("mount \"/x\" { target = \"/home/bob\" }"),
				    &login),
		"p/default");
}

static void
a_verdict_knows_who_decided(void **state)
{
	struct jail_login login = login_in("alice", "vsftpd", "gold");
	struct jail_config *config = loaded(MODEL);

	(void)state;
	assert_int_equal(config_resolve(config, &login, &verdict, &err), 0);
	assert_string_equal(verdict.policy_assign->name, "ftp");
	assert_int_equal(verdict.policy_assign->defined.line, 5);
	assert_string_equal(verdict.plan_assign->name, "gold");
	config_free(config);
}

/* As jailctl exec --policy asks. */
static const char *
outcome_under(const char *text, const struct jail_login *login, const char *policy)
{
	struct jail_config *config = loaded(text);
	static char line[256];
	int result = config_resolve_under(config, login, policy, &verdict, &err);

	if (result == 0 && verdict.kind == VERDICT_JAILED)
		snprintf(line, sizeof(line), "%s/%s", verdict.policy.name, verdict.plan.name);
	config_free(config);
	return result < 0 ? err.text : verdict.kind == VERDICT_JAILED ? line : "refused";
}

static void
a_policy_that_was_named_keeps_the_assigned_plan(void **state)
{
	struct jail_login login = login_in("alice", "sshd", "gold");

	(void)state;
	assert_string_equal(outcome_under(MODEL, &login, "ftp"), "ftp/gold");
	assert_null(verdict.policy_assign);
	login = login_in("mallory", "sshd", "nobody");
	assert_string_equal(outcome_under(MODEL, &login, "shell"), "shell/default");
}

static void
a_policy_that_was_named_is_no_way_around_the_rest(void **state)
{
	struct jail_login login = login_of("toor", "sshd");

	(void)state;
	assert_string_equal(outcome_under(MODEL, &login, "nothing"), "no policy \"nothing\"");
	assert_string_equal(outcome_under(MODEL, &login, "unjailed"), "no policy \"unjailed\"");
	assert_string_equal(outcome_under("policy \"p\" { }", &login, "p"), "refused");
	login.uid = 0;
	assert_string_equal(outcome_under(MODEL, &login, "shell"), "refused");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy_and_plan_are_looked_up_independently),
		cmocka_unit_test(the_first_that_fits_decides),
		cmocka_unit_test(whom_nothing_fits_is_refused),
		cmocka_unit_test(a_policy_without_a_plan_is_refused),
		cmocka_unit_test(a_plan_alone_lets_nobody_in),
		cmocka_unit_test(all_kinds_must_fit_and_one_of_each_list),
		cmocka_unit_test(a_group_without_a_name_fits_nothing),
		cmocka_unit_test(uid_0_is_jailed_only_where_a_policy_says_so),
		cmocka_unit_test(user_and_home_are_expanded),
		cmocka_unit_test(expansion_makes_no_path_that_the_file_could_not_name),
		cmocka_unit_test(a_verdict_that_failed_lets_nobody_in),
		cmocka_unit_test(no_mount_stands_in_the_way_of_the_home),
		cmocka_unit_test(a_verdict_knows_who_decided),
		cmocka_unit_test(a_policy_that_was_named_keeps_the_assigned_plan),
		cmocka_unit_test(a_policy_that_was_named_is_no_way_around_the_rest),
	};

	return cmocka_run_group_tests_name("match", tests, scratch_setup, scratch_teardown);
}
