/*
 * loader.c - the search order of ld.so(8), minus what depends on a process:
 * LD_LIBRARY_PATH, and the hwcaps directories, whose libraries are only faster.
 */
#include "loader.h"

#include "fd.h"
#include "pattern.h"
#include "route.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CONF_MAX = 1 << 16, CONF_FILES_MAX = 1000, DIRS_MAX = 256, INCLUDE_DEPTH_MAX = 8 };

/* Searched without ld.so.cache, in this order. */
static const char *const built_in[] = {
	"/lib/" MULTIARCH,
	"/usr/lib/" MULTIARCH,
	"/lib64",
	"/usr/lib64",
	"/lib",
	"/usr/lib",
};

enum { BUILT_IN_COUNT = sizeof(built_in) / sizeof(built_in[0]) };

static bool
is_built_in(const char *dir)
{
	for (size_t i = 0; i < BUILT_IN_COUNT; i++)
		if (strcmp(built_in[i], dir) == 0)
			return true;
	return false;
}

static int conf_read(struct loader *loader, struct tree *tree, const char *path, unsigned depth,
	struct jail_error *err);

static int
conf_include(struct loader *loader, struct tree *tree, const char *from, const char *pattern,
	unsigned depth, struct jail_error *err)
{
	struct names paths = { .count = 0 };
	char absolute[4096];
	int result;

	if (pattern[0] == '/')
		snprintf(absolute, sizeof(absolute), "%s", pattern);
	else
		snprintf(absolute, sizeof(absolute), "%.*s/%s",
			(int)(strrchr(from, '/') - from), from, pattern);
	result = pattern_expand(tree, absolute, &paths, err);
	for (size_t i = 0; result == 0 && i < paths.count; i++)
		result = conf_read(loader, tree, paths.item[i], depth + 1, err);
	names_free(&paths);
	return result;
}

static int
conf_line(struct loader *loader, struct tree *tree, const char *from, char *line,
	unsigned depth, struct jail_error *err)
{
	size_t length;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t");
	if (strncmp(line, "include", 7) == 0 && strspn(line + 7, " \t") > 0) {
		line += 7 + strspn(line + 7, " \t");
		line[strcspn(line, " \t")] = '\0';
		return conf_include(loader, tree, from, line, depth, err);
	}
	length = strcspn(line, " \t=");
	if (line[0] != '/' || loader->dirs.count >= DIRS_MAX)
		return 0;
	return names_add(&loader->dirs, line, length, err);
}

static int
conf_read(struct loader *loader, struct tree *tree, const char *path, unsigned depth,
	struct jail_error *err)
{
	struct route route;
	autofree char *text = NULL;
	char *rest;
	char *line;

	if (depth > INCLUDE_DEPTH_MAX || loader->conf_count++ > CONF_FILES_MAX)
		return jail_fail(err, 0, "%.300s: include goes in a circle", path);
	if (route_find(tree, path, &route, err) != 0)
		return -1;
	if (!route.found || !S_ISREG(route.found->looks.mode))
		return 0;
	rest = text = tree_text(tree, route.found, CONF_MAX, err);
	if (!text)
		return -1;
	while ((line = strsep(&rest, "\n")))
		if (conf_line(loader, tree, path, line, depth, err) != 0)
			return -1;
	return 0;
}

static int
native_find(struct loader *loader, struct jail_error *err)
{
	autoclose int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	unsigned char bytes[20];

	if (fd < 0 || read(fd, bytes, sizeof(bytes)) != sizeof(bytes) ||
		!elf_ident(bytes, sizeof(bytes), &loader->native_class,
			&loader->native_machine))
		return jail_fail(err, errno, "read /proc/self/exe");
	return 0;
}

int
loader_open(struct loader *loader, struct tree *tree, struct jail_error *err)
{
	*loader = (struct loader){ .native_class = 0 };
	if (native_find(loader, err) != 0 ||
		conf_read(loader, tree, "/etc/ld.so.conf", 0, err) != 0)
		return -1;
	for (size_t i = 0; i < BUILT_IN_COUNT; i++)
		if (names_add(&loader->dirs, built_in[i], strlen(built_in[i]), err) != 0)
			return -1;
	return 0;
}

void
loader_close(struct loader *loader)
{
	names_free(&loader->dirs);
	names_free(&loader->outside);
}

