/*
 * doctor_sudoers.c - rules of sudoers(5) for jailed users, and for becoming one.
 * In a jail sudo has no power; but whoever comes by another way has these.
 */
#include "doctor.h"
#include "text_file.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 100 };

struct sudoers {
	struct doctor *doctor;
	int files; /* that were read: includes may go round */
};

static void judge_file(struct sudoers *sudoers, const char *file);

/* "alice", "%group", "%#gid" and "#uid"; ALL is everybody. */
static bool
is_jailed_word(const struct people *people, const char *word)
{
	const struct person *person;

	if (*word == '#')
		return people_jailed_uid(people, (uid_t)strtoul(word + 1, NULL, 10));
	if (*word == '%')
		return people_group_has_jailed(people, word + 1);
	person = people_find(people, word);
	return person && person->jailed;
}

/* The words of a rule: lists, hosts, runas in parentheses, commands. */
static void
judge_rule(struct sudoers *sudoers, const char *file, int number, char *line)
{
	char *rest = line, *word;

	while ((word = strsep(&rest, " \t,=():!\""))) {
		if (*word == '/') /* a command, and its words */
			return;
		if (*word && is_jailed_word(sudoers->doctor->people, word)) {
			doctor_find(sudoers->doctor, file, number, "a rule names %s", word);
			return;
		}
	}
}

/* includedir leaves out names with a dot or a tilde at the end. */
static void
judge_directory(struct sudoers *sudoers, const char *directory)
{
	char pattern[PATH_MAX];
	glob_t files = { .gl_pathc = 0 };

	snprintf(pattern, sizeof(pattern), "%s/*", directory);
	glob(pattern, 0, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *name = strrchr(files.gl_pathv[i], '/');

		if (!strchr(name, '.') && name[strlen(name) - 1] != '~')
			judge_file(sudoers, files.gl_pathv[i]);
	}
	globfree(&files);
}

/* Does the line include something? It begins with '@', or, as of old, with '#'. */
static bool
follow(struct sudoers *sudoers, char *line)
{
	static const char *const words[] = { "includedir", "include" };

	for (size_t i = 0; (*line == '@' || *line == '#') && i < 2; i++) {
		size_t length = strlen(words[i]);
		char *path = line + 1 + length;

		if (strncmp(line + 1, words[i], length) != 0 || !strchr(" \t", *path))
			continue;
		path += strspn(path, " \t\"");
		path[strcspn(path, " \t\"")] = '\0';
		if (i == 0)
			judge_directory(sudoers, path);
		else
			judge_file(sudoers, path);
		return true;
	}
	return false;
}

static void
judge_file(struct sudoers *sudoers, const char *file)
{
	autotext struct text_file text = { .bytes = NULL };
	struct jail_error ignored;
	char *line;

	if (++sudoers->files > FILES_MAX || text_file_read(file, &text, &ignored) < 0)
		return;
	while ((line = text_file_line(&text))) {
		if (follow(sudoers, line) || strncmp(line, "Defaults", 8) == 0 ||
			(line[0] == '#' && !(line[1] >= '0' && line[1] <= '9')))
			continue;
		judge_rule(sudoers, file, text.line, line);
	}
}

int
check_sudoers(struct doctor *doctor, struct jail_error *err)
{
	struct sudoers sudoers = { .doctor = doctor };

	(void)err;
	judge_file(&sudoers, "/etc/sudoers");
	return 0;
}
