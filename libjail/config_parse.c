/*
 * config_parse.c - libconfuse knows the grammar and nothing else: every option
 * is a string to it. Sections leave it as soon as they end (it would look
 * through all earlier titles at each new one).
 *
 * Where memory runs out its lexer asserts or exits: the process ends, and with it
 * the login.
 */
#include "config_impl.h"
#include "origin.h"

#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	GRAMMAR_OPTIONS = OPTION_COUNT_MAX + SECTION_COUNT,
	GRAMMAR_GROUPS = 4,
	GROUP_NAME = 16
};

/* libconfuse's tables, made from ours; a row without a name ends each. */
struct grammar {
	cfg_opt_t sections[SECTION_COUNT][GRAMMAR_OPTIONS];
	cfg_opt_t groups[GRAMMAR_GROUPS][GRAMMAR_OPTIONS];
	char group_names[GRAMMAR_GROUPS][GROUP_NAME];
	size_t group_count;
	cfg_opt_t root[GRAMMAR_OPTIONS];
};

/* The one mutable global of the library: libconfuse's callbacks have no user
 * pointer. Set and cleared by config_parse(). */
static _Thread_local struct {
	struct jail_config *config;
	const struct config_text *text;
	size_t closed;
	struct jail_error *err;
	bool failed;
} parsing;

/* The first error counts; libconfuse may add what follows from it. */
__attribute__((format(printf, 2, 0))) static void
on_error(cfg_t *cfg, const char *fmt, va_list args)
{
	const struct jail_origin where = { .file = parsing.text->file, .line = cfg->line };
	char text[400];

	if (parsing.failed)
		return;
	parsing.failed = true;
	vsnprintf(text, sizeof(text), fmt, args);
	origin_fail(&where, parsing.err, "%s", text);
}

/*
 * Notes the line of each option and refuses a second one (libconfuse would
 * take the last). def.number is free in our own copy of a string option. In
 * a list we are called for every text; the first one makes nvalues 1.
 */
static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	if (opt->nvalues <= 1 && opt->def.number != 0) {
		cfg_error(cfg, "%s is given twice, first in line %ld", opt->name,
			opt->def.number);
		return -1;
	}
	if (opt->nvalues <= 1)
		opt->def.number = cfg->line;
	*(const char **)result = value;
	return 0;
}

static int
texts_take(struct config_setting *setting, const cfg_opt_t *opt)
{
	struct arena *arena = &parsing.config->arena;
	const char **texts = arena_new(arena, opt->nvalues * sizeof(*texts));

	if (!texts)
		return -1;
	setting->value = (struct jail_texts){ .count = opt->nvalues, .texts = texts };
	for (unsigned i = 0; i < opt->nvalues; i++)
		if (!(texts[i] = arena_text(arena, opt->values[i]->string)))
			return -1;
	return 0;
}

static cfg_opt_t *
option_in(cfg_t *sec, const struct jail_option *option)
{
	const char *leaf = strchr(option->name, '.');
	char group[GROUP_NAME];

	if (!leaf)
		return cfg_getopt(sec, option->name);
	snprintf(group, sizeof(group), "%.*s", (int)(leaf - option->name), option->name);
	return cfg_getopt(cfg_getsec(sec, group), leaf + 1);
}

static int
settings_take(cfg_t *sec, struct config_section *section)
{
	const struct jail_section_kind *kind = &section_kinds[section->id];
	struct config_setting settings[GRAMMAR_OPTIONS];
	size_t count = 0;

	for (size_t i = 0; i < kind->option_count; i++) {
		const cfg_opt_t *opt = option_in(sec, &kind->options[i]);

		if (!opt) /* only where memory is short */
			return -1;
		if (opt->def.number == 0)
			continue;
		settings[count] = (struct config_setting){
			.option = &kind->options[i],
			.line = (int)opt->def.number,
		};
		if (texts_take(&settings[count++], opt) < 0)
			return -1;
	}
	section->settings = arena_new(&parsing.config->arena, count * sizeof(*settings));
	section->setting_count = count;
	if (!section->settings)
		return -1;
	memcpy(section->settings, settings, count * sizeof(*settings));
	return 0;
}

static int
section_take(cfg_t *sec, enum jail_section_id id, struct config_section *section)
{
	*section = (struct config_section){ .id = id };
	section->name = arena_text(&parsing.config->arena, cfg_title(sec));
	section->defined =
		(struct jail_origin){ .file = parsing.text->file, .line = sec->line };
	return section->name ? settings_take(sec, section) : -1;
}

static size_t
children_count(cfg_t *sec, enum jail_section_id id)
{
	size_t count = 0;

	for (int child = 0; child < SECTION_COUNT; child++)
		if (section_kinds[child].parent == (int)id)
			count += cfg_size(sec, section_kinds[child].name);
	return count;
}

