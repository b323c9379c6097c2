/* The option tables, and that example and manual keep up with them. */
#include "scratch_conf.h"

#include "schema.h"

#include <glob.h>
#include <inttypes.h>

static char *example, *manual;
static union {
	struct jail_policy policy;
	struct jail_plan plan;
	struct jail_assign assign;
	struct jail_mount mount;
	struct jail_socket socket;
} record;

static char *
file_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 17);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 17) - 1, file) > 0);
	fclose(file);
	return text;
}

/* Unit tests run at the top of the source tree; afterwards we stand in scratch. */
static int
setup(void **state)
{
	glob_t found;
	char *policies[16] = { NULL };

	example = file_text("jail.conf.example");
	manual = file_text("docs/jail.conf.5");
	assert_int_equal(glob("policies/*.conf", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc && i < 16; i++)
		policies[i] = file_text(found.gl_pathv[i]);
	if (scratch_setup(state) != 0)
		return -1;
	for (size_t i = 0; i < found.gl_pathc && i < 16; i++) {
		char name[64];

		snprintf(name, sizeof(name), "vendor/%s", strrchr(found.gl_pathv[i], '/') + 1);
		write_text(name, policies[i]);
		free(policies[i]);
	}
	globfree(&found);
	return 0;
}

static int
teardown(void **state)
{
	free(example);
	free(manual);
	return scratch_teardown(state);
}

static const char *
printed(const struct jail_option *option)
{
	static char text[64];
	FILE *out;

	memset(text, 0, sizeof(text));
	out = fmemopen(text, sizeof(text) - 1, "w");
	option_print(option, &record, out);
	fclose(out);
	return text;
}

#define for_each_option(id, option) \
	for (int id = 0; id < SECTION_COUNT; id++) \
		for (const struct jail_option *option = section_kinds[id].options; \
			option < section_kinds[id].options + section_kinds[id].option_count; \
			option++)

static void
every_row_tells_name_unit_and_help(void **state)
{
	(void)state;
	for_each_option(id, option)
	{
		assert_true(strlen(option->name) > 0);
		assert_true(strlen(option->unit) > 0);
		assert_int_equal(option->help[strlen(option->help) - 1], '.');
		assert_non_null(option->parse);
		assert_ptr_equal(option_find(id, option->name), option);
	}
}

static void
presets_parse_and_print_as_written(void **state)
{
	(void)state;
	for_each_option(id, option)
	{
		char expected[3][64];

		if (!option->preset)
			continue;
		assert_int_equal(option_set(option, option->preset, &record, &err), 0);
		snprintf(expected[0], 64, "%s", option->preset);
		snprintf(expected[1], 64, "\"%s\"", option->preset);
		snprintf(expected[2], 64, "{\"%s\"}", option->preset);
		assert_true(strcmp(printed(option), expected[0]) == 0 ||
			    strcmp(printed(option), expected[1]) == 0 ||
			    strcmp(printed(option), expected[2]) == 0);
	}
}

static void
the_bounds_of_a_range_are_in_it(void **state)
{
	(void)state;
	for_each_option(id, option)
	{
		char text[64];

		if (option->most == 0)
			continue;
		for (int i = 0; i < 2; i++) {
			uint64_t bound = i == 0 ? option->least : option->most;

			memcpy((char *)&record + option->offset, &bound, sizeof(bound));
			snprintf(text, sizeof(text), "%s", printed(option));
			memset((char *)&record + option->offset, 1, sizeof(bound));
			assert_int_equal(option_set(option, text, &record, &err), 0);
			assert_memory_equal((char *)&record + option->offset, &bound,
				sizeof(bound));
		}
		assert_int_equal(option_set(option, "none", &record, &err) == 0,
			option->may_be_none);
	}
}

static void
limits_never_read_zero_as_infinity(void **state)
{
	(void)state;
	assert_int_equal(option_set(option_find(SECTION_PLAN, "memory_max"), "0", &record,
				 &err),
		-1);
	assert_int_equal(option_set(option_find(SECTION_PLAN, "tasks_max"), "0", &record, &err),
		-1);
	assert_int_equal(option_set(option_find(SECTION_PLAN, "cpu.cap"), "0%", &record, &err),
		-1);
	assert_int_equal(option_set(option_find(SECTION_PLAN, "sessions_max"), "0", &record,
				 &err),
		-1);
}

static void
numbers_are_whole_and_do_not_overflow(void **state)
{
	static const char *const bad[] = { "", "G", "-1", "+5", " 5G", "5G ", "5 G", "5g",
		"5GB", "5.5G", "0x10", "1e9", "18446744073709551616", "18446744073709551615",
		"16777216T", "16777217T", "99999999999999999999999T", "None", "infinity" };
	const struct jail_option *option = option_find(SECTION_PLAN, "memory_max");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		record.plan.memory_max = 77;
		assert_int_equal(option_set(option, bad[i], &record, &err), -1);
		assert_int_equal(err.errnum, 0);
		assert_int_equal(record.plan.memory_max, 77);
	}
	assert_int_equal(option_set(option, "1023T", &record, &err), 0);
	assert_true(record.plan.memory_max == 1023ULL << 40);
}

