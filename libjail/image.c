/*
 * image.c - opens a published generation and clones its mount.
 */
#include "image.h"

#include "fd.h"
#include "paths.h"
#include "sys/open.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

static int
check_owner(int fd, const char *name, struct jail_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return jail_fail(err, errno, "stat image %s", name);
	if (st.st_uid != 0 || (st.st_mode & 022))
		return jail_fail(err, EPERM, "image %s is not root's alone to write", name);
	if (st.st_nlink == 0)
		return jail_fail(err, EAGAIN, "image %s was removed just now", name);
	return 0;
}

/* "current" is a symlink beside the generations; its target is a plain name. */
static int
read_current(int directory, const char *name, char *generation, size_t size,
	struct jail_error *err)
{
	ssize_t length = readlinkat(directory, "current", generation, size - 1);

	if (length < 0)
		return jail_fail(err, errno,
			"image %s has no current generation: run `jail-rootfs build %s`", name,
			name);
	generation[length] = '\0';
	if (strchr(generation, '/') || generation[0] == '.')
		return jail_fail(err, 0, "image %s: current leads out of its directory", name);
	return 0;
}

static int
open_generation(const char *name, struct image *image, struct jail_error *err)
{
	autoclose int directory = -1;
	char path[256], generation[64];

	snprintf(path, sizeof(path), "%s/%s", JAIL_IMAGES, name);
	directory = sys_openat2(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		RESOLVE_NO_MAGICLINKS);
	if (directory < 0)
		return jail_fail(err, errno, "no image %s: run `jail-rootfs build %s`", name,
			name);
	if (check_owner(directory, name, err) < 0 ||
		read_current(directory, name, generation, sizeof(generation), err) < 0)
		return -1;
	image->generation =
		openat(directory, generation, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (image->generation < 0)
		return jail_fail(err, errno, "open image %s/%s", name, generation);
	snprintf(image->name, sizeof(image->name), "%s/%s", name, generation);
	if (flock(image->generation, LOCK_SH | LOCK_NB) < 0)
		return jail_fail(err, errno, "image %s is being removed", image->name);
	return check_owner(image->generation, image->name, err);
}

/* mount_setattr(2): to the namespace root's files belong to its root. The mount
 * of a jail's own is the only one that can have it: detached, and not shared. */
static int
show_to(int user_namespace, const struct image *image, struct jail_error *err)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (uint64_t)user_namespace,
	};

	if (mount_setattr(image->tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) == 0)
		return 0;
	return jail_fail(err, errno,
		"image %s: its file system knows no idmapped mounts (an overlay does not), which user_namespace = yes needs",
		image->name);
}

static int
clone_tree(int user_namespace, struct image *image, struct jail_error *err)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
		.propagation = MS_PRIVATE,
	};

	image->tree = open_tree(image->generation, "",
		AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (image->tree < 0)
		return jail_fail(err, errno, "open_tree image %s", image->name);
	if (mount_setattr(image->tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return jail_fail(err, errno, "mount_setattr image %s", image->name);
	return user_namespace < 0 ? 0 : show_to(user_namespace, image, err);
}

int
image_open(const char *name, int user_namespace, struct image *image, struct jail_error *err)
{
	*image = IMAGE_INITIAL;
	if (open_generation(name, image, err) < 0 ||
		clone_tree(user_namespace, image, err) < 0) {
		image_close(image);
		return -1;
	}
	return 0;
}

void
image_close(struct image *image)
{
	fd_close(&image->tree);
	fd_close(&image->generation);
}
