/*
 * rootfs_loader.c - /etc/ld.so.conf and a run path, as ld.so(8) reads them, then
 * the ld.so.cache that we write of them: every name in it lies in it, and they
 * are in the order of the loader's binary search.
 *
 * The input: a run path, a newline, and the text of ld.so.conf.
 */
#include "fuzz.h"

#include "fd.h"
#include "loader_cache.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* glibc's _dl_cache_libcmp(), elf/dl-cache.c, with the numbers that it would see
 * unless they overflow. */
static int
libcmp(const char *a, const char *b)
{
	while (*a) {
		bool x = *a >= '0' && *a <= '9', y = *b >= '0' && *b <= '9';

		if (x != y)
			return x ? 1 : -1;
		if (x) {
			unsigned long m = strtoul(a, (char **)&a, 10);
			unsigned long n = strtoul(b, (char **)&b, 10);

			if (m != n)
				return m > n ? 1 : -1;
		} else if (*a != *b) {
			return *a - *b;
		} else {
			a++, b++;
		}
	}
	return *a - *b;
}

static const char *
string_in(const char *cache, size_t size, size_t offset)
{
	must(offset < size && memchr(cache + offset, '\0', size - offset));
	return cache + offset;
}

/* dl-cache.h: 48 bytes of head, 24 for each library. */
static void
cache_check(const char *cache, size_t size)
{
	const char *before = NULL;
	uint32_t count, key;

	must(size >= 48);
	memcpy(&count, cache + 20, sizeof(count));
	must(48 + 24ULL * count <= size);
	for (uint32_t i = 0; i < count; i++) {
		memcpy(&key, cache + 48 + 24ULL * i + 4, sizeof(key));
		must(!before || libcmp(before, string_in(cache, size, key)) >= 0);
		before = string_in(cache, size, key);
	}
}

static void
cache_read(int root)
{
	autoclose int fd = openat(root, "etc/ld.so.cache", O_RDONLY | O_CLOEXEC);
	autofree char *bytes = NULL;
	struct stat st;

	if (fd < 0)
		return;
	must(fstat(fd, &st) == 0);
	bytes = malloc((size_t)st.st_size);
	must(bytes && read(fd, bytes, (size_t)st.st_size) == st.st_size);
	cache_check(bytes, (size_t)st.st_size);
	must(unlinkat(root, "etc/ld.so.cache", 0) == 0);
}

/* A library in each of some places: one built in, the others not. */
static void
world_make(void)
{
	static const char *const places[] = { "etc", "lib", "opt", "opt/a", "opt/a/lib",
		"opt/b2", "opt/b10" };
	unsigned char elf[64] = ELFMAG;
	char path[64];
	int exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	must(exe >= 0 && read(exe, elf, sizeof(elf)) == sizeof(elf));
	close(exe);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		mkdirat(scratch_fd(), places[i], 0755);
		snprintf(path, sizeof(path), "%s/libx%zu.so.%zu", places[i], i % 3, i * i);
		scratch_put(path, elf, sizeof(elf));
	}
}

static void
search(struct loader *loader, struct tree *tree, const struct loader_user *user)
{
	struct jail_error err;
	struct node *found;
	char name[32], path[4096];

	for (unsigned i = 0; i < 7; i++) {
		snprintf(name, sizeof(name), "libx%u.so.%u", i % 3, i * i);
		if (loader_find(loader, tree, user, name, path, &found, &err) < 0)
			must_be_one_line(err.text);
		else
			must(!found || found->path[0] == '/');
	}
}

static void
load(const char *run_path)
{
	struct loader loader;
	struct tree tree;
	struct jail_error err;
	struct loader_user user = { .run_path = run_path };

	must(tree_open(&tree, scratch_path(), &err) == 0);
	if (loader_open(&loader, &tree, &err) == 0) {
		user.elf_class = loader.native_class;
		user.elf_machine = loader.native_machine;
		user.node = tree.root;
		search(&loader, &tree, &user);
		if (loader_cache_write(&loader, scratch_fd(), &err) == 0)
			cache_read(scratch_fd());
	}
	loader_close(&loader);
	tree_close(&tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	autofree char *text = bytes_text(data, size);
	char *conf = strchr(text, '\n');

	if (!made)
		world_make();
	made = true;
	if (!conf)
		return 0;
	*conf++ = '\0';
	scratch_put("etc/ld.so.conf", conf, strlen(conf));
	load(text);
	return 0;
}
