/*
 * route.h - the way from a path to what it names, symlinks and all.
 */
#pragma once

#include "tree.h"

enum { ROUTE_LINKS_MAX = 40 }; /* as the kernel: path_resolution(7) */

struct route {
	struct node *link[ROUTE_LINKS_MAX]; /* symlinks on the way, in order */
	size_t link_count;
	struct node *found; /* no symlink; NULL when the host has no such thing,
			       or the jail makes its own */
};

/*
 * Resolves an absolute path as a process inside the image would: absolute links
 * start at the image's root.
 *   fails   when a link climbs above the root, or leads in a circle
 */
int route_find(struct tree *tree, const char *path, struct route *route,
	struct jail_error *err);

/* Wants every link of the route, and what was found. */
int route_want(struct tree *tree, const struct route *route, const struct origin *origin,
	struct jail_error *err);
