/*
 * tree_want.c - the one door into the image: what is refused is refused here,
 * whichever manifest row or library dependency led to it.
 */
#include "tree.h"

#include "fd.h"
#include "refuse.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *
strange_kind(mode_t mode)
{
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return "a device node";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return NULL;
}

/* Whoever owns a source decides what root's code in the jail loads. */
static bool
owner_is_trusted(const struct looks *looks)
{
	return looks->uid == 0 || looks->uid == geteuid();
}

static int
check_file(struct tree *tree, const struct node *node, const struct origin *origin,
	struct jail_error *err)
{
	if (!(node->looks.mode & S_IROTH))
		return fail_at(err, origin, 0,
			"%s is not readable by everyone: an image holds no secrets; exclude it",
			node->path);
	if (node->looks.size > TREE_FILE_MAX || tree->bytes + node->looks.size > TREE_TOTAL_MAX)
		return fail_at(err, origin, EFBIG, "%s", node->path);
	tree->bytes += node->looks.size;
	return 0;
}

static int
check(struct tree *tree, const struct node *node, const struct origin *origin,
	struct jail_error *err)
{
	const struct refuse_row *refused = node->made ? NULL : refuse_find(node->path);
	const char *strange = strange_kind(node->looks.mode);

	if (refused)
		return fail_at(err, origin, 0, "%s never enters an image: %s", node->path,
			refused->why);
	if (node->made)
		return 0;
	if (node->absent)
		return fail_at(err, origin, ENOENT, "%s", node->path);
	if (strange)
		return fail_at(err, origin, 0, "%s is %s: no image has one", node->path,
			strange);
	if (!owner_is_trusted(&node->looks))
		return fail_at(err, origin, 0, "%s belongs to uid %u, not to root", node->path,
			(unsigned)node->looks.uid);
	if (S_ISDIR(node->looks.mode) && !(node->looks.mode & S_IXOTH))
		return fail_at(err, origin, 0,
			"%s is closed to others: an image holds no secrets; exclude it",
			node->path);
	return S_ISREG(node->looks.mode) ? check_file(tree, node, origin, err) : 0;
}

static int
wanted_push(struct tree *tree, struct node *node, struct jail_error *err)
{
	if (tree->wanted_count == tree->wanted_room) {
		size_t room = tree->wanted_room ? 2 * tree->wanted_room : 1024;
		struct node **wanted = reallocarray(tree->wanted, room, sizeof(struct node *));

		if (!wanted)
			return jail_fail(err, errno, "remember %s", node->path);
		tree->wanted = wanted;
		tree->wanted_room = room;
	}
	tree->wanted[tree->wanted_count++] = node;
	node->wanted = true;
	return 0;
}

int
tree_want(struct tree *tree, struct node *node, const struct origin *origin,
	struct jail_error *err)
{
	for (; node && !node->wanted; node = node->parent) {
		if (check(tree, node, origin, err) != 0 || wanted_push(tree, node, err) != 0)
			return -1;
		node->origin = *origin;
	}
	return 0;
}

/* May the host's directory stay what it is? */
static bool
is_usable(const struct node *node)
{
	return S_ISDIR(node->looks.mode) && node->looks.mode & S_IXOTH &&
	       !refuse_find(node->path);
}

/* A node that the host need not have; one that it has must be a directory. */
static struct node *
make_node(struct tree *tree, struct node *parent, const char *name, const char *target,
	struct jail_error *err)
{
	struct node *node = tree_look(tree, parent, name, err);
	char *copy = NULL;

	if (!node || (!target && (node->made ? !node->target : is_usable(node))))
		return node;
	if (node->wanted || node->made) {
		jail_fail(err, EEXIST, "%s", node->path);
		return NULL;
	}
	if (target && !(copy = strdup(target))) {
		jail_fail(err, errno, "remember %s", node->path);
		return NULL;
	}
	free(node->target);
	node->target = copy;
	node->made = true;
	node->absent = false;
	node->looks = (struct looks){ .mode = target ? S_IFLNK | 0777 : S_IFDIR | 0755 };
	return node;
}

int
tree_make(struct tree *tree, const char *path, const char *target, const struct origin *origin,
	struct jail_error *err)
{
	char copy[1024];
	struct node *node = tree->root;
	char *rest = copy;
	char *name;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		return fail_at(err, origin, ENAMETOOLONG, "%.300s", path);
	while ((name = strsep(&rest, "/"))) {
		if (!*name)
			continue;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			return fail_at(err, origin, EINVAL, "%s", path);
		if (!node->made && !S_ISDIR(node->looks.mode))
			return fail_at(err, origin, ENOTDIR, "%s", node->path);
		node = make_node(tree, node, name, rest ? NULL : target, err);
		if (!node)
			return fail_from(err, origin);
	}
	return tree_want(tree, node, origin, err);
}

static int
compare(const void *a, const void *b)
{
	const struct node *const *x = a;
	const struct node *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

void
tree_sort(struct tree *tree)
{
	qsort(tree->wanted, tree->wanted_count, sizeof(struct node *), compare);
}
