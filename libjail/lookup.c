/*
 * lookup.c - passwd and group entries through NSS. A user with more groups than
 * we carry, or a group whose name cannot be had, is an error: policies are
 * chosen by group, and not being able to tell is a refusal.
 */
#include "lookup.h"

#include "fd.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER_FIRST = 4096, BUFFER_LAST = 1 << 20 };

static int
copy_text(char *to, size_t size, const char *from, const char *what, struct jail_error *err)
{
	if ((size_t)snprintf(to, size, "%s", from ? from : "") >= size)
		return jail_fail(err, ENAMETOOLONG, "%s", what);
	return 0;
}

static int
take_passwd(struct jail_login *login, const struct passwd *user, struct jail_error *err)
{
	login->uid = user->pw_uid;
	login->gid = user->pw_gid;
	if (copy_text(login->user, sizeof(login->user), user->pw_name, "user name", err) < 0 ||
		copy_text(login->home, sizeof(login->home), user->pw_dir, "home", err) < 0)
		return -1;
	return copy_text(login->shell, sizeof(login->shell),
		user->pw_shell && user->pw_shell[0] ? user->pw_shell : "/bin/sh", "shell", err);
}

static int
look_up_user(const char *name, struct jail_login *login, struct jail_error *err)
{
	for (size_t size = BUFFER_FIRST; size <= BUFFER_LAST; size *= 2) {
		autofree char *buffer = malloc(size);
		struct passwd entry, *found = NULL;
		int error = buffer ? getpwnam_r(name, &entry, buffer, size, &found) : ENOMEM;

		if (error == ERANGE)
			continue;
		if (!found)
			return jail_fail(err, error ? error : ENOENT, "look up user");
		return take_passwd(login, found, err);
	}
	return jail_fail(err, ERANGE, "look up user");
}

static int
look_up_group(gid_t gid, struct jail_group *group, struct jail_error *err)
{
	for (size_t size = BUFFER_FIRST; size <= BUFFER_LAST; size *= 2) {
		autofree char *buffer = malloc(size);
		struct group entry, *found = NULL;
		int error = buffer ? getgrgid_r(gid, &entry, buffer, size, &found) : ENOMEM;

		if (error == ERANGE)
			continue;
		group->gid = gid;
		if (error)
			return jail_fail(err, error, "look up group %u", gid);
		if (!found) /* a gid without a name: no rule can name it either */
			return snprintf(group->name, sizeof(group->name), "%u", gid) < 0;
		return copy_text(group->name, sizeof(group->name), found->gr_name, "group name",
			err);
	}
	return jail_fail(err, ERANGE, "look up group %u", gid);
}

int
login_lookup(const char *user, struct jail_login *login, struct jail_error *err)
{
	gid_t ids[LOGIN_GROUPS_MAX];
	int count = LOGIN_GROUPS_MAX;

	if (look_up_user(user, login, err) < 0)
		return -1;
	if (getgrouplist(login->user, login->gid, ids, &count) < 0)
		return jail_fail(err, 0, "more than %d groups", LOGIN_GROUPS_MAX);
	for (login->group_count = 0; login->group_count < (size_t)count; login->group_count++)
		if (look_up_group(ids[login->group_count], &login->groups[login->group_count],
			    err) < 0)
			return -1;
	return 0;
}

bool
login_in_group(const struct jail_login *login, const char *group)
{
	for (size_t i = 0; i < login->group_count; i++)
		if (strcmp(login->groups[i].name, group) == 0)
			return true;
	return false;
}