/* Class and machine of a candidate; anything but ELF leaves zeroes. */
static int
inspect_ident(struct tree *tree, struct node *node, struct jail_error *err)
{
	unsigned char bytes[20];
	ssize_t count;

	if (node->inspected || !S_ISREG(node->looks.mode))
		return 0;
	autoclose int fd = tree_read(tree, node, err);

	if (fd < 0)
		return -1;
	count = pread(fd, bytes, sizeof(bytes), 0);
	if (count > 0)
		elf_ident(bytes, (size_t)count, &node->elf_class, &node->elf_machine);
	node->inspected = true;
	return 0;
}

/* Is there a library of the right kind at path? */
static int
try_path(struct tree *tree, const struct loader_user *user, const char *path,
	struct node **found, struct jail_error *err)
{
	struct route route;

	if (route_find(tree, path, &route, err) != 0)
		return -1;
	if (!route.found || !S_ISREG(route.found->looks.mode))
		return 0;
	if (inspect_ident(tree, route.found, err) != 0)
		return -1;
	if (route.found->elf_class == user->elf_class &&
		route.found->elf_machine == user->elf_machine)
		*found = route.found;
	return 0;
}

/* Replaces $ORIGIN, $LIB and $PLATFORM as ld.so(8) does; "" when it cannot. */
static void
expand_tokens(const struct loader_user *user, const char *entry, size_t length, char path[4096])
{
	char origin[4096] = "";
	size_t used = 0;

	if (user->node) {
		snprintf(origin, sizeof(origin), "%s", user->node->path);
		*strrchr(origin, '/') = '\0';
	}
	for (size_t i = 0; i < length && used + 1 < 4096;) {
		const char *put = NULL;

		if (length - i >= 7 && strncmp(entry + i, "$ORIGIN", 7) == 0) {
			put = origin;
			i += 7;
		} else if (length - i >= 9 && strncmp(entry + i, "${ORIGIN}", 9) == 0) {
			put = origin;
			i += 9;
		} else if (length - i >= 4 && strncmp(entry + i, "$LIB", 4) == 0) {
			put = "lib/" MULTIARCH;
			i += 4;
		}
		used += put ? (size_t)snprintf(path + used, 4096 - used, "%s", put)
			    : (size_t)snprintf(path + used, 4096 - used, "%c", entry[i++]);
	}
	if (used >= 4096 || path[0] != '/')
		path[0] = '\0';
}

static bool
join(char path[4096], const char *dir, const char *name)
{
	int length = snprintf(path, 4096, "%s/%s", dir, name);

	return length > 0 && length < 4096;
}

static int
try_run_path(struct tree *tree, const struct loader_user *user, const char *name,
	char path[4096], struct node **found, struct jail_error *err)
{
	const char *entry = user->run_path;

	while (entry && *entry && !*found) {
		size_t length = strcspn(entry, ":");
		char dir[4096] = "";

		expand_tokens(user, entry, length, dir);
		if (dir[0] && join(path, dir, name) &&
			try_path(tree, user, path, found, err) != 0)
			return -1;
		entry += length + (entry[length] == ':');
	}
	return 0;
}

/* Remembers a path for loader_cache.c, once. */
static int
outside_add(struct loader *loader, const struct loader_user *user, const char *path,
	struct jail_error *err)
{
	if (user->elf_class != loader->native_class ||
		user->elf_machine != loader->native_machine)
		return 0;
	for (size_t i = 0; i < loader->outside.count; i++)
		if (strcmp(loader->outside.item[i], path) == 0)
			return 0;
	return names_add(&loader->outside, path, strlen(path), err);
}

int
loader_find(struct loader *loader, struct tree *tree, const struct loader_user *user,
	const char *name, char path[4096], struct node **found, struct jail_error *err)
{
	*found = NULL;
	if (strchr(name, '/')) {
		snprintf(path, 4096, "%s", name);
		return name[0] == '/' ? try_path(tree, user, path, found, err) : 0;
	}
	if (try_run_path(tree, user, name, path, found, err) != 0)
		return -1;
	for (size_t i = 0; i < loader->dirs.count && !*found; i++) {
		if (join(path, loader->dirs.item[i], name) &&
			try_path(tree, user, path, found, err) != 0)
			return -1;
		if (*found && !is_built_in(loader->dirs.item[i]))
			return outside_add(loader, user, path, err);
	}
	return 0;
}
