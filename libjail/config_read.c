/*
 * config_read.c - brings a file into memory, once, if root alone can have
 * written it. A file that others may write, a link that others may turn, or a
 * file that changes under the read is as good as an attacker's.
 */
#include "config_impl.h"
#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_SIZE_MAX = 1 << 20 };

/* Root's, or ours where we are not root (tests, `jailctl check`). */
static int
owner_check(const struct stat *st, const char *shown, struct jail_error *err)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return jail_fail(err, 0, "%s belongs to uid %u: want root's", shown,
			st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return jail_fail(err, 0, "%s is group- or world-writable: chmod go-w %s", shown,
			shown);
	return 0;
}

static int
file_check(const struct stat *st, const char *shown, struct jail_error *err)
{
	if (!S_ISREG(st->st_mode))
		return jail_fail(err, 0, "%s is not a regular file", shown);
	if (st->st_size > FILE_SIZE_MAX)
		return jail_fail(err, 0, "%s is larger than %d bytes", shown, FILE_SIZE_MAX);
	return owner_check(st, shown, err);
}

static int
bytes_read(int fd, const char *shown, struct config_text *text, struct jail_error *err)
{
	size_t room = text->size + 1;
	ssize_t got;

	text->bytes = calloc(1, room + 1);
	if (!text->bytes)
		return jail_fail(err, ENOMEM, "read %s", shown);
	for (text->size = 0; text->size < room; text->size += (size_t)got) {
		got = read(fd, text->bytes + text->size, room - text->size);
		if (got < 0)
			return jail_fail(err, errno, "read %s", shown);
		if (got == 0)
			break;
	}
	if (memchr(text->bytes, '\0', text->size))
		return jail_fail(err, 0, "%s holds a NUL byte: it is no text", shown);
	return 0;
}

/* An editor that writes in place leaves half a file for a moment; half a file
 * may be a valid one that says something else. */
static int
unchanged_check(int fd, const struct stat *before, const struct config_text *text,
	struct jail_error *err)
{
	struct stat now;

	if (fstat(fd, &now) < 0)
		return jail_fail(err, errno, "stat %s", text->file);
	if (now.st_size != before->st_size || text->size != (size_t)now.st_size ||
		now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
		now.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
		return jail_fail(err, 0, "%s is being written just now", text->file);
	return 0;
}

static int
file_open(int dir_fd, const char *name, const char *shown, struct jail_error *err)
{
	/* O_NONBLOCK: a FIFO in the file's place must not hold a login. */
	int fd =
		openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && errno == ELOOP)
		return jail_fail(err, 0, "%s is a symbolic link: want the file itself", shown);
	if (fd < 0 && errno == ENOENT)
		return jail_fail(err, 0, "no %s: nobody can be jailed without it", shown);
	return fd < 0 ? jail_fail(err, errno, "open %s", shown) : fd;
}

int
config_text_read(int dir_fd, const char *name, const char *shown, struct config_text *text,
	struct jail_error *err)
{
	autoclose int fd = file_open(dir_fd, name, shown, err);
	struct stat st;

	*text = (struct config_text){ .file = shown };
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return jail_fail(err, errno, "stat %s", shown);
	if (file_check(&st, shown, err) < 0)
		return -1;
	text->size = (size_t)st.st_size;
	if (bytes_read(fd, shown, text, err) < 0 || unchanged_check(fd, &st, text, err) < 0) {
		config_text_free(text);
		return -1;
	}
	return 0;
}

void
config_text_free(struct config_text *text)
{
	free(text->bytes);
	free(text->section_lines);
	*text = (struct config_text){ .file = NULL };
}

/* jail.conf~, .jail.conf.swp, jail.conf.dpkg-old are nobody's configuration. */
static int
is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".conf") == 0;
}

/* Not alphasort(3): the order of files must not depend on a locale. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int
config_dir_open(const char *path, struct config_dir *dir, struct jail_error *err)
{
	struct stat st;
	int count;

	*dir = (struct config_dir){ .fd = -1 };
	if (path)
		dir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!path || (dir->fd < 0 && errno == ENOENT))
		return 0;
	if (dir->fd < 0 || fstat(dir->fd, &st) < 0)
		return jail_fail(err, errno, "open %s", path);
	if (owner_check(&st, path, err) < 0)
		return -1;
	/* By path once more (scandirat(3) is glibc's alone): the names are only
	 * names, the files are opened below the descriptor. */
	count = scandir(path, &dir->entries, is_conf, by_bytes);
	if (count < 0)
		return jail_fail(err, errno, "list %s", path);
	dir->count = (size_t)count;
	return 0;
}

void
config_dir_close(struct config_dir *dir)
{
	for (size_t i = 0; i < dir->count; i++)
		free(dir->entries[i]);
	free(dir->entries);
	fd_close(&dir->fd);
	*dir = (struct config_dir){ .fd = -1 };
}
