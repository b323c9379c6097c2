/*
 * twin.h - the same bytes under the same path in the generation before: what a
 * reinstalled package looks like.
 */
#pragma once

#include "tree.h"

/*
 * Links previous_fd/path to dir_fd/path when it has the node's size, time and
 * mode-to-be and, read to the end, its content. False: it has not, or there is
 * no previous generation (-1).
 */
bool twin_take(struct tree *tree, const struct node *node, int previous_fd, int dir_fd,
	mode_t mode);
