/*
 * doctor_manager.c - systemd's manager of a user's own services runs his code
 * outside every jail. packaging/systemd/user-manager.conf keeps it from starting.
 */
#include "doctor.h"
#include "text_file.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
is_masked(const char *unit)
{
	static const char masked[] = "/dev/null";
	char target[sizeof(masked)];
	ssize_t length = readlink(unit, target, sizeof(target));

	return length == (ssize_t)sizeof(masked) - 1 && memcmp(target, masked, length) == 0;
}

static bool
asks_jailctl(const char *file)
{
	autotext struct text_file text = { .bytes = NULL };
	struct jail_error ignored;
	const char *line;

	if (text_file_read(file, &text, &ignored) < 0)
		return false;
	while ((line = text_file_line(&text)))
		if (strncmp(line, "ExecCondition=", 14) == 0 &&
			strstr(line, "jailctl unjailed"))
			return true;
	return false;
}

/* In systemd's order: a file hides those of the same name in later places. */
static const char *const places[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib" };

enum { PLACE_COUNT = sizeof(places) / sizeof(places[0]) };

static bool
is_hidden(const char *name, size_t place)
{
	for (size_t i = 0; i < place; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/systemd/system/user@.service.d/%s", places[i],
			name);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

/* By a drop-in of any name, or masked as a whole. */
static bool
is_gated_in(size_t place)
{
	char path[96];
	glob_t files = { .gl_pathc = 0 };
	bool gated = false;

	snprintf(path, sizeof(path), "%s/systemd/system/user@.service", places[place]);
	if (is_masked(path))
		return true;
	snprintf(path, sizeof(path), "%s/systemd/system/user@.service.d/*.conf", places[place]);
	glob(path, 0, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc && !gated; i++)
		gated = asks_jailctl(files.gl_pathv[i]) &&
			!is_hidden(strrchr(files.gl_pathv[i], '/') + 1, place);
	globfree(&files);
	return gated;
}

int
check_user_manager(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	if (access("/run/systemd/system", F_OK) < 0 || !people_any_jailed(doctor->people))
		return 0;
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (is_gated_in(i))
			return 0;
	doctor_find(doctor, "/usr/lib/systemd/system/user@.service", 0,
		"no drop-in keeps user@UID.service of jailed users from starting");
	return 0;
}

int
check_linger(struct doctor *doctor, struct jail_error *err)
{
	const struct people *people = doctor->people;

	(void)err;
	for (size_t i = 0; i < people->count; i++) {
		char path[PATH_MAX];

		if (!people->list[i].jailed)
			continue;
		snprintf(path, sizeof(path), "/var/lib/systemd/linger/%s",
			people->list[i].name);
		if (access(path, F_OK) == 0)
			doctor_find(doctor, path, 0, "the user manager of %s is to run always",
				people->list[i].name);
	}
	return 0;
}
