/*
 * scratch_lists.c - see scratch_lists.h.
 */
#include "scratch_lists.h"
#include "fd.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

static char lists_path[] = "/tmp/scratch_lists.XXXXXX";
int lists_fd = -1;

const char *const lists_shipped[LISTS_SHIPPED] = { "base", "shell", "ftp", "build" };

void
lists_put(const char *file, const char *text, size_t size)
{
	autoclose int fd = -1;

	/* A test that failed may have left a FIFO there. */
	unlinkat(lists_fd, file, 0);
	fd = openat(lists_fd, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
}

static void
copy_list(const char *name)
{
	static char text[128 * 1024];
	char path[128], file[64];
	autoclose int fd = -1;
	ssize_t size;

	snprintf(file, sizeof(file), "%s.list", name);
	snprintf(path, sizeof(path), "policies/seccomp/%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	size = read(fd, text, sizeof(text));
	assert_true(size > 0);
	lists_put(file, text, (size_t)size);
}

int
lists_setup(void **state)
{
	(void)state;
	if (!mkdtemp(lists_path))
		return -1;
	lists_fd = open(lists_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < LISTS_SHIPPED; i++)
		copy_list(lists_shipped[i]);
	return lists_fd < 0;
}

int
lists_teardown(void **state)
{
	char file[64];

	(void)state;
	for (size_t i = 0; i < LISTS_SHIPPED; i++) {
		snprintf(file, sizeof(file), "%s.list", lists_shipped[i]);
		unlinkat(lists_fd, file, 0);
	}
	unlinkat(lists_fd, "t.list", 0);
	unlinkat(lists_fd, "u.list", 0);
	fd_close(&lists_fd);
	return rmdir(lists_path);
}

struct seccomp_program
lists_compile(const char *name)
{
	struct seccomp_program program;
	struct jail_error err;

	if (seccomp_compile_name(lists_fd, name, &program, &err) < 0)
		fail_msg("%s", err.text);
	return program;
}
