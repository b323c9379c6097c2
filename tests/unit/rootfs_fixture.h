/*
 * rootfs_fixture.h - a throw-away host for the rootfs-builder tests. Belongs to
 * whoever runs the tests; no root needed.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[64]; /* holds root/ and whatever else a test makes */

__attribute__((unused)) static const char *
in_scratch(const char *name)
{
	static char path[8][1024];
	static unsigned next;
	char *out = path[next++ % 8];

	snprintf(out, sizeof(path[0]), "%s/%s", scratch, name);
	return out;
}

/* Makes the directories above a path, and the file. */
__attribute__((unused)) static void
put(const char *name, const char *text, size_t size, mode_t mode)
{
	char path[1024];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	for (char *slash = path + strlen(scratch); (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

__attribute__((unused)) static void
put_text(const char *name, const char *text)
{
	put(name, text, strlen(text), 0644);
}

__attribute__((unused)) static void
put_link(const char *name, const char *target)
{
	put_text(name, "");
	assert_int_equal(unlink(in_scratch(name)), 0);
	assert_int_equal(symlink(target, in_scratch(name)), 0);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

__attribute__((unused)) static int
scratch_make(void **state)
{
	(void)state;
	umask(022);
	strcpy(scratch, "/tmp/rootfs-test-XXXXXX");
	return mkdtemp(scratch) && mkdir(in_scratch("root"), 0755) == 0 ? 0 : -1;
}

__attribute__((unused)) static int
scratch_remove(void **state)
{
	(void)state;
	return nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#define in_world(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)
