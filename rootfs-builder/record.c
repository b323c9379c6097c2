/*
 * record.c - a line for each question: a kind, what identifies the answer, the
 * path. Paths have no control characters (tree.c refuses them), so lines cannot
 * be forged.
 */
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_PRINT "%o %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64

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

	fprintf(out, RECORD_FORMAT "\n");
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
