/*
 * build.c - `jail-rootfs build`: read, decide, copy, publish. Whatever can be
 * refused is refused before the first file is written.
 */
#include "commands.h"

#include "closure.h"
#include "expand.h"
#include "fd.h"
#include "file.h"
#include "generation.h"
#include "loader_cache.h"
#include "record.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { RECORD_MAX = 256 << 20 };

struct build {
	const struct options *options;
	char manifest_path[4096];
	struct manifest manifest;
	struct tree tree;
	struct loader loader;
	struct image image;
	struct pool pool;
	int images_fd;
	double started;
};

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The record of the current generation; NULL: there is none. */
static char *
current_record(const struct build *build)
{
	struct jail_error ignored; /* no record, no shortcut */
	char name[32];

	if (!build->image.current[0] ||
		faccessat(build->image.fd, build->image.current, F_OK, 0) != 0)
		return NULL;
	snprintf(name, sizeof(name), "%s.record", build->image.current);
	return file_read(build->image.fd, name, RECORD_MAX, &ignored);
}

static bool
is_up_to_date(const struct build *build)
{
	autoclose int root_fd = open(build->options->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	autofree char *record = current_record(build);

	return root_fd >= 0 && record && !build->options->force &&
	       record_holds(record, build->manifest_path, build->options->root, root_fd);
}

/* Reads the manifest and finds out what the image consists of. */
static int
plan(struct build *build, struct jail_error *err)
{
	if (manifest_read(&build->manifest, build->manifest_path, build->options->manifests,
		    err) != 0 ||
		tree_open(&build->tree, build->options->root, err) != 0 ||
		loader_open(&build->loader, &build->tree, err) != 0 ||
		manifest_expand(&build->manifest, &build->tree, &build->loader, err) != 0)
		return -1;
	return closure_complete(&build->tree, &build->loader, err);
}

/* Other answers, but the same tree: the old generation gets the new record. */
static int
refresh(struct build *build, struct record_head *head, bool *same, struct jail_error *err)
{
	autofree char *text = current_record(build);
	struct record record;
	char name[32];
	int result;

	*same = text && !build->options->force && record_read_head(text, head) &&
		head->contents == record_contents(&build->tree);
	if (!*same)
		return 0;
	snprintf(name, sizeof(name), "%s.record", build->image.current);
	result = record_make(&record, &build->manifest, build->options->root, &build->tree,
		head, err);
	if (result == 0)
		result = file_replace(build->image.fd, name, record.text, record.size, err);
	record_free(&record);
	return result;
}

static int
publish(struct build *build, const struct image_writer *writer, struct jail_error *err)
{
	const struct record_head head = {
		.files = writer->files,
		.bytes = writer->bytes,
		.built = time(NULL),
		.contents = record_contents(&build->tree),
	};
	struct record record;
	int result = record_make(&record, &build->manifest, build->options->root, &build->tree,
		&head, err);

	if (result == 0)
		result = image_publish(&build->image, record.text, record.size, err);
	record_free(&record);
	return result;
}

static int
write_generation(struct build *build, struct jail_error *err)
{
	autoclose int dir_fd = image_begin(&build->image, err);
	autoclose int previous_fd =
		build->image.current[0]
			? openat(build->image.fd, build->image.current,
				  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
			: -1;
	struct jail_error ignored; /* the first error is the one to tell */
	struct image_writer writer = {
		.tree = &build->tree,
		.pool = &build->pool,
		.dir_fd = dir_fd,
		.previous_fd = previous_fd,
	};

	if (dir_fd < 0 || image_write(&writer, err) != 0 ||
		loader_cache_write(&build->loader, dir_fd, err) != 0 ||
		publish(build, &writer, err) != 0) {
		tree_remove(build->image.fd, ".building", &ignored);
		return -1;
	}
	printf("%s: generation %s, %zu files (%zu copied), %.1f MB, %.2f s\n",
		build->image.name, build->image.current, writer.files, writer.copied,
		(double)writer.bytes / 1e6, seconds() - build->started);
	return 0;
}

static int
run(struct build *build, struct jail_error *err)
{
	const struct options *options = build->options;
	struct record_head head;
	bool same = true;

	build->images_fd = images_open(options->images, true, err);
	if (build->images_fd < 0 ||
		image_open(&build->image, build->images_fd, options->name, true, err) != 0 ||
		image_lock(&build->image, err) != 0)
		return -1;
	if (!is_up_to_date(build)) {
		if (plan(build, err) != 0 || refresh(build, &head, &same, err) != 0)
			return -1;
		if (!same)
			return pool_open(&build->pool, build->images_fd, err) == 0
				       ? write_generation(build, err)
				       : -1;
	}
	printf("%s: generation %s is up to date\n", options->name, build->image.current);
	return 0;
}

int
command_build(const struct options *options, struct jail_error *err)
{
	struct build build = {
		.options = options,
		.tree = { .root_fd = -1 },
		.image = { .fd = -1 },
		.pool = { .fd = -1 },
		.images_fd = -1,
		.started = seconds(),
	};
	int result;

	if (options->manifest)
		snprintf(build.manifest_path, sizeof(build.manifest_path), "%s",
			options->manifest);
	else
		snprintf(build.manifest_path, sizeof(build.manifest_path), "%s/%s.list",
			options->manifests, options->name);
	result = run(&build, err);
	tree_close(&build.tree);
	loader_close(&build.loader);
	manifest_free(&build.manifest);
	image_close(&build.image);
	fd_close(&build.pool.fd);
	fd_close(&build.images_fd);
	return result;
}
