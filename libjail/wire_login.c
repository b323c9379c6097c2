/*
 * wire_login.c - a login as fields of a message, and back.
 *
 * The reading side is the supervisor's only knowledge of the user, so a field
 * that is missing, too long or out of range refuses the login.
 */
#include "wire.h"

#include <string.h>

/* clang-format off */
static const struct {
	uint16_t tag;
	size_t offset, size;
	const char *name;
} texts[] = {
#define TEXT(t, f) { t, offsetof(struct jail_login, f), sizeof(((struct jail_login *)0)->f), #f }
	TEXT(TAG_USER, user),
	TEXT(TAG_HOME, home),
	TEXT(TAG_SHELL, shell),
	TEXT(TAG_SERVICE, service),
	TEXT(TAG_RHOST, rhost),
	TEXT(TAG_TTY, tty),
#undef TEXT
};
/* clang-format on */

enum { TEXT_COUNT = sizeof(texts) / sizeof(texts[0]) };

static void
put_group(struct wire_message *m, const struct jail_group *group)
{
	char field[sizeof(uint32_t) + sizeof(group->name)];
	uint32_t gid = group->gid;
	size_t length = strlen(group->name);

	memcpy(field, &gid, sizeof(gid));
	memcpy(field + sizeof(gid), group->name, length);
	wire_put(m, TAG_GROUP, field, sizeof(gid) + length);
}

void
wire_put_login(struct wire_message *m, const struct jail_login *login)
{
	for (size_t i = 0; i < TEXT_COUNT; i++)
		wire_put_text(m, texts[i].tag, (const char *)login + texts[i].offset);
	wire_put_number(m, TAG_UID, login->uid);
	wire_put_number(m, TAG_GID, login->gid);
	for (size_t i = 0; i < login->group_count; i++)
		put_group(m, &login->groups[i]);
}

static int
take_group(struct jail_login *login, const struct wire_field *field, struct jail_error *err)
{
	struct jail_group *group = &login->groups[login->group_count];
	struct wire_field name = *field;
	uint32_t gid;

	if (login->group_count == LOGIN_GROUPS_MAX)
		return jail_fail(err, 0, "more than %d groups", LOGIN_GROUPS_MAX);
	if (field->size < sizeof(gid))
		return jail_fail(err, 0, "a group without an id");
	memcpy(&gid, field->data, sizeof(gid));
	name.data += sizeof(gid);
	name.size -= sizeof(gid);
	if (!wire_field_text(&name, group->name, sizeof(group->name)))
		return jail_fail(err, 0, "group %u: name too long", gid);
	group->gid = gid;
	login->group_count++;
	return 0;
}

static int
take_id(const struct wire_message *m, uint16_t tag, uint32_t *out, const char *name,
	struct jail_error *err)
{
	uint64_t number;

	/* (uid_t)-1 means "leave unchanged" to every call that takes one. */
	if (!wire_number(m, tag, &number) || number >= UINT32_MAX)
		return jail_fail(err, 0, "%s missing or out of range", name);
	*out = (uint32_t)number;
	return 0;
}

int
wire_login(const struct wire_message *m, struct jail_login *login, struct jail_error *err)
{
	struct wire_field field = { .next = 0 };

	memset(login, 0, offsetof(struct jail_login, groups)); /* groups: as they come */
	for (size_t i = 0; i < TEXT_COUNT; i++)
		if (!wire_text(m, texts[i].tag, (char *)login + texts[i].offset, texts[i].size))
			return jail_fail(err, 0, "login: %s missing or too long",
				texts[i].name);
	if (take_id(m, TAG_UID, &login->uid, "uid", err) < 0 ||
		take_id(m, TAG_GID, &login->gid, "gid", err) < 0)
		return jail_fail_in(err, "login");
	while (wire_next(m, &field))
		if (field.tag == TAG_GROUP && take_group(login, &field, err) < 0)
			return jail_fail_in(err, "login");
	return login_check(login, err);
}
