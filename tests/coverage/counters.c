/*
 * counters.c - in a coverage build all processes of a program count in one file
 * that they share. What a process did before it was killed, left by _exit(2) or
 * exec, or crossed into a jail from which no path leads back, is there already:
 * nothing has to be written out at a moment that may never come. After the
 * constructor there is no descriptor, and no call that a filter could refuse.
 *
 *	COVERAGE_DUMP=1 PROGRAM
 *
 * adds the counts to the .gcda files of the program's objects, from a copy: libgcov
 * leaves zeroes behind.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ID_OFFSET = 16, ID_SIZE = 20, FIRST = 101 /* gcov's own constructors are 100 */ };

/* counters.ld; the counters of all objects, and the note with the build id. */
extern char coverage_begin[], coverage_end[];
extern const unsigned char coverage_id[];

void __wrap___gcov_exit(void);
void __gcov_dump(void); /* gcov.h, which clang has not */

/* Otherwise each process would add the counts of all. */
void
__wrap___gcov_exit(void)
{
}

/* A program of another build has another file, and so never another's layout. */
static void
path_of_program(char *path, size_t size)
{
	int used = snprintf(path, size, "%s/", COVERAGE_COUNTERS);

	for (int i = 0; i < ID_SIZE; i++)
		used += snprintf(path + used, size - (size_t)used, "%02x",
			coverage_id[ID_OFFSET + i]);
}

static int
counters_map(int sharing)
{
	size_t size = (uintptr_t)coverage_end - (uintptr_t)coverage_begin;
	char path[512];
	void *mapped;
	int fd;

	path_of_program(path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return -1;
	mapped = mmap(coverage_begin, size, PROT_READ | PROT_WRITE, MAP_FIXED | sharing, fd, 0);
	close(fd);
	return mapped == MAP_FAILED ? -1 : 0;
}

__attribute__((constructor(FIRST))) static void
coverage_start(void)
{
	if (!getenv("COVERAGE_DUMP")) {
		counters_map(MAP_SHARED);
		return;
	}
	if (counters_map(MAP_PRIVATE) == 0)
		__gcov_dump();
	_exit(0);
}
