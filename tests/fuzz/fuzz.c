/*
 * fuzz.c - see fuzz.h.
 */
#include "fuzz.h"

#include "fd.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static char scratch[256];
static int scratch_directory = -1;
static pid_t scratch_owner;

void
must_fail(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: must hold: %s\n", file, line, condition);
	abort();
}

void
must_be_one_line(const char *text)
{
	for (; *text; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
scratch_remove(void)
{
	if (getpid() == scratch_owner)
		nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
scratch_make(void)
{
	const char *above = getenv("TMPDIR");

	snprintf(scratch, sizeof(scratch), "%s/pam_jail-fuzz-XXXXXX", above ? above : "/tmp");
	umask(022);
	must(mkdtemp(scratch) && chmod(scratch, 0755) == 0);
	scratch_owner = getpid();
	atexit(scratch_remove);
	scratch_directory = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(scratch_directory >= 0);
}

int
scratch_fd(void)
{
	if (scratch_directory < 0)
		scratch_make();
	return scratch_directory;
}

const char *
scratch_path(void)
{
	scratch_fd();
	return scratch;
}

void
scratch_put(const char *name, const void *bytes, size_t size)
{
	autoclose int fd =
		openat(scratch_fd(), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
}

int
bytes_fd(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	must(fd >= 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);
	return fd;
}

char *
bytes_text(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);

	must(text);
	memcpy(text, bytes, size);
	text[size] = '\0';
	return text;
}
