/*
 * expand.c - one function per manifest word. What a row asks for and the host
 * lacks is collected, so that one message names everything to install.
 */
#include "expand.h"

#include "cover.h"
#include "dpkg.h"
#include "pattern.h"
#include "refuse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct expansion {
	const struct manifest *manifest;
	struct tree *tree;
	struct loader *loader;
	struct names missing;    /* packages to install */
	struct jail_error first; /* what was missing first */
	bool failed;
};

/* Where programs are looked for: not /usr/local, which no package manager
 * answers for. */
static const char *const program_dirs[] = { "/usr/bin", "/bin", "/usr/sbin", "/sbin" };

static int
row_missing(struct expansion *all, const struct row *row, const char *what,
	struct jail_error *err)
{
	const char *package = row->kind == ROW_PACKAGE ? row->word : row->package;

	if (row->optional)
		return 0;
	if (!all->failed)
		fail_at(&all->first, &row->origin, 0, "%s %s is not on this host", what,
			row->word);
	all->failed = true;
	if (!package)
		return 0;
	for (size_t i = 0; i < all->missing.count; i++)
		if (strcmp(all->missing.item[i], package) == 0)
			return 0;
	return names_add(&all->missing, package, strlen(package), err);
}

static int
expand_program(struct expansion *all, const struct row *row, struct jail_error *err)
{
	for (size_t i = 0; i < sizeof(program_dirs) / sizeof(program_dirs[0]); i++) {
		char path[4096];
		struct route route;

		snprintf(path, sizeof(path), "%s/%s", program_dirs[i], row->word);
		if (route_find(all->tree, path, &route, err) != 0)
			return fail_from(err, &row->origin);
		if (route.found && S_ISREG(route.found->looks.mode))
			return route_want(all->tree, &route, &row->origin, err);
	}
	return row_missing(all, row, "program", err);
}

static int
expand_library(struct expansion *all, const struct row *row, struct jail_error *err)
{
	const struct loader_user user = {
		.elf_class = all->loader->native_class,
		.elf_machine = all->loader->native_machine,
	};
	char path[4096];
	struct node *found;
	struct route route;

	if (loader_find(all->loader, all->tree, &user, row->word, path, &found, err) != 0)
		return fail_from(err, &row->origin);
	if (!found)
		return row_missing(all, row, "library", err);
	if (route_find(all->tree, path, &route, err) != 0)
		return fail_from(err, &row->origin);
	return route_want(all->tree, &route, &row->origin, err);
}

/* One path that a file, tree or path row stands for. Sets *any when it exists. */
static int
expand_path(struct expansion *all, const struct row *row, const char *path, bool *any,
	struct jail_error *err)
{
	const struct refuse_row *refused = refuse_find(path);
	struct route route;

	if (refused)
		return fail_at(err, &row->origin, 0, "%s never enters an image: %s", path,
			refused->why);
	if (route_find(all->tree, path, &route, err) != 0)
		return fail_from(err, &row->origin);
	if (!route.found)
		return 0;
	if (row->kind == ROW_FILE && S_ISDIR(route.found->looks.mode))
		return fail_at(err, &row->origin, EISDIR, "%s", path);
	*any = true;
	if (route_want(all->tree, &route, &row->origin, err) != 0)
		return -1;
	if (row->kind != ROW_TREE)
		return 0;
	return cover_tree(all->manifest, all->tree, route.found, &row->origin, err);
}

static int
expand_paths(struct expansion *all, const struct row *row, struct jail_error *err)
{
	struct names paths = { .count = 0 };
	bool any = false;
	int result = pattern_expand(all->tree, row->word, &paths, err);

	if (result != 0)
		fail_from(err, &row->origin);
	for (size_t i = 0; result == 0 && i < paths.count; i++)
		if (paths.count == 1 || !cover_excludes(all->manifest, paths.item[i]))
			result = expand_path(all, row, paths.item[i], &any, err);
	names_free(&paths);
	if (result == 0 && !any)
		result = row_missing(all, row, "file", err);
	return result;
}

static int
expand_package(struct expansion *all, const struct row *row, struct jail_error *err)
{
	bool found = false;

	if (dpkg_package(all->manifest, all->tree, row->word, &row->origin, &found, err) != 0)
		return -1;
	return found ? 0 : row_missing(all, row, "package", err);
}

static int
expand_made(struct expansion *all, const struct row *row, struct jail_error *err)
{
	return tree_make(all->tree, row->word, row->target, &row->origin, err);
}

static int
expand_exclude(struct expansion *all, const struct row *row, struct jail_error *err)
{
	(void)all, (void)row, (void)err; /* consulted by the others */
	return 0;
}

/* clang-format off */
static int (*const expanders[])(struct expansion *, const struct row *, struct jail_error *) = {
	[ROW_PROGRAM] = expand_program,
	[ROW_LIBRARY] = expand_library,
	[ROW_FILE]    = expand_paths,
	[ROW_TREE]    = expand_paths,
	[ROW_PACKAGE] = expand_package,
	[ROW_PATH]    = expand_paths,
	[ROW_DIR]     = expand_made,
	[ROW_LINK]    = expand_made,
	[ROW_EXCLUDE] = expand_exclude,
};
/* clang-format on */

/* The first thing missing, and everything to install. */
static int
report_missing(const struct expansion *all, struct jail_error *err)
{
	char packages[300] = "";
	size_t used = 0;

	for (size_t i = 0; i < all->missing.count; i++) {
		if (strlen(all->missing.item[i]) + used + 2 > sizeof(packages))
			break;
		used += (size_t)snprintf(packages + used, sizeof(packages) - used, " %s",
			all->missing.item[i]);
	}
	if (used == 0)
		return jail_fail(err, 0, "%s", all->first.text);
	return jail_fail(err, 0, "%s; apt-get install%s", all->first.text, packages);
}

int
manifest_expand(const struct manifest *manifest, struct tree *tree, struct loader *loader,
	struct jail_error *err)
{
	struct expansion all = { .manifest = manifest, .tree = tree, .loader = loader };
	int result = 0;

	for (size_t i = 0; result == 0 && i < manifest->count; i++)
		result = expanders[manifest->row[i].kind](&all, &manifest->row[i], err);
	if (result == 0 && all.failed)
		result = report_missing(&all, err);
	names_free(&all.missing);
	return result;
}
