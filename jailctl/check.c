/*
 * check.c - jailctl check: reads jail.conf as a supervisor does, then looks
 * whether what it names is there: images and lists of system calls.
 */
#include "conf.h"
#include "fd.h"
#include "filter.h"
#include "image.h"
#include "schema.h"
#include "scope.h"
#include "table.h"
#include "user_namespace.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

struct check {
	const struct options *options;
	struct conf conf;
	json_t *problems; /* to be mended: exit 3 */
	json_t *warnings; /* of what the host cannot do */
};

static void
tell(struct check *check, json_t *list, const char *text)
{
	char line[CELL_WIDTH_MAX];
	struct column column = { .kind = CELL_TEXT };
	struct cell cell = { .text = (char *)text };

	json_array_append_new(list, cell_json(&column, &cell));
	cell_text(&column, &cell, line, sizeof(line));
	if (!check->options->json)
		printf("%s%s\n", list == check->warnings ? "warning: " : "", line);
}

/* "FILE:LINE: policy "x": sentence", after the place where the value was given. */
static void
tell_of_policy(struct check *check, json_t *list, const struct jail_policy *policy,
	const char *option, const struct jail_error *err)
{
	const struct jail_option *row = option_find(SECTION_POLICY, option);
	const struct jail_origin *origin = &policy->origins[row - policy_options];
	char text[sizeof(err->text) + PATH_MAX];

	if (!origin->file)
		origin = &policy->defined;
	snprintf(text, sizeof(text), "%s:%d: policy \"%s\": %s", origin->file, origin->line,
		policy->name, err->text);
	tell(check, list, text);
}

static void
policy_problem(struct check *check, const struct jail_policy *policy, const char *option,
	const struct jail_error *err)
{
	tell_of_policy(check, check->problems, policy, option, err);
}

static void
check_list(struct check *check, int lists, const struct jail_policy *policy)
{
	struct seccomp_program program = { .filter = NULL };
	struct jail_error err;

	if (filter_compile(lists, policy, &program, &err) < 0)
		policy_problem(check, policy, "seccomp", &err);
	else
		seccomp_program_free(&program);
}

/* Whoever set it up may still want it, but not overlook it. */
static void
check_weaknesses(struct check *check, const struct jail_policy *policy)
{
	struct jail_error err;

	for (size_t i = 0; i < policy_weakness_count; i++) {
		const struct policy_weakness *weakness = &policy_weaknesses[i];

		if (!weakness->holds(policy))
			continue;
		jail_fail(&err, 0, "%s", weakness->sentence);
		policy_problem(check, policy, weakness->option, &err);
	}
}

static void
check_kernel(struct check *check, const struct jail_policy *policy)
{
	struct jail_error err;

	if (policy->network != NETWORK_HOST || scope_is_possible())
		return;
	jail_fail(&err, 0,
		"network = host: this kernel does not keep the jail from abstract sockets of "
		"the host (Landlock does, from Linux 6.12)");
	tell_of_policy(check, check->warnings, policy, "network", &err);
}

/* Opens it as a jail would; only root can, and only root's answer counts. */
static void
check_image(struct check *check, const struct jail_policy *policy)
{
	static const struct jail_login nobody = { .uid = 65534, .gid = 65534 };
	static const struct jail_ids ids = { .root = IDS_BASE, .tty = IDS_BASE + 1 };
	autoclose int user_namespace = -1;
	struct image image;
	struct jail_error err;

	if (policy->user_namespace)
		user_namespace = user_namespace_make(&nobody, &ids, &err);
	if (policy->user_namespace && user_namespace < 0)
		policy_problem(check, policy, "user_namespace", &err);
	else if (image_open(policy->image, user_namespace, &image, &err) < 0)
		policy_problem(check, policy, "image", &err);
	else
		image_close(&image);
}

/* A shipped policy that nobody is assigned to may do without its image. */
static bool
is_assigned(const struct jail_config *config, const char *policy)
{
	size_t count;
	const struct jail_assign *assigns = config_assigns(config, &count);

	for (size_t i = 0; i < count; i++)
		if (assigns[i].policy && strcmp(assigns[i].policy, policy) == 0)
			return true;
	return false;
}

static void
check_policies(struct check *check)
{
	const struct jail_config *config = check->conf.config;
	autoclose int lists = open(check->conf.filters, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autofree struct jail_policy *policy = malloc(sizeof(*policy));
	struct jail_error err;

	for (size_t i = 0; policy && i < config_policy_count(config); i++) {
		const char *name = config_policy_name(config, i);

		if (config_policy(config, name, policy, &err) < 0 || !is_assigned(config, name))
			continue;
		check_list(check, lists, policy);
		check_weaknesses(check, policy);
		check_kernel(check, policy);
		if (check->conf.live && geteuid() == 0)
			check_image(check, policy);
	}
}

static void
print_read(const struct check *check, size_t assigns)
{
	const struct jail_config *config = check->conf.config;

	printf("%s is in order: %zu policies, %zu plans, %zu assigns\n", check->conf.main_file,
		config_policy_count(config), config_plan_count(config), assigns);
}

static int
print_json(const struct check *check, size_t assigns, struct jail_error *err)
{
	const struct jail_config *config = check->conf.config;
	json_t *object = json_pack("{s:s, s:O, s:O}", "file", check->conf.main_file, "problems",
		check->problems, "warnings", check->warnings);

	if (!object)
		return jail_fail(err, ENOMEM, "print JSON");
	if (config) {
		json_object_set_new(object, "policies",
			json_integer((json_int_t)config_policy_count(config)));
		json_object_set_new(object, "plans",
			json_integer((json_int_t)config_plan_count(config)));
		json_object_set_new(object, "assigns", json_integer((json_int_t)assigns));
	}
	return json_print_object(object, err);
}

static int
finish(const struct check *check, struct jail_error *err)
{
	int code = json_array_size(check->problems) ? EXIT_PROBLEMS : EXIT_YES;
	size_t assigns = 0;

	if (check->conf.config)
		config_assigns(check->conf.config, &assigns);
	if (check->options->json)
		return print_json(check, assigns, err) < 0 ? EXIT_NO : code;
	if (code == EXIT_YES && !check->options->quiet)
		print_read(check, assigns);
	return code;
}

int
command_check(const struct options *options, struct jail_error *err)
{
	struct check check = { .options = options,
		.problems = json_array(),
		.warnings = json_array() };
	int code = conf_load(options, options->argv[0], &check.conf, err);

	if (code == EXIT_PROBLEMS) {
		tell(&check, check.problems, err->text);
		err->text[0] = '\0';
	} else if (code == EXIT_YES) {
		check_policies(&check);
	}
	if (code != EXIT_NO)
		code = finish(&check, err);
	json_decref(check.problems);
	json_decref(check.warnings);
	conf_free(&check.conf);
	return code;
}
