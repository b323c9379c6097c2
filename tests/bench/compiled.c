/*
 * compiled.c - writes the program of a seccomp list as the kernel takes it, for
 * the floor, which compiles nothing.
 */
#include "seccomp_filter.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct seccomp_program program;
	struct jail_error err;
	int lists_fd = argc == 3 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (lists_fd < 0) {
		fputs("usage: compiled LISTS-DIRECTORY LIST\n", stderr);
		return 2;
	}
	if (seccomp_compile_name(lists_fd, argv[2], &program, &err) < 0) {
		fprintf(stderr, "compiled: %s\n", err.text);
		return 1;
	}
	return fwrite(program.filter, sizeof(*program.filter), program.len, stdout) !=
	       program.len;
}
