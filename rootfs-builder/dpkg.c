/*
 * dpkg.c - packages from /var/lib/dpkg/info/NAME.list (dpkg(1), FILES). A list
 * outlives its package as long as configuration files are left, so a package is
 * installed only if something outside /etc is there.
 */
#include "dpkg.h"

#include "cover.h"
#include "fd.h"
#include "pattern.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LIST_MAX = 16 << 20 };

static int
want_line(const struct manifest *manifest, struct tree *tree, const char *path,
	const struct origin *origin, bool *found, struct jail_error *err)
{
	struct route route;

	if (path[0] != '/' || !path[1] || strcmp(path, "/.") == 0 ||
		cover_excludes(manifest, path))
		return 0;
	if (route_find(tree, path, &route, err) != 0)
		return fail_from(err, origin);
	if (route.link_count == 0 && (!route.found || S_ISDIR(route.found->looks.mode)))
		return 0; /* directories come with their files */
	if (route.found && S_ISDIR(route.found->looks.mode))
		return route_want(tree, &route, origin, err);
	if (route.found && cover_excludes(manifest, route.found->path))
		return 0;
	if (strncmp(path, "/etc/", 5) != 0)
		*found = true;
	return route_want(tree, &route, origin, err);
}

static int
want_list(const struct manifest *manifest, struct tree *tree, const char *path,
	const struct origin *origin, bool *found, struct jail_error *err)
{
	autofree char *text = NULL;
	struct route route;
	char *rest;
	char *line;

	if (route_find(tree, path, &route, err) != 0)
		return fail_from(err, origin);
	if (!route.found || !S_ISREG(route.found->looks.mode))
		return 0;
	rest = text = tree_text(tree, route.found, LIST_MAX, err);
	if (!text)
		return fail_from(err, origin);
	while ((line = strsep(&rest, "\n")))
		if (want_line(manifest, tree, line, origin, found, err) != 0)
			return -1;
	return 0;
}

/* The lists of all packages whose name matches. */
static int
find_lists(struct tree *tree, const char *name, const char *ending, struct names *paths,
	struct jail_error *err)
{
	char pattern[4096];

	snprintf(pattern, sizeof(pattern), "/var/lib/dpkg/info/%s%s.list", name, ending);
	return pattern_expand(tree, pattern, paths, err);
}

/* NAME.list, or NAME:ARCH.list where the package is "Multi-Arch: same". */
int
dpkg_package(const struct manifest *manifest, struct tree *tree, const char *name,
	const struct origin *origin, bool *found, struct jail_error *err)
{
	static const char *const endings[] = { "", ":*" };
	int result = 0;

	for (size_t form = 0; result == 0 && !*found && form < 2; form++) {
		struct names paths = { .count = 0 };

		result = find_lists(tree, name, endings[form], &paths, err);
		if (result != 0)
			fail_from(err, origin);
		for (size_t i = 0; result == 0 && i < paths.count; i++)
			result = want_list(manifest, tree, paths.item[i], origin, found, err);
		names_free(&paths);
	}
	return result;
}
