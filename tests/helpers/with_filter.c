/*
 * with_filter.c - runs a program under a seccomp list and nothing else: no
 * jail, no namespaces. To see what a list breaks, and what it costs.
 */
#include "seccomp_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int
fail(const char *text)
{
	fprintf(stderr, "with_filter: %s\n", text);
	return 126;
}

int
main(int argc, char **argv)
{
	struct seccomp_program program;
	struct jail_error err;
	int lists_fd;

	if (argc < 4) {
		fputs("usage: with_filter LISTS-DIRECTORY LIST PROGRAM [ARGUMENT]...\n",
			stderr);
		return 2;
	}
	lists_fd = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (lists_fd < 0)
		return fail(strerror(errno));
	if (seccomp_compile_name(lists_fd, argv[2], &program, &err) < 0)
		return fail(err.text);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return fail(strerror(errno));
	if (seccomp_apply(&program, &err) < 0)
		return fail(err.text);

	execvp(argv[3], argv + 3);
	return fail(strerror(errno));
}
