/*
 * state.c - the user's directory and lock.
 *
 * The directory goes when the user's last jail goes, so whoever got the lock
 * looks again whether the locked file is still the one under its name.
 */
#include "state.h"

#include "fd.h"
#include "paths.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

void
state_path(char path[STATE_PATH_MAX], uid_t uid, const char *name)
{
	snprintf(path, STATE_PATH_MAX, "%s/%u%s%s", JAIL_RUN, uid, name ? "/" : "",
		name ? name : "");
}

static int
make_root_directory(const char *path, struct jail_error *err)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return jail_fail(err, errno, "mkdir %s", path);
	if (lstat(path, &st) < 0)
		return jail_fail(err, errno, "stat %s", path);
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & 077))
		return jail_fail(err, EPERM, "%s is not a directory of root's alone", path);
	return 0;
}

static bool
is_still(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && lstat(path, &named) == 0 &&
	       held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/* One attempt: the lock, or -1 with errnum EAGAIN when it is worth another. */
static int
try_lock(const char *directory, const char *path, struct jail_error *err)
{
	autoclose int fd = -1;

	if (make_root_directory(directory, err) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return jail_fail(err, errno == ENOENT ? EAGAIN : errno, "open %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return jail_fail(err, errno, "lock %s", path);
	if (!is_still(fd, path))
		return jail_fail(err, EAGAIN, "lock %s", path);
	return fd_steal(&fd);
}

int
state_lock(uid_t uid, int milliseconds, struct jail_error *err)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	char directory[STATE_PATH_MAX], path[STATE_PATH_MAX];
	struct timespec start, now;

	state_path(directory, uid, NULL);
	state_path(path, uid, "lock");
	if (make_root_directory(JAIL_RUN, err) < 0)
		return -1;

	/* flock(2) has no time-out, and an alarm would be the host program's. */
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		int fd = try_lock(directory, path, err);

		if (fd >= 0)
			return fd;
		if (err->errnum != EAGAIN) {
			rmdir(directory); /* where we are its only maker */
			return -1;
		}
		clock_gettime(CLOCK_MONOTONIC, &now);
		if ((now.tv_sec - start.tv_sec) * 1000 +
				(now.tv_nsec - start.tv_nsec) / 1000000 >=
			milliseconds)
			return jail_fail(err, ETIMEDOUT, "lock %s", path);
		nanosleep(&pause, NULL);
	}
}

void
state_remove(uid_t uid)
{
	static const char *const files[] = { "socket", "status.new", "status", "lock" };
	char path[STATE_PATH_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		state_path(path, uid, files[i]);
		unlink(path);
	}
	state_path(path, uid, NULL);
	rmdir(path);
}

void
state_leave(uid_t uid)
{
	char path[STATE_PATH_MAX];

	state_path(path, uid, "socket");
	if (access(path, F_OK) < 0 && errno == ENOENT)
		state_remove(uid);
}
