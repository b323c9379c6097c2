/*
 * tree.c - the host's files, asked once each. Every access goes through
 * openat2(2) below the root with symlinks refused: whoever can write to a
 * directory we read can make the build fail, never make it read elsewhere.
 */
#include "tree.h"

#include "fd.h"
#include "looks.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

enum { BUCKETS = 1 << 14 };

static int
open_below(int root_fd, const char *path, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root_fd, path[1] ? path + 1 : ".", &how, sizeof(how));
}

static size_t
bucket_of(const struct tree *tree, const char *path)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(1099511628211);
	return (hash ^ hash >> 29) % tree->bucket_count;
}

static struct node *
node_find(const struct tree *tree, const char *path)
{
	struct node *node = tree->bucket[bucket_of(tree, path)];

	while (node && strcmp(node->path, path) != 0)
		node = node->chain;
	return node;
}

static struct node *
node_add(struct tree *tree, struct node *parent, const char *path, struct jail_error *err)
{
	struct node *node;
	size_t slot;

	if (tree->node_count >= TREE_NODES_MAX || (parent && parent->depth >= TREE_DEPTH_MAX)) {
		jail_fail(err, 0, "%.300s: too many files or too deep", path);
		return NULL;
	}
	node = calloc(1, sizeof(*node));
	if (!node || !(node->path = strdup(path))) {
		free(node);
		jail_fail(err, errno, "remember %.300s", path);
		return NULL;
	}
	node->parent = parent;
	node->depth = parent ? parent->depth + 1 : 0;
	slot = bucket_of(tree, path);
	node->chain = tree->bucket[slot];
	tree->bucket[slot] = node;
	tree->node_count++;
	return node;
}

static int
read_target(struct node *node, int fd, struct jail_error *err)
{
	char text[4096];
	ssize_t length = readlinkat(fd, "", text, sizeof(text) - 1);

	if (length < 0)
		return jail_fail(err, errno, "read link %s", node->path);
	text[length] = '\0';
	if (length == 0 || !name_is_clean(text))
		return jail_fail(err, 0, "%s: link with control characters", node->path);
	node->target = strdup(text);
	return node->target ? 0 : jail_fail(err, errno, "read link %s", node->path);
}

/* Asks the host about a node. */
static int
node_ask(struct tree *tree, struct node *node, struct jail_error *err)
{
	autoclose int fd = open_below(tree->root_fd, node->path, O_PATH | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG)) {
		node->absent = true;
		return 0;
	}
	if (fd < 0)
		return jail_fail(err, errno, "look at %.300s", node->path);
	if (fstat(fd, &st) != 0)
		return jail_fail(err, errno, "stat %.300s", node->path);

	node->looks = looks_from(&st);
	return S_ISLNK(st.st_mode) ? read_target(node, fd, err) : 0;
}

static int
child_path(const struct node *parent, const char *name, char *path, size_t size,
	struct jail_error *err)
{
	int length = snprintf(path, size, "%s/%s", parent->parent ? parent->path : "", name);

	if (length < 0 || (size_t)length >= size)
		return jail_fail(err, ENAMETOOLONG, "below %.200s", parent->path);
	return 0;
}

/* Whatever the name came from, a list or a link or a directory: it will stand in
 * records and messages. */
static int
check_name(const struct node *parent, const char *name, struct jail_error *err)
{
	char shown[120];

	if (name_is_clean(name))
		return 0;
	name_escape(name, shown, sizeof(shown));
	return jail_fail(err, 0, "%.200s: control characters in the name '%s'", parent->path,
		shown);
}

struct node *
tree_look(struct tree *tree, struct node *parent, const char *name, struct jail_error *err)
{
	char path[4096];
	struct node *node;

	if (check_name(parent, name, err) != 0 ||
		child_path(parent, name, path, sizeof(path), err) != 0)
		return NULL;
	node = node_find(tree, path);
	if (node)
		return node;
	node = node_add(tree, parent, path, err);
	return node && node_ask(tree, node, err) == 0 ? node : NULL;
}

static int
list_add(struct names *names, const struct node *parent, const char *name,
	struct jail_error *err)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (check_name(parent, name, err) != 0)
		return -1;
	return names_add(names, name, strlen(name), err);
}

int
tree_list(struct tree *tree, struct node *node, struct names *names, struct jail_error *err)
{
	int fd = open_below(tree->root_fd, node->path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int result = 0;

	if (!dir) {
		jail_fail(err, errno, "list %.300s", node->path);
		fd_close(&fd);
		return -1;
	}
	while (result == 0 && (errno = 0, entry = readdir(dir)))
		result = list_add(names, node, entry->d_name, err);
	if (result == 0 && errno != 0)
		result = jail_fail(err, errno, "list %.300s", node->path);
	closedir(dir);
	if (result != 0)
		return -1;

	names_sort(names);
	node->listed = true;
	return 0;
}

int
tree_read(struct tree *tree, const struct node *node, struct jail_error *err)
{
	autoclose int fd =
		open_below(tree->root_fd, node->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct looks now;
	struct stat st;

	if (fd < 0)
		return jail_fail(err, errno, "open %.300s", node->path);
	if (fstat(fd, &st) != 0)
		return jail_fail(err, errno, "stat %.300s", node->path);
	now = looks_from(&st);
	if (!S_ISREG(st.st_mode) || !looks_same(&now, &node->looks))
		return jail_fail(err, EAGAIN, "%.300s changed while it was read", node->path);
	return fd_steal(&fd);
}

char *
tree_text(struct tree *tree, struct node *node, size_t max, struct jail_error *err)
{
	autoclose int fd = tree_read(tree, node, err);
	size_t size = (size_t)node->looks.size;
	char *text;

	if (fd < 0)
		return NULL;
	if (size > max) {
		jail_fail(err, EFBIG, "read %.300s", node->path);
		return NULL;
	}
	text = calloc(1, size + 1);
	if (!text || pread(fd, text, size, 0) != (ssize_t)size) {
		jail_fail(err, text ? EIO : ENOMEM, "read %.300s", node->path);
		free(text);
		return NULL;
	}
	return text;
}

int
tree_open(struct tree *tree, const char *root, struct jail_error *err)
{
	*tree = (struct tree){
		.root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.bucket_count = BUCKETS,
	};
	if (tree->root_fd < 0)
		return jail_fail(err, errno, "open %s", root);
	tree->bucket = calloc(BUCKETS, sizeof(struct node *));
	if (!tree->bucket)
		return jail_fail(err, errno, "open %s", root);
	tree->root = node_add(tree, NULL, "/", err);
	if (!tree->root || node_ask(tree, tree->root, err) != 0)
		return -1;
	return tree_want(tree, tree->root, &(struct origin){ .file = NULL }, err);
}

void
tree_close(struct tree *tree)
{
	for (size_t i = 0; tree->bucket && i < tree->bucket_count; i++) {
		while (tree->bucket[i]) {
			struct node *node = tree->bucket[i];

			tree->bucket[i] = node->chain;
			free(node->path);
			free(node->target);
			free(node);
		}
	}
	free(tree->bucket);
	free(tree->wanted);
	fd_close(&tree->root_fd);
	*tree = (struct tree){ .root_fd = -1 };
}
