/*
 * loader_cache.c - the "new" format of glibc 2.2 and later, sysdeps/generic/
 * dl-cache.h. Running ldconfig on the image would be a second reader of hostile
 * ELF files, as root; all that it would find out is known already.
 */
#include "loader_cache.h"

#include "fd.h"
#include "file.h"

#include <ctype.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LITTLE_ENDIAN_CACHE = 2, FLAG_ELF_LIBC6 = 0x3 };

struct cache_entry {
	int32_t flags;
	uint32_t key;   /* offset of the name */
	uint32_t value; /* offset of the path */
	uint32_t os_version;
	uint64_t hwcap;
};

struct cache_head {
	char magic[17]; /* "glibc-ld.so.cache" */
	char version[3];
	uint32_t count;
	uint32_t strings_size;
	uint8_t flags;
	uint8_t padding[3];
	uint32_t extension_offset;
	uint32_t unused[3];
};

_Static_assert(sizeof(struct cache_head) == 48, "glibc's layout");
_Static_assert(sizeof(struct cache_entry) == 24, "glibc's layout");

/* FLAG_X8664_LIB64 and its like; 0: a machine that we do not know. */
static int32_t
flags_of(uint16_t machine)
{
	switch (machine) {
	case EM_X86_64:
		return 0x0300 | FLAG_ELF_LIBC6;
	case EM_AARCH64:
		return 0x0a00 | FLAG_ELF_LIBC6;
	default:
		return 0;
	}
}

/* The loader's binary search counts digits as numbers: _dl_cache_libcmp(). */
static int
name_compare(const char *a, const char *b)
{
	while (*a) {
		const bool a_digit = isdigit((unsigned char)*a);
		const bool b_digit = isdigit((unsigned char)*b);

		if (a_digit != b_digit)
			return a_digit ? 1 : -1;
		if (a_digit) {
			unsigned long x = strtoul(a, (char **)&a, 10);
			unsigned long y = strtoul(b, (char **)&b, 10);

			if (x != y)
				return x > y ? 1 : -1;
		} else if (*a != *b) {
			return *a - *b;
		} else {
			a++;
			b++;
		}
	}
	return *a - *b;
}

/* A path's last component is the name it was found under. Highest first. */
static int
compare(const void *a, const void *b)
{
	const char *x = strrchr(*(char *const *)a, '/') + 1;
	const char *y = strrchr(*(char *const *)b, '/') + 1;

	return name_compare(y, x);
}

static void
cache_print(FILE *out, const struct names *paths, int32_t flags)
{
	uint32_t offset = (uint32_t)(sizeof(struct cache_head) +
				     paths->count * sizeof(struct cache_entry));
	struct cache_head head = {
		.version = { '1', '.', '1' },
		.count = (uint32_t)paths->count,
		.flags = LITTLE_ENDIAN_CACHE,
	};

	memcpy(head.magic, "glibc-ld.so.cache", sizeof(head.magic));
	for (size_t i = 0; i < paths->count; i++)
		head.strings_size += (uint32_t)strlen(paths->item[i]) + 1;
	fwrite(&head, sizeof(head), 1, out);
	for (size_t i = 0; i < paths->count; i++) {
		const char *path = paths->item[i];
		const struct cache_entry entry = {
			.flags = flags,
			.key = offset + (uint32_t)(strrchr(path, '/') + 1 - path),
			.value = offset,
		};

		fwrite(&entry, sizeof(entry), 1, out);
		offset += (uint32_t)strlen(path) + 1;
	}
	for (size_t i = 0; i < paths->count; i++)
		fwrite(paths->item[i], strlen(paths->item[i]) + 1, 1, out);
}

static int
cache_replace(int dir_fd, const char *text, size_t size, struct jail_error *err)
{
	int made = mkdirat(dir_fd, "etc", 0755);
	autoclose int etc_fd =
		made != 0 && errno != EEXIST
			? -1
			: openat(dir_fd, "etc",
				  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (etc_fd < 0)
		return jail_fail(err, errno, "open etc of the image");
	return file_replace(etc_fd, "ld.so.cache", text, size, err);
}

int
loader_cache_write(const struct loader *loader, int dir_fd, struct jail_error *err)
{
	struct names paths = loader->outside;
	autofree char *text = NULL;
	size_t size;
	FILE *out;

	if (paths.count == 0)
		return 0;
	if (flags_of(loader->native_machine) == 0)
		return jail_fail(err, 0,
			"%s: a library in a directory of ld.so.conf, on a "
			"machine whose ld.so.cache we do not know",
			paths.item[0]);
	qsort(paths.item, paths.count, sizeof(*paths.item), compare);
	out = open_memstream(&text, &size);
	if (!out)
		return jail_fail(err, errno, "write ld.so.cache");
	cache_print(out, &paths, flags_of(loader->native_machine));
	if (fclose(out) != 0)
		return jail_fail(err, errno, "write ld.so.cache");
	return cache_replace(dir_fd, text, size, err);
}
