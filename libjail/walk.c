/*
 * walk.c - a path on which no user can play a trick (CVE-2024-22365,
 * CVE-2025-6020: pam_namespace resolved such paths as strings).
 */
#include "walk.h"

#include "fd.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LINKS_MAX = 16 };

static bool
is_roots_alone(int fd, bool link)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_uid != 0)
		return false;
	return link || !(st.st_mode & 022); /* a link's own mode means nothing */
}

/* One component. O_PATH|O_DIRECTORY triggers automounts; what is no directory
 * (a link, a socket) is then opened as itself. */
static int
open_component(int at, const char *name)
{
	int fd = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOTDIR)
		fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd;
}

/* Replaces *rest by the link's target followed by the old *rest. */
static int
splice_link(int link, char rest[PATH_MAX], struct jail_error *err)
{
	char joined[PATH_MAX], target[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);

	if (length <= 0)
		return jail_fail(err, errno, "readlink");
	target[length] = '\0';
	if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", target, rest) >= sizeof(joined))
		return jail_fail(err, ENAMETOOLONG, "a link to %s", target);
	memcpy(rest, joined, strlen(joined) + 1);
	return 0;
}

/* Takes the first component off `rest` into `name`; false when none is left. */
static bool
next_component(char rest[PATH_MAX], char name[NAME_MAX + 1])
{
	char *start = rest + strspn(rest, "/");
	size_t length = strcspn(start, "/");

	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(name, start, length);
	name[length] = '\0';
	memmove(rest, start + length, strlen(start + length) + 1);
	return true;
}

static int
follow(int at, int link, char rest[PATH_MAX], const char *name, struct jail_error *err)
{
	if (!is_roots_alone(at, false) || !is_roots_alone(link, true))
		return jail_fail(err, EPERM,
			"%s is a symlink that others than root could have made", name);
	return splice_link(link, rest, err);
}

int
walk_open(const char *path, struct jail_error *err)
{
	char rest[PATH_MAX], name[NAME_MAX + 1];
	autoclose int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int links = 0;

	if (at < 0 || (size_t)snprintf(rest, sizeof(rest), "%s", path) >= sizeof(rest))
		return jail_fail(err, at < 0 ? errno : ENAMETOOLONG, "open %s", path);
	while (next_component(rest, name)) {
		autoclose int fd = open_component(at, name);
		struct stat st;

		if (strcmp(name, "..") == 0)
			return jail_fail(err, EPERM, "%s: \"..\" on the way", path);
		if (fd < 0 || fstat(fd, &st) < 0)
			return jail_fail(err, errno, "open %s at %s", path, name);
		if (!S_ISLNK(st.st_mode)) {
			fd_close(&at);
			at = fd_steal(&fd);
			continue;
		}
		if (++links > LINKS_MAX)
			return jail_fail(err, ELOOP, "open %s", path);
		if (follow(at, fd, rest, name, err) < 0)
			return jail_fail_in(err, path);
		if (rest[0] == '/') { /* an absolute link starts again at the root */
			fd_close(&at);
			at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
			if (at < 0)
				return jail_fail(err, errno, "open /");
		}
	}
	if (rest[strspn(rest, "/")] != '\0') /* a name too long to exist */
		return jail_fail(err, ENAMETOOLONG, "open %s", path);
	return fd_steal(&at);
}
