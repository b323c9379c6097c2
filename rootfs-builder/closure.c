/*
 * closure.c - dependencies of wanted files. Reads the first bytes of every
 * file: an ELF file brings its loader and its libraries, an executable script
 * its interpreter. tree->wanted grows under the loop, so dependencies of
 * dependencies need no recursion.
 */
#include "closure.h"

#include "fd.h"
#include "route.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PENDING_MAX = 1024 };

struct closure {
	struct tree *tree;
	struct loader *loader;
	/* Libraries that no directory has. Their user may be one that another
	 * file loads first (libjvm.so), so the verdict waits until all is wanted. */
	struct names pending;
	const struct node *pending_user[PENDING_MAX];
};

static int
postpone(struct closure *all, const struct node *user, const char *name, struct jail_error *err)
{
	if (all->pending.count >= PENDING_MAX)
		return fail_at(err, &user->origin, 0, "too many libraries are missing");
	all->pending_user[all->pending.count] = user;
	return names_add(&all->pending, name, strlen(name), err);
}

/* Wants an absolute path if the host has it. */
static int
want_path(struct closure *all, const char *path, const struct node *user, bool *found,
	struct jail_error *err)
{
	struct route route;

	if (route_find(all->tree, path, &route, err) != 0)
		return fail_from(err, &user->origin);
	*found = route.found && S_ISREG(route.found->looks.mode);
	return *found ? route_want(all->tree, &route, &user->origin, err) : 0;
}

static int
want_library(struct closure *all, const struct loader_user *user, const char *name,
	struct jail_error *err)
{
	struct node *node;
	char path[4096];
	bool found;

	if (loader_find(all->loader, all->tree, user, name, path, &node, err) != 0)
		return fail_from(err, &user->node->origin);
	if (!node)
		return postpone(all, user->node, name, err);
	return want_path(all, path, user->node, &found, err);
}

static int
inspect_elf(struct closure *all, const struct node *node, int fd, struct jail_error *err)
{
	struct elf_facts facts;
	struct loader_user user = {
		.node = node,
		.elf_class = node->elf_class,
		.elf_machine = node->elf_machine,
	};
	bool found = true;
	int result = elf_read(fd, &facts, err);

	if (result != 0) {
		jail_fail_in(err, node->path);
		fail_from(err, &node->origin);
	}
	user.run_path = facts.run_path;
	if (result == 0 && facts.interpreter)
		result = want_path(all, facts.interpreter, node, &found, err);
	if (!found)
		result = fail_at(err, &node->origin, 0, "%s needs the loader %s", node->path,
			facts.interpreter);
	for (size_t i = 0; result == 0 && i < facts.needed.count; i++)
		result = want_library(all, &user, facts.needed.item[i], err);
	elf_facts_free(&facts);
	return result;
}

/* "#!/usr/bin/env -S perl -w": the program is perl. */
static int
inspect_script(struct closure *all, const struct node *node, char *text, struct jail_error *err)
{
	const char *const blank = " \t";
	char *rest = text + 2;
	char path[4096];
	char *word;
	bool found;

	text[strcspn(text, "\n")] = '\0';
	rest += strspn(rest, blank);
	word = strsep(&rest, blank);
	if (word[0] != '/' || !name_is_clean(word))
		return 0;
	if (want_path(all, word, node, &found, err) != 0)
		return -1;
	if (strcmp(word, "/usr/bin/env") != 0 && strcmp(word, "/bin/env") != 0)
		return 0;
	while ((word = strsep(&rest, blank)))
		if (*word && *word != '-' && !strchr(word, '='))
			break;
	if (!word || strchr(word, '/') || !name_is_clean(word))
		return 0;
	snprintf(path, sizeof(path), "/usr/bin/%s", word);
	return want_path(all, path, node, &found, err);
}

static int
inspect(struct closure *all, struct node *node, struct jail_error *err)
{
	char bytes[256] = "";
	ssize_t count;

	if (node->made || !S_ISREG(node->looks.mode) || node->looks.size < 4)
		return 0;
	autoclose int fd = tree_read(all->tree, node, err);

	if (fd < 0)
		return fail_from(err, &node->origin);
	count = pread(fd, bytes, sizeof(bytes) - 1, 0);
	if (count < 0)
		return fail_at(err, &node->origin, errno, "read %s", node->path);
	node->inspected = true;
	if (elf_ident((unsigned char *)bytes, (size_t)count, &node->elf_class,
		    &node->elf_machine))
		return inspect_elf(all, node, fd, err);
	if (node->looks.mode & 0111 && strncmp(bytes, "#!", 2) == 0)
		return inspect_script(all, node, bytes, err);
	return 0;
}

/* Is a library of this name in the image, wherever? */
static bool
has_library(const struct tree *tree, const char *name)
{
	for (size_t i = 0; i < tree->wanted_count; i++)
		if (strcmp(strrchr(tree->wanted[i]->path, '/') + 1, name) == 0)
			return true;
	return false;
}

static int
check_pending(const struct closure *all, struct jail_error *err)
{
	for (size_t i = 0; i < all->pending.count; i++) {
		const struct node *user = all->pending_user[i];

		if (!has_library(all->tree, all->pending.item[i]))
			return fail_at(err, &user->origin, 0,
				"%s needs the library %s, which is not on this host",
				user->path, all->pending.item[i]);
	}
	return 0;
}

int
closure_complete(struct tree *tree, struct loader *loader, struct jail_error *err)
{
	struct closure all = { .tree = tree, .loader = loader };
	int result = 0;

	for (size_t i = 0; result == 0 && i < tree->wanted_count; i++)
		result = inspect(&all, tree->wanted[i], err);
	if (result == 0)
		result = check_pending(&all, err);
	names_free(&all.pending);
	return result;
}
