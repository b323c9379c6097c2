/*
 * place.c - mount points. A home at /etc or below a symlink of the image would
 * replace what root's code in the jail loads: such places are refused.
 */
#include "place.h"

#include "fd.h"
#include "schema.h"
#include "sys/open.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int
check_image(int image, const char *path, struct jail_error *err)
{
	autoclose int fd = -1;
	struct stat st;

	if (image < 0)
		return 0;
	fd = sys_openat2(image, path, O_PATH | O_NOFOLLOW | O_CLOEXEC,
		RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
	if (fd < 0)
		return errno == ENOENT ? 0
				       : jail_fail(err, errno, "look up %s in the image", path);
	if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
		return jail_fail(err, EPERM, "/%s is no directory in the image", path);
	return 0;
}

static int
make_parents(int layer, int image, char *path, struct jail_error *err)
{
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		int made;

		*slash = '\0';
		if (check_image(image, path, err) < 0)
			return -1;
		made = mkdirat(layer, path, 0755);
		if (made < 0 && errno != EEXIST)
			return jail_fail(err, errno, "mkdir /%s", path);
		*slash = '/';
	}
	return 0;
}

int
place_make(int layer, int image, const char *path, enum place_kind kind, struct jail_error *err)
{
	char relative[PATH_MAX];
	int made;

	if (image >= 0 && target_check(path, kind == PLACE_FILE, err) < 0)
		return -1;
	if ((size_t)snprintf(relative, sizeof(relative), "%s", path + 1) >= sizeof(relative))
		return jail_fail(err, ENAMETOOLONG, "%s", path);
	if (make_parents(layer, image, relative, err) < 0)
		return -1;
	if (kind == PLACE_FILE)
		made = mknodat(layer, relative, S_IFREG | 0444, 0);
	else
		made = check_image(image, relative, err) < 0 ? -1
							     : mkdirat(layer, relative, 0755);
	if (made < 0 && errno != EEXIST)
		return jail_fail(err, errno, "make %s", path);
	return 0;
}