static int
children_take(cfg_t *sec, struct config_section *section)
{
	size_t count = children_count(sec, section->id), done = 0;

	section->children =
		arena_new(&parsing.config->arena, count * sizeof(*section->children));
	if (!section->children)
		return -1;
	for (int child = 0; child < SECTION_COUNT; child++) {
		const char *name = section_kinds[child].name;

		if (section_kinds[child].parent != (int)section->id)
			continue;
		for (unsigned i = 0; i < cfg_size(sec, name); i++)
			if (section_take(cfg_getnsec(sec, name, i), child,
				    &section->children[done++]) < 0)
				return -1;
	}
	section->child_count = count;
	return 0;
}

static int
section_finish(cfg_t *sec)
{
	struct config_section section;
	int id = 0;

	while (strcmp(section_kinds[id].name, cfg_name(sec)) != 0)
		id++;
	if (section_take(sec, id, &section) < 0 || children_take(sec, &section) < 0)
		return jail_fail(parsing.err, ENOMEM, "read %s", parsing.text->file);
	return config_keep(parsing.config, &section, parsing.err);
}

/* A section ended. Its line, by now that of its end, becomes that of its start;
 * sections of the file itself leave libconfuse at once. */
static int
on_section_end(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	sec->line = parsing.text->section_lines[parsing.closed++];
	if (strcmp(cfg_name(cfg), "root") != 0)
		return 0;
	if (section_finish(sec) < 0) {
		parsing.failed = true;
		return -1;
	}
	cfg_free_value(opt);
	return 0;
}

/* The options of `cpu { }`, which is in `opts` after the first call. */
static cfg_opt_t *
group_options(struct grammar *grammar, cfg_opt_t *opts, const char *name, size_t length)
{
	size_t n = 0;

	while (n < grammar->group_count &&
		(strncmp(grammar->group_names[n], name, length) != 0 ||
			grammar->group_names[n][length] != '\0'))
		n++;
	if (n < grammar->group_count)
		return grammar->groups[n];

	grammar->group_count++;
	memcpy(grammar->group_names[n], name, length);
	while (opts->name)
		opts++;
	*opts = (cfg_opt_t)CFG_SEC(grammar->group_names[n], grammar->groups[n], CFGF_NONE);
	opts->validcb = on_section_end;
	return grammar->groups[n];
}

/* "cpu.cap" is the option cap of the section cpu, which has no title. */
static void
option_add(struct grammar *grammar, cfg_opt_t *opts, const struct jail_option *option)
{
	const char *dot = strchr(option->name, '.');
	const char *name = dot ? dot + 1 : option->name;
	cfg_opt_t opt = CFG_STR_CB(name, 0, CFGF_NODEFAULT, on_value);

	if (option->is_list)
		opt.flags |= CFGF_LIST;
	if (dot)
		opts = group_options(grammar, opts, option->name, (size_t)(dot - option->name));
	while (opts->name)
		opts++;
	*opts = opt;
}

static void
section_add(cfg_opt_t *opts, const char *name, cfg_opt_t *subopts)
{
	while (opts->name)
		opts++;
	*opts = (cfg_opt_t)CFG_SEC(name, subopts,
		CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	opts->validcb = on_section_end;
}

static struct grammar *
grammar_new(void)
{
	struct grammar *grammar = calloc(1, sizeof(*grammar));

	for (int id = 0; grammar && id < SECTION_COUNT; id++) {
		const struct jail_section_kind *kind = &section_kinds[id];
		int parent = kind->parent;

		for (size_t i = 0; i < kind->option_count; i++)
			option_add(grammar, grammar->sections[id], &kind->options[i]);
		section_add(parent < 0 ? grammar->root : grammar->sections[parent], kind->name,
			grammar->sections[id]);
	}
	return grammar;
}

static int
text_parse(cfg_opt_t *root, const struct config_text *text, struct jail_error *err)
{
	cfg_t *cfg = cfg_init(root, CFGF_NONE);
	int result;

	if (!cfg)
		return jail_fail(err, ENOMEM, "read %s", text->file);
	cfg_set_error_function(cfg, on_error);
	result = cfg_parse_buf(cfg, text->bytes);
	/* An error without a word is one of memory. After that 3.3 holds sections
	 * that it has freed (cfg_setopt): losing them is better than freeing them. */
	if (result != CFG_SUCCESS && !parsing.failed)
		return jail_fail(err, ENOMEM, "parse %s", text->file);
	cfg_free(cfg);
	return parsing.failed ? -1 : 0;
}

int
config_parse(struct jail_config *config, const struct config_text *text, struct jail_error *err)
{
	struct grammar *grammar = grammar_new();
	int result;

	if (!grammar)
		return jail_fail(err, ENOMEM, "read %s", text->file);
	parsing.config = config;
	parsing.text = text;
	parsing.closed = 0;
	parsing.err = err;
	parsing.failed = false;
	result = text_parse(grammar->root, text, err);
	parsing.config = NULL;
	parsing.text = NULL;
	parsing.err = NULL;
	free(grammar);
	return result;
}
