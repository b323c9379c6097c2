/*
 * pattern.c - glob(3) over the tree, so that a build with --root sees the other
 * root's files and every directory that was listed is remembered.
 */
#include "pattern.h"

#include "route.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool
pattern_has_wildcard(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* Asked for every path and every row: most differ before the first wildcard. */
bool
pattern_matches(const char *pattern, const char *path)
{
	return strncmp(pattern, path, strcspn(pattern, "*?[\\")) == 0 &&
	       fnmatch(pattern, path, 0) == 0;
}

static int expand(struct tree *tree, const char *prefix, const char *rest, struct names *paths,
	struct jail_error *err);

/* Goes on below each entry of the directory `prefix` that matches `component`. */
static int
expand_entries(struct tree *tree, const char *prefix, const char *component, const char *rest,
	struct names *paths, struct jail_error *err)
{
	struct names names = { .count = 0 };
	struct route route;
	char path[4096];
	int result = 0;

	if (route_find(tree, prefix, &route, err) != 0)
		return -1;
	if (!route.found || !S_ISDIR(route.found->looks.mode))
		return 0;
	if (tree_list(tree, route.found, &names, err) != 0)
		result = -1;
	for (size_t i = 0; result == 0 && i < names.count; i++) {
		if (fnmatch(component, names.item[i], FNM_PERIOD) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", prefix, names.item[i]);
		result = expand(tree, path, rest, paths, err);
	}
	names_free(&names);
	return result;
}

static int
expand(struct tree *tree, const char *prefix, const char *rest, struct names *paths,
	struct jail_error *err)
{
	char component[256];
	char path[4096];
	size_t length;

	rest += strspn(rest, "/");
	if (!*rest)
		return names_add(paths, prefix, strlen(prefix), err);
	length = strcspn(rest, "/");
	if (length >= sizeof(component) || strlen(prefix) + length + 2 > sizeof(path))
		return jail_fail(err, 0, "%.300s: too long", rest);
	memcpy(component, rest, length);
	component[length] = '\0';
	if (pattern_has_wildcard(component))
		return expand_entries(tree, prefix, component, rest + length, paths, err);
	snprintf(path, sizeof(path), "%s/%s", prefix, component);
	return expand(tree, path, rest + length, paths, err);
}

int
pattern_expand(struct tree *tree, const char *pattern, struct names *paths,
	struct jail_error *err)
{
	size_t depth = 0;

	for (const char *at = pattern; (at = strchr(at, '/')); at++)
		depth++;
	if (depth > TREE_DEPTH_MAX)
		return jail_fail(err, 0, "%.300s: too deep", pattern);
	if (!pattern_has_wildcard(pattern))
		return names_add(paths, pattern, strlen(pattern), err);
	return expand(tree, "", pattern, paths, err);
}
