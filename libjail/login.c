/*
 * login.c - a login is data from outside: names from a directory, a host name
 * from somebody's DNS. Nothing of it may act as a path, an option or a line of
 * its own in a log.
 */
#include "login.h"

#include <string.h>

struct login_field {
	const char *name;
	const char *text;
	size_t size;
	bool may_be_empty;
	bool may_be_path;      /* may hold '/', or begin with '.' or '-' */
	const char *forbidden; /* what ends it in the jail's passwd or group; or NULL */
};

static int
field_check(const struct login_field *field, struct jail_error *err)
{
	const char *text = field->text;

	if (strnlen(text, field->size) == field->size)
		return jail_fail(err, 0, "login: %s has no end", field->name);
	if (*text == '\0')
		return field->may_be_empty
			       ? 0
			       : jail_fail(err, 0, "login: %s is empty", field->name);
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return jail_fail(err, 0, "login: %s with a control character",
				field->name);
	if (field->forbidden && strpbrk(text, field->forbidden))
		return jail_fail(err, 0, "login: %s with one of \"%s\"", field->name,
			field->forbidden);
	if (field->may_be_path)
		return 0;
	if (*text == '-' || *text == '.')
		return jail_fail(err, 0, "login: %s begins with '%c'", field->name, *text);
	if (strchr(text, '/'))
		return jail_fail(err, 0, "login: %s with a '/'", field->name);
	return 0;
}

static int
fields_check(const struct jail_login *login, struct jail_error *err)
{
	const struct login_field fields[] = {
		{ "user", login->user, sizeof(login->user), false, false, ":," },
		{ "service", login->service, sizeof(login->service), false, false },
		{ "home", login->home, sizeof(login->home), false, true, ":" },
		{ "shell", login->shell, sizeof(login->shell), true, true, ":" },
		{ "rhost", login->rhost, sizeof(login->rhost), true, true },
		{ "tty", login->tty, sizeof(login->tty), true, true },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (field_check(&fields[i], err) < 0)
			return -1;
	return 0;
}

/* A group whose name nobody knows has the name "": it fits no assign. */
static int
groups_check(const struct jail_login *login, struct jail_error *err)
{
	if (login->group_count > LOGIN_GROUPS_MAX)
		return jail_fail(err, 0, "login: more than %d groups", LOGIN_GROUPS_MAX);
	for (size_t i = 0; i < login->group_count; i++) {
		const struct jail_group *group = &login->groups[i];
		const struct login_field field = { "a group's name", group->name,
			sizeof(group->name), true, false, ":" };

		if (field_check(&field, err) < 0)
			return -1;
		if (group->gid == (gid_t)-1)
			return jail_fail(err, 0, "login: gid -1");
	}
	return 0;
}

int
login_check(const struct jail_login *login, struct jail_error *err)
{
	if (fields_check(login, err) < 0 || groups_check(login, err) < 0)
		return -1;
	if (login->home[0] != '/')
		return jail_fail(err, 0, "login: home is not an absolute path");
	if (login->shell[0] && login->shell[0] != '/')
		return jail_fail(err, 0, "login: shell is not an absolute path");
	/* setuid(2) and chown(2) take -1 for "as it is". */
	if (login->uid == (uid_t)-1 || login->gid == (gid_t)-1)
		return jail_fail(err, 0, "login: uid or gid -1");
	return 0;
}

void
login_copy(struct jail_login *to, const struct jail_login *from)
{
	memcpy(to, from,
		offsetof(struct jail_login, groups) +
			from->group_count * sizeof(from->groups[0]));
}

bool
login_has_gid(const struct jail_login *login, gid_t gid)
{
	for (size_t i = 0; i < login->group_count; i++)
		if (login->groups[i].gid == gid)
			return true;
	return false;
}

bool
login_has_groups_of(const struct jail_login *login, const struct jail_login *other)
{
	for (size_t i = 0; i < other->group_count; i++)
		if (!login_has_gid(login, other->groups[i].gid))
			return false;
	return true;
}

bool
login_same(const struct jail_login *a, const struct jail_login *b)
{
	if (strcmp(a->user, b->user) != 0 || a->uid != b->uid || a->gid != b->gid ||
		strcmp(a->home, b->home) != 0 || strcmp(a->shell, b->shell) != 0 ||
		strcmp(a->service, b->service) != 0 || a->group_count != b->group_count)
		return false;
	for (size_t i = 0; i < a->group_count; i++)
		if (a->groups[i].gid != b->groups[i].gid ||
			strcmp(a->groups[i].name, b->groups[i].name) != 0)
			return false;
	return true;
}
