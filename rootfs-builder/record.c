/*
 * record.c - a line for each question: a kind, what identifies the answer, the
 * path. Paths have no control characters (tree.c refuses them), so lines cannot
 * be forged.
 */
#include "record.h"

#include "fd.h"
#include "looks.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FORMAT "jail-rootfs 1 " JAIL_VERSION

#define LOOKS_PRINT "%o %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64

enum {
	ASKED_FILE = 'f',        /* or a link: every attribute counts */
	ASKED_DIR = 'd',         /* passed through: only that it is one counts */
	ASKED_LIST = 'l',        /* a directory whose entries were asked for */
	ASKED_ABSENT = 'a',      /* was not there */
	ASKED_MANIFEST = 'm',    /* a file of ours, not below the root */
	ASKED_NO_MANIFEST = 'n', /* an include that was not there */
};

static uint64_t
mix(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *byte = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
	return hash;
}

uint64_t
record_contents(struct tree *tree)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	tree_sort(tree);
	for (size_t i = 0; i < tree->wanted_count; i++) {
		const struct node *node = tree->wanted[i];
		const mode_t type = node->looks.mode & S_IFMT;

		hash = mix(hash, node->path, strlen(node->path) + 1);
		hash = mix(hash, &type, sizeof(type));
		if (node->target)
			hash = mix(hash, node->target, strlen(node->target) + 1);
		if (!S_ISREG(type))
			continue;
		hash = mix(hash, &node->looks, sizeof(node->looks)); /* no padding */
	}
	return hash;
}

static void
print_looks(FILE *out, char kind, const struct looks *looks, const char *path)
{
	fprintf(out, "%c " LOOKS_PRINT " %s\n", kind, (unsigned)looks->mode, looks->uid,
		looks->dev, looks->ino, looks->size, looks->mtime, looks->ctime, path);
}

static void
print_node(FILE *out, const struct node *node)
{
	if (node->made)
		return;
	if (node->absent)
		fprintf(out, "%c %s\n", ASKED_ABSENT, node->path);
	else if (!S_ISDIR(node->looks.mode))
		print_looks(out, ASKED_FILE, &node->looks, node->path);
	else if (node->listed)
		print_looks(out, ASKED_LIST, &node->looks, node->path);
	else
		fprintf(out, "%c %u %s\n", ASKED_DIR, node->looks.uid, node->path);
}

static void
print_all(FILE *out, const struct manifest *manifest, const char *root, const struct tree *tree,
	const struct record_head *head)
{
	struct looks looks;
	struct stat st;

	fprintf(out, FORMAT "\n");
	fprintf(out, "%zu %" PRIu64 " %" PRId64 " %" PRIx64 "\n", head->files, head->bytes,
		head->built, head->contents);
	fprintf(out, "root %s\nmanifest %s\n", root, manifest->files.item[0]);
	for (size_t i = 0; i < manifest->files.count; i++) {
		if (stat(manifest->files.item[i], &st) != 0)
			st = (struct stat){ .st_size = -1 };
		looks = looks_from(&st);
		print_looks(out, ASKED_MANIFEST, &looks, manifest->files.item[i]);
	}
	for (size_t i = 0; i < manifest->absent.count; i++)
		fprintf(out, "%c %s\n", ASKED_NO_MANIFEST, manifest->absent.item[i]);
	for (size_t i = 0; i < tree->bucket_count; i++)
		for (const struct node *node = tree->bucket[i]; node; node = node->chain)
			print_node(out, node);
	fprintf(out, "end\n");
}

int
record_make(struct record *record, const struct manifest *manifest, const char *root,
	const struct tree *tree, const struct record_head *head, struct jail_error *err)
{
	FILE *out;

	*record = (struct record){ .text = NULL };
	out = open_memstream(&record->text, &record->size);
	if (!out)
		return jail_fail(err, errno, "write the record");
	print_all(out, manifest, root, tree, head);
	if (fclose(out) != 0)
		return jail_fail(err, errno, "write the record");
	return 0;
}

void
record_free(struct record *record)
{
	free(record->text);
	*record = (struct record){ .text = NULL };
}

bool
record_read_head(const char *text, struct record_head *head)
{
	const size_t length = strlen(FORMAT "\n");

	return strncmp(text, FORMAT "\n", length) == 0 &&
	       sscanf(text + length, "%zu %" SCNu64 " %" SCNd64 " %" SCNx64, &head->files,
		       &head->bytes, &head->built, &head->contents) == 4;
}

/* The next number of a line. */
static uint64_t
number(char **at, int base)
{
	return strtoull(*at, at, base);
}

static bool
same_looks(char *line, int root_fd)
{
	struct looks then = {
		.mode = (mode_t)number(&line, 8),
		.uid = (uid_t)number(&line, 10),
		.dev = number(&line, 10),
		.ino = number(&line, 10),
		.size = number(&line, 10),
	};
	struct looks now;
	struct stat st;

	then.mtime = strtoll(line, &line, 10);
	then.ctime = strtoll(line, &line, 10);
	if (line[0] != ' ' || fstatat(root_fd, line + 1 + (root_fd >= 0), &st,
				      root_fd >= 0 ? AT_SYMLINK_NOFOLLOW : 0) != 0)
		return false;
	now = looks_from(&st);
	return looks_same(&then, &now);
}

static bool
same_directory(char *line, int root_fd)
{
	uid_t uid = (uid_t)number(&line, 10);
	const char *path = line[0] == ' ' ? line + 1 : "";
	struct stat st;

	if (strcmp(path, "/") == 0)
		path = "/.";
	return *path && fstatat(root_fd, path + 1, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode) && st.st_uid == uid;
}

static bool
still_absent(const char *path, int root_fd)
{
	struct stat st;

	return fstatat(root_fd, path, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	       (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG);
}

static bool
line_holds(char *line, int root_fd)
{
	switch (line[0]) {
	case ASKED_FILE:
	case ASKED_LIST:
		return same_looks(line + 1, root_fd);
	case ASKED_MANIFEST:
		return same_looks(line + 1, AT_FDCWD);
	case ASKED_DIR:
		return same_directory(line + 1, root_fd);
	case ASKED_ABSENT:
		return strncmp(line + 1, " /", 2) == 0 && still_absent(line + 3, root_fd);
	case ASKED_NO_MANIFEST:
		return line[1] == ' ' && still_absent(line + 2, AT_FDCWD);
	default:
		return false;
	}
}

/* Takes the next line if it is the one expected. */
static bool
expect(char **rest, const char *word, const char *value)
{
	const char *line = strsep(rest, "\n");
	size_t length = strlen(word);

	return line && strncmp(line, word, length) == 0 && strcmp(line + length, value) == 0;
}

bool
record_holds(char *text, const char *manifest, const char *root, int root_fd)
{
	struct record_head head;
	char *line;

	if (!record_read_head(text, &head))
		return false;
	strsep(&text, "\n");
	strsep(&text, "\n");
	if (!expect(&text, "root ", root) || !expect(&text, "manifest ", manifest))
		return false;
	while ((line = strsep(&text, "\n")) && strcmp(line, "end") != 0)
		if (!line_holds(line, root_fd))
			return false;
	return line != NULL;
}
