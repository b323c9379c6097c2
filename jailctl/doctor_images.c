/*
 * doctor_images.c - the images of the policies that somebody is assigned to.
 */
#include "doctor.h"
#include "fd.h"
#include "image.h"
#include "image_record.h"
#include "paths.h"
#include "schema.h"

#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { RECORD_SIZE_MAX = 256 << 20 };

typedef int judge_image(struct doctor *doctor, const char *name,
	const struct jail_policy *policy, struct jail_error *err);

/* Of the policies that the assigns name, each image once. */
static int
each_image(struct doctor *doctor, judge_image *judge, struct jail_error *err)
{
	struct jail_policy *policies;
	size_t count, known = 0;
	const struct jail_assign *assigns;
	int result = 0;

	if (!doctor->config)
		return 0;
	assigns = config_assigns(doctor->config, &count);
	policies = calloc(count + 1, sizeof(*policies));
	if (!policies)
		return jail_fail(err, ENOMEM, "list the images");
	for (size_t i = 0; i < count && result == 0; i++) {
		struct jail_policy *policy = &policies[known];
		bool seen = false;

		/* "unjailed" and "refuse" are no policies. */
		if (!assigns[i].policy ||
			config_policy(doctor->config, assigns[i].policy, policy, err) < 0)
			continue;
		for (size_t j = 0; j < known && !seen; j++)
			seen = strcmp(policies[j].image, policy->image) == 0;
		if (seen)
			continue;
		known++;
		result = judge(doctor, policy->image, policy, err);
	}
	free(policies);
	return result;
}

static int
judge_missing(struct doctor *doctor, const char *name, const struct jail_policy *policy,
	struct jail_error *err)
{
	const struct jail_option *option = option_find(SECTION_POLICY, "image");
	const struct jail_origin *origin = &policy->origins[option - policy_options];
	struct image image;

	if (image_open(name, -1, &image, err) == 0) {
		image_close(&image);
		return 0;
	}
	if (!origin->file)
		origin = &policy->defined;
	doctor_find(doctor, origin->file, origin->line, "%s", err->text);
	return 0;
}

int
check_image_missing(struct doctor *doctor, struct jail_error *err)
{
	return each_image(doctor, judge_missing, err);
}

/* flock(2) asks for no more than an open file, and whoever can open an image or the
 * index of ids can hold the locks that a login waits for. */
int
check_library_open(struct doctor *doctor, struct jail_error *err)
{
	struct stat st;

	(void)err;
	if (stat(JAIL_LIB, &st) < 0)
		return 0; /* nothing is built yet */
	if (st.st_uid != 0 || (st.st_mode & 077))
		doctor_find(doctor, JAIL_LIB, 0, "owner %u, mode %04o", st.st_uid,
			st.st_mode & 07777);
	return 0;
}

/* --- what no image may have ------------------------------------------------------------ */

static const char *
mischief(const char *path, const struct stat *st)
{
	if (S_ISREG(st->st_mode) && (st->st_mode & (S_ISUID | S_ISGID)))
		return st->st_mode & S_ISUID ? "is setuid" : "is setgid";
	if (S_ISBLK(st->st_mode) || S_ISCHR(st->st_mode))
		return "is a device";
	if (S_ISREG(st->st_mode) && lgetxattr(path, "security.capability", NULL, 0) > 0)
		return "has capabilities";
	if (!S_ISLNK(st->st_mode) && (st->st_uid != 0 || (st->st_mode & 022)))
		return "is not root's alone to write";
	return NULL;
}

static int
judge_tree(struct doctor *doctor, const char *name, const struct jail_policy *policy,
	struct jail_error *err)
{
	char path[PATH_MAX];
	char *roots[] = { path, NULL };
	const FTSENT *entry;
	FTS *tree;

	(void)policy;
	snprintf(path, sizeof(path), "%s/%s/current", JAIL_IMAGES, name);
	if (access(path, F_OK) < 0)
		return 0; /* another check's */
	tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (!tree)
		return jail_fail(err, errno, "read %s", path);
	while ((entry = fts_read(tree))) {
		const char *what = entry->fts_info == FTS_DP || !entry->fts_statp
					   ? NULL
					   : mischief(entry->fts_path, entry->fts_statp);

		if (what)
			doctor_find(doctor, entry->fts_path, 0, "%s", what);
	}
	fts_close(tree);
	return 0;
}

int
check_image_setid(struct doctor *doctor, struct jail_error *err)
{
	return each_image(doctor, judge_tree, err);
}

/* --- is it what a build would make? ------------------------------------------------------ */

/* IMAGES/NAME/GENERATION.record, which has megabytes; NULL: there is none. */
static char *
read_record(const char *name, char path[PATH_MAX])
{
	char generation[64], link[PATH_MAX];
	autoclose int fd = -1;
	struct stat st;
	ssize_t length;
	char *text;

	snprintf(link, sizeof(link), "%s/%s/current", JAIL_IMAGES, name);
	length = readlink(link, generation, sizeof(generation) - 1);
	if (length <= 0)
		return NULL;
	generation[length] = '\0';
	snprintf(path, PATH_MAX, "%s/%s/%s.record", JAIL_IMAGES, name, generation);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size > RECORD_SIZE_MAX)
		return NULL;
	text = calloc(1, (size_t)st.st_size + 1);
	if (text && read(fd, text, (size_t)st.st_size) == st.st_size)
		return text;
	free(text);
	return NULL;
}

static int
judge_stale(struct doctor *doctor, const char *name, const struct jail_policy *policy,
	struct jail_error *err)
{
	char path[PATH_MAX];
	autofree char *text = read_record(name, path);
	autoclose int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *changed;

	(void)policy;
	(void)err;
	/* What was copied from another tree is not this host's to keep fresh. */
	if (!text || !record_is_of(text, "/"))
		return 0;
	changed = record_changed_file(text, root);
	if (changed)
		doctor_find(doctor, path, 0, "image %s: %s has changed since it was built",
			name, changed);
	return 0;
}

int
check_image_stale(struct doctor *doctor, struct jail_error *err)
{
	return each_image(doctor, judge_stale, err);
}
