/*
 * doctor_keys.c - a key that opens a jailed account and one that is not jailed:
 * whoever has it leaves the jail by logging in as the other.
 *
 * These files lie where users write. They are found as homes are (walk.c), and read
 * only where they turn out to be regular files.
 */
#include "doctor.h"
#include "fd.h"
#include "sshd.h"
#include "text_file.h"
#include "walk.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATTERNS_MAX = 1024 };

struct key {
	char *blob;
	const struct person *person;
	char *file;
	int line;
};

struct keys {
	struct key *list;
	size_t count, room;
};

/* In sshd's words (sshd_config(5), TOKENS). false: a file that all share, which is
 * the administrator's, or longer than paths are. */
static bool
expand(const char *pattern, const struct person *person, char out[PATH_MAX])
{
	bool own = *pattern != '/';
	int used = own ? snprintf(out, PATH_MAX, "%s/", person->home) : 0;

	for (const char *c = pattern; *c && used < PATH_MAX - 1; c++) {
		if (*c != '%') {
			out[used++] = *c;
			continue;
		}
		c++;
		own |= *c == 'u' || *c == 'h' || *c == 'U';
		if (*c == 'U')
			used += snprintf(out + used, (size_t)(PATH_MAX - used), "%u",
				person->uid);
		else
			used += snprintf(out + used, (size_t)(PATH_MAX - used), "%s",
				*c == 'u'   ? person->name
				: *c == 'h' ? person->home
					    : "%");
		if (*c == '\0')
			break;
	}
	if (used >= PATH_MAX - 1)
		return false;
	out[used] = '\0';
	return own;
}

/* walk_open() has found it without following anybody's link but root's; what is
 * opened again is that very file. */
static int
read_found(const char *path, struct text_file *text)
{
	struct jail_error ignored;
	autoclose int found = walk_open(path, &ignored), fd = -1;
	char again[32];
	struct stat st;

	if (found < 0 || fstat(found, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", found);
	fd = open(again, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -1 : text_file_read_fd(fd, path, text, &ignored);
}

static int
add_key(struct keys *keys, const struct key *key)
{
	if (keys->count == keys->room) {
		size_t room = keys->room ? keys->room * 2 : 64;
		struct key *list = reallocarray(keys->list, room, sizeof(*list));

		if (!list)
			return -1;
		keys->list = list;
		keys->room = room;
	}
	keys->list[keys->count] = *key;
	keys->list[keys->count].blob = strdup(key->blob);
	keys->list[keys->count].file = strdup(key->file);
	keys->count++;
	return keys->list[keys->count - 1].blob && keys->list[keys->count - 1].file ? 0 : -1;
}

/* "[options] type AAAA... comment": every key begins with a length below 2^24. */
static int
take_file(struct keys *keys, const struct person *person, char *path)
{
	autotext struct text_file text = { .bytes = NULL };
	char *line;

	if (read_found(path, &text) < 0)
		return 0;
	while ((line = text_file_line(&text))) {
		struct key key = { .person = person, .file = path, .line = text.line };
		char *blob = *line == '#' ? NULL : strstr(line, " AAAA");

		if (!blob)
			continue;
		key.blob = blob + 1;
		key.blob[strcspn(key.blob, " \t")] = '\0';
		if (add_key(keys, &key) < 0)
			return -1;
	}
	return 0;
}

static int
take_person(struct keys *keys, const struct person *person, const char *patterns)
{
	char copy[PATTERNS_MAX], path[PATH_MAX];
	char *rest = copy, *pattern;

	snprintf(copy, sizeof(copy), "%s", patterns);
	while ((pattern = strsep(&rest, " ")))
		if (*pattern && strcmp(pattern, "none") != 0 && expand(pattern, person, path) &&
			take_file(keys, person, path) < 0)
			return -1;
	return 0;
}

static int
by_blob(const void *a, const void *b)
{
	return strcmp(((const struct key *)a)->blob, ((const struct key *)b)->blob);
}

/* The keys from `first` up to `end` are one key. */
static void
judge_key(struct doctor *doctor, const struct key *first, const struct key *end)
{
	const struct person *jailed = NULL;

	for (const struct key *key = first; key < end && !jailed; key++)
		jailed = key->person->jailed ? key->person : NULL;
	for (const struct key *key = first; key < end && jailed; key++)
		if (!key->person->jailed)
			doctor_find(doctor, key->file, key->line,
				"a key that opens the account of %s, who is jailed, opens %s too",
				jailed->name, key->person->name);
}

static void
judge_keys(struct doctor *doctor, struct keys *keys)
{
	const struct key *end = keys->list + keys->count, *next;

	if (keys->count > 0)
		qsort(keys->list, keys->count, sizeof(*keys->list), by_blob);
	for (const struct key *key = keys->list; key < end; key = next) {
		next = key + 1;
		while (next < end && strcmp(key->blob, next->blob) == 0)
			next++;
		judge_key(doctor, key, next);
	}
}

int
check_shared_keys(struct doctor *doctor, struct jail_error *err)
{
	autofree char *text = NULL;
	char patterns[PATTERNS_MAX];
	struct sshd list[SSHD_MAX];
	struct keys keys = { .list = NULL };
	const struct people *people = doctor->people;

	if (sshd_find(list) == 0)
		return 0;
	if (sshd_ask(&list[0], NULL, &text, err) < 0)
		return -1;
	if (!sshd_value(text, "authorizedkeysfile", patterns, sizeof(patterns)))
		return 0;
	for (size_t i = 0; i < people->count; i++)
		if (take_person(&keys, &people->list[i], patterns) < 0)
			return jail_fail(err, ENOMEM, "read keys");
	judge_keys(doctor, &keys);
	return 0; /* this process ends now, and its memory with it */
}
