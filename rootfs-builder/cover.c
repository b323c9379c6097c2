/*
 * cover.c - whole directories. Circles of links end at node->covered; chains of
 * them are bounded like everything else that a tree's owner could make long.
 */
#include "cover.h"

#include "pattern.h"

#include <string.h>
#include <sys/stat.h>

enum { COVER_DEPTH_MAX = 4 * TREE_DEPTH_MAX };

bool
cover_excludes(const struct manifest *manifest, const char *path)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (manifest->row[i].kind == ROW_EXCLUDE &&
			pattern_matches(manifest->row[i].word, path))
			return true;
	return false;
}

int
cover_path(const struct manifest *manifest, struct tree *tree, const char *path,
	const struct origin *origin, struct node **node, struct jail_error *err)
{
	struct route route;

	if (route_find(tree, path, &route, err) != 0)
		return fail_from(err, origin);
	if (route_want(tree, &route, origin, err) != 0)
		return -1;
	*node = route.found;
	if (route.found && route.link_count > 0 && S_ISDIR(route.found->looks.mode))
		return cover_tree(manifest, tree, route.found, origin, err);
	return 0;
}

static int
cover_entry(const struct manifest *manifest, struct tree *tree, struct node *child,
	const struct origin *origin, struct jail_error *err)
{
	struct node *found;

	if (child->absent || cover_excludes(manifest, child->path))
		return 0;
	if (S_ISLNK(child->looks.mode))
		return cover_path(manifest, tree, child->path, origin, &found, err);
	if (S_ISDIR(child->looks.mode))
		return cover_tree(manifest, tree, child, origin, err);
	return tree_want(tree, child, origin, err);
}

static int
cover_entries(const struct manifest *manifest, struct tree *tree, struct node *node,
	const struct names *names, const struct origin *origin, struct jail_error *err)
{
	for (size_t i = 0; i < names->count; i++) {
		struct node *child = tree_look(tree, node, names->item[i], err);

		if (!child)
			return fail_from(err, origin);
		if (cover_entry(manifest, tree, child, origin, err) != 0)
			return -1;
	}
	return 0;
}

int
cover_tree(const struct manifest *manifest, struct tree *tree, struct node *node,
	const struct origin *origin, struct jail_error *err)
{
	struct names names = { .count = 0 };
	int result;

	if (tree_want(tree, node, origin, err) != 0)
		return -1;
	if (node->covered || node->made || !S_ISDIR(node->looks.mode))
		return 0;
	if (tree->covering >= COVER_DEPTH_MAX)
		return fail_at(err, origin, 0, "%s: links lead too deep", node->path);
	node->covered = true;
	tree->covering++;
	result = tree_list(tree, node, &names, err);
	if (result != 0)
		fail_from(err, origin);
	else
		result = cover_entries(manifest, tree, node, &names, origin, err);
	tree->covering--;
	names_free(&names);
	return result;
}