static void
bytes_print_to_what_parses_to_the_same(void **state)
{
	const struct jail_option *option = option_find(SECTION_PLAN, "memory_max");
	uint64_t bytes = 4 << 20;

	(void)state;
	for (; bytes < 1ULL << 50; bytes += bytes / 7 + 1) {
		char text[64];

		record.plan.memory_max = bytes;
		snprintf(text, sizeof(text), "%s", printed(option));
		assert_int_equal(option_set(option, text, &record, &err), 0);
		assert_true(record.plan.memory_max == bytes);
	}
}

static void
presets_fill_every_field(void **state)
{
	(void)state;
	policy_preset(&record.policy);
	assert_string_equal(record.policy.image, "shell");
	assert_int_equal(record.policy.network, NETWORK_NONE);
	assert_int_equal(record.policy.home_owner, HOME_OWNER_USER);
	assert_int_equal(record.policy.tmp_size, 64 << 20);
	assert_false(record.policy.uid0);
	assert_int_equal(policy_check(&record.policy, &err), 0);
	plan_preset(&record.plan);
	assert_int_equal(record.plan.memory_max, 1 << 30);
	assert_int_equal(record.plan.linger, 0);
	assert_int_equal(record.plan.not_required, 0);
	assert_int_equal(plan_check(&record.plan, &err), 0);
}

/* `cap = 100%`: as it stands behind the '#', in the section of its group. */
static void
line_expected(const struct jail_option *option, char *line, size_t size)
{
	const char *dot = strchr(option->name, '.');
	const char *name = dot ? dot + 1 : option->name;

	if (option->preset && option_set(option, option->preset, &record, &err) == 0)
		snprintf(line, size, "%s = %s\n", name, printed(option));
	else
		snprintf(line, size, "%s = ", name);
}

static void
every_option_stands_in_the_example_with_its_preset(void **state)
{
	(void)state;
	for_each_option(id, option)
	{
		char line[128], wanted[160];

		line_expected(option, line, sizeof(line));
		snprintf(wanted, sizeof(wanted), "\t%s", line);
		if (!strstr(example, wanted))
			fail_msg("jail.conf.example lacks: %s", wanted);
	}
	for (int id = 0; id < SECTION_COUNT; id++)
		assert_non_null(strstr(example, section_kinds[id].name));
}

/* Quotes are spelled \(dq in mdoc(7). */
static void
every_option_stands_in_the_manual_with_its_preset(void **state)
{
	(void)state;
	for_each_option(id, option)
	{
		char line[128], wanted[256] = ".It Cm ";
		char *end = wanted + strlen(wanted);

		line_expected(option, line, sizeof(line));
		for (const char *c = line; *c; c++) {
			char as_is[] = { *c, '\0' };

			end = stpcpy(end, *c == '"' ? "\\(dq" : *c == '=' ? "No =" : as_is);
		}
		if (!strstr(manual, wanted))
			fail_msg("jail.conf.5 lacks: %s", wanted);
	}
}

static void
the_example_loads_as_it_is_and_with_every_option(void **state)
{
	char *all = calloc(1, strlen(example) + 1), *end = all;

	(void)state;
	config_free(loaded(example));
	for (const char *c = example; *c; c++)
		if (!(*c == '#' && (c == example || c[-1] == '\n') && c[1] != ' ' &&
			    c[1] != '\n'))
			*end++ = *c;
	config_free(loaded(all));
	free(all);
}

static void
the_shipped_policies_load(void **state)
{
	struct jail_config *config = loaded("");

	(void)state;
	assert_int_equal(config_policy(config, "shell", &record.policy, &err), 0);
	assert_int_equal(config_policy(config, "sftp", &record.policy, &err), 0);
	assert_int_equal(config_policy(config, "ftp", &record.policy, &err), 0);
	assert_int_equal(record.policy.network, NETWORK_HOST);
	config_free(config);
}

static void
no_shipped_policy_is_weak(void **state)
{
	struct jail_config *config = loaded("");

	(void)state;
	assert_true(config_policy_count(config) >= 3);
	for (size_t i = 0; i < config_policy_count(config); i++) {
		const char *name = config_policy_name(config, i);

		assert_int_equal(config_policy(config, name, &record.policy, &err), 0);
		for (size_t w = 0; w < policy_weakness_count; w++)
			assert_false(policy_weaknesses[w].holds(&record.policy));
	}
	config_free(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_tells_name_unit_and_help),
		cmocka_unit_test(presets_parse_and_print_as_written),
		cmocka_unit_test(the_bounds_of_a_range_are_in_it),
		cmocka_unit_test(limits_never_read_zero_as_infinity),
		cmocka_unit_test(numbers_are_whole_and_do_not_overflow),
		cmocka_unit_test(bytes_print_to_what_parses_to_the_same),
		cmocka_unit_test(presets_fill_every_field),
		cmocka_unit_test(every_option_stands_in_the_example_with_its_preset),
		cmocka_unit_test(every_option_stands_in_the_manual_with_its_preset),
		cmocka_unit_test(the_example_loads_as_it_is_and_with_every_option),
		cmocka_unit_test(the_shipped_policies_load),
		cmocka_unit_test(no_shipped_policy_is_weak),
	};

	return cmocka_run_group_tests_name("schema", tests, setup, teardown);
}
