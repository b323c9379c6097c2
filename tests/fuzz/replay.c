/*
 * replay.c - feeds a target the files of its corpus, without libFuzzer: what once
 * crashed stays a test.
 *
 *	TARGET_fuzz [DIRECTORY]
 */
#include "fuzz.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A buffer of just its size: the sanitizers see a byte too far. */
static void
replay(int directory, const char *name)
{
	autoclose int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	autofree uint8_t *bytes = NULL;
	struct stat st;

	must(fd >= 0 && fstat(fd, &st) == 0);
	bytes = malloc((size_t)st.st_size ? (size_t)st.st_size : 1);
	must(bytes && read(fd, bytes, (size_t)st.st_size) == st.st_size);
	printf("# %s\n", name);
	fflush(stdout); /* the last one named is the one that crashed */
	LLVMFuzzerTestOneInput(bytes, (size_t)st.st_size);
}

/* tests/fuzz/corpus/TARGET, seen from the top of the checkout. */
static DIR *
corpus_open(const char *program)
{
	const char *slash = strrchr(program, '/'), *name = slash ? slash + 1 : program;
	char path[128];

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%.*s",
		(int)(strlen(name) - strlen("_fuzz")), name);
	return opendir(path);
}

int
main(int argc, char **argv)
{
	DIR *corpus = argc == 2 ? opendir(argv[1]) : corpus_open(argv[0]);
	struct dirent *row;
	unsigned count = 0;

	if (!corpus) {
		printf("1..1\nnot ok 1 - a corpus\n");
		return 1;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	while ((row = readdir(corpus)))
		if (row->d_name[0] != '.') {
			replay(dirfd(corpus), row->d_name);
			count++;
		}
	closedir(corpus);
	printf("1..1\n%sok 1 - %u inputs\n", count ? "" : "not ", count);
	return count == 0;
}
