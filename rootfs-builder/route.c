/*
 * route.c - path resolution by hand, because every symlink on the way belongs
 * into the image too, and because ".." above the root means that a link was
 * made for another root than this one.
 */
#include "route.h"

#include "refuse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096 };

/* Puts a link's text in front of what is left to walk. */
static int
follow(struct tree *tree, struct route *route, struct node **at, char *rest,
	struct jail_error *err)
{
	struct node *link = *at;
	char longer[2 * PATH_ROOM];

	if (route->link_count == ROUTE_LINKS_MAX)
		return jail_fail(err, ELOOP, "%.300s", link->path);
	route->link[route->link_count++] = link;
	snprintf(longer, sizeof(longer), "%s/%s", link->target, rest);
	if ((size_t)snprintf(rest, PATH_ROOM, "%s", longer) >= PATH_ROOM)
		return jail_fail(err, ENAMETOOLONG, "%.300s", link->path);
	*at = link->target[0] == '/' ? tree->root : link->parent;
	return 0;
}

/* One component. Leaves *at on the new node; 1 when there is no such thing. */
static int
walk(struct tree *tree, struct route *route, struct node **at, const char *name, char *rest,
	struct jail_error *err)
{
	const struct refuse_row *refused;
	struct node *next;

	if (strcmp(name, "..") == 0) {
		if (!(*at)->parent)
			return jail_fail(err, 0, "%.300s: leaves the tree by ..",
				route->link_count ? route->link[route->link_count - 1]->path
						  : "the path");
		*at = (*at)->parent;
		return 0;
	}
	if (!S_ISDIR((*at)->looks.mode))
		return 1;
	next = tree_look(tree, *at, name, err);
	if (!next)
		return -1;
	refused = next->made ? NULL : refuse_find(next->path);
	if (next->absent || (refused && refused->kind == OF_JAIL))
		return 1;
	*at = next;
	return S_ISLNK(next->looks.mode) ? follow(tree, route, at, rest, err) : 0;
}

/* Takes the first component off rest. */
static void
component_take(char *rest, char *name)
{
	size_t skip = strspn(rest, "/");
	size_t length = strcspn(rest + skip, "/");

	memcpy(name, rest + skip, length);
	name[length] = '\0';
	memmove(rest, rest + skip + length, strlen(rest + skip + length) + 1);
}

int
route_find(struct tree *tree, const char *path, struct route *route, struct jail_error *err)
{
	char rest[PATH_ROOM];
	char name[PATH_ROOM];
	struct node *at = tree->root;

	*route = (struct route){ .link_count = 0 };
	if ((size_t)snprintf(rest, sizeof(rest), "%s", path) >= sizeof(rest))
		return jail_fail(err, ENAMETOOLONG, "%.300s", path);
	for (component_take(rest, name); *name; component_take(rest, name)) {
		int result =
			strcmp(name, ".") == 0 ? 0 : walk(tree, route, &at, name, rest, err);

		if (result != 0)
			return result < 0 ? -1 : 0;
	}
	route->found = at;
	return 0;
}

int
route_want(struct tree *tree, const struct route *route, const struct origin *origin,
	struct jail_error *err)
{
	for (size_t i = 0; i < route->link_count; i++)
		if (tree_want(tree, route->link[i], origin, err) != 0)
			return -1;
	return route->found ? tree_want(tree, route->found, origin, err) : 0;
}
