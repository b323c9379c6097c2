/*
 * image_record.c - asks again what a record says of the host. See record.c of
 * rootfs-builder, which writes it.
 */
#include "image_record.h"

#include "looks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
record_read_head(const char *text, struct record_head *head)
{
	const size_t length = strlen(RECORD_FORMAT "\n");

	return strncmp(text, RECORD_FORMAT "\n", length) == 0 &&
	       sscanf(text + length, "%zu %" SCNu64 " %" SCNd64 " %" SCNx64, &head->files,
		       &head->bytes, &head->built, &head->contents) == 4;
}

/* The next number of a line. */
static uint64_t
number(char **at, int base)
{
	return strtoull(*at, at, base);
}

static struct looks
read_looks(char **line)
{
	struct looks looks = {
		.mode = (mode_t)number(line, 8),
		.uid = (uid_t)number(line, 10),
		.dev = number(line, 10),
		.ino = number(line, 10),
		.size = number(line, 10),
	};

	looks.mtime = strtoll(*line, line, 10);
	looks.ctime = strtoll(*line, line, 10);
	return looks;
}

static bool
same_looks(char *line, int root_fd)
{
	struct looks then = read_looks(&line), now;
	struct stat st;

	if (line[0] != ' ' || (root_fd >= 0 && line[1] != '/'))
		return false;
	if (fstatat(root_fd, line + 1 + (root_fd >= 0), &st,
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

bool
record_is_of(const char *text, const char *root)
{
	char line[256];
	struct record_head head;

	snprintf(line, sizeof(line), "\nroot %s\n", root);
	return record_read_head(text, &head) && strstr(text, line) != NULL;
}

/* The path of a line for a file that is gone, or of another size or time. */
static const char *
changed_path(char *line, int root_fd)
{
	struct looks then = read_looks(&line);
	const char *path = line + 1;
	struct looks now;
	struct stat st;

	if (line[0] != ' ' || path[0] != '/' || strncmp(path, "/etc/", 5) == 0)
		return NULL;
	if (fstatat(root_fd, path + 1, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return path;
	now = looks_from(&st);
	return now.size != then.size || now.mtime != then.mtime ? path : NULL;
}

const char *
record_changed_file(char *text, int root_fd)
{
	const char *path = NULL;
	char *line;

	while (!path && (line = strsep(&text, "\n")))
		if (line[0] == ASKED_FILE)
			path = changed_path(line + 1, root_fd);
	return path;
}
