/*
 * report_read.c - a status message as structures. Whatever is malformed is left
 * out or refused; unknown fields of a newer supervisor are passed over.
 */
#include "report.h"

#include "fd.h"

#include <stddef.h>
#include <string.h>

enum { JAILS_MAX = 1000, SESSIONS_MAX = 10000 };

/* Where the walk stands. */
struct cursor {
	struct user_report *user;
	struct jail_report *jail;       /* NULL before the first */
	struct session_report *session; /* NULL before the jail's first */
};

/* clang-format off */
enum level { OF_USER, OF_JAIL, OF_SESSION };

static const struct field_row {
	enum level level;
	uint16_t tag;
	size_t offset;
	size_t size; /* of a text; 0: a number */
} rows[] = {
#define TEXT(l, t, s, f)   { l, t, offsetof(struct s, f), sizeof(((struct s *)0)->f) }
#define NUMBER(l, t, s, f) { l, t, offsetof(struct s, f), 0 }
	TEXT(OF_USER, TAG_USER, user_report, user),
	TEXT(OF_USER, TAG_VERSION, user_report, version),
	NUMBER(OF_USER, TAG_SUPERVISOR, user_report, supervisor),
	TEXT(OF_JAIL, TAG_POLICY, jail_report, policy),
	TEXT(OF_JAIL, TAG_PLAN, jail_report, plan),
	TEXT(OF_JAIL, TAG_IMAGE, jail_report, image),
	TEXT(OF_JAIL, TAG_STATE, jail_report, state),
	TEXT(OF_JAIL, TAG_CGROUP, jail_report, cgroup),
	NUMBER(OF_JAIL, TAG_INIT, jail_report, init),
	NUMBER(OF_JAIL, TAG_STARTED, jail_report, started),
	TEXT(OF_SESSION, TAG_SERVICE, session_report, service),
	TEXT(OF_SESSION, TAG_RHOST, session_report, rhost),
	TEXT(OF_SESSION, TAG_TTY, session_report, tty),
	NUMBER(OF_SESSION, TAG_STARTED, session_report, started),
#undef TEXT
#undef NUMBER
};
/* clang-format on */

static int
begin_jail(struct cursor *at, const struct wire_field *field, struct jail_error *err)
{
	struct user_report *user = at->user;
	struct jail_report *jails =
		user->jail_count < JAILS_MAX
			? reallocarray(user->jails, user->jail_count + 1, sizeof(*jails))
			: NULL;

	if (!jails)
		return jail_fail(err, ENOMEM, "read a status");
	user->jails = jails;
	at->jail = &jails[user->jail_count];
	*at->jail = (struct jail_report){ .init = 0 };
	at->session = NULL;
	if (!wire_field_text(field, at->jail->name, sizeof(at->jail->name)))
		return jail_fail(err, EPROTO, "the name of a jail");
	user->jail_count++;
	return 0;
}

static int
begin_session(struct cursor *at, const struct wire_field *field, struct jail_error *err)
{
	struct jail_report *jail = at->jail;
	struct session_report *sessions;

	if (!jail)
		return jail_fail(err, EPROTO, "a session without a jail");
	if (jail->session_count == SESSIONS_MAX)
		return jail_fail(err, E2BIG, "read a status");
	sessions = reallocarray(jail->sessions, jail->session_count + 1, sizeof(*sessions));
	if (!sessions)
		return jail_fail(err, ENOMEM, "read a status");
	jail->sessions = sessions;
	at->session = &sessions[jail->session_count++];
	*at->session = (struct session_report){ .pid = 0 };
	wire_field_number(field, &at->session->pid);
	return 0;
}

/* The innermost structure that has begun and knows the field. */
static void
take_field(struct cursor *at, const struct wire_field *field)
{
	enum level level = at->session ? OF_SESSION : at->jail ? OF_JAIL : OF_USER;
	char *records[] = { (char *)at->user, (char *)at->jail, (char *)at->session };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct field_row *row = &rows[i];
		char *place;

		if (row->tag != field->tag || row->level != level)
			continue;
		place = records[level] + row->offset;
		if (row->size)
			wire_field_text(field, place, row->size);
		else
			wire_field_number(field, (uint64_t *)(void *)place);
	}
}

int
report_read(const struct wire_message *m, struct user_report *report, struct jail_error *err)
{
	struct cursor at = { .user = report };
	struct wire_field field = { .next = 0 };
	uint64_t uid;

	*report = (struct user_report){ .uid = (uid_t)-1 };
	while (wire_next(m, &field)) {
		int result = 0;

		if (field.tag == TAG_JAIL)
			result = begin_jail(&at, &field, err);
		else if (field.tag == TAG_SESSION)
			result = begin_session(&at, &field, err);
		else
			take_field(&at, &field);
		if (result < 0) {
			report_free(report);
			return -1;
		}
	}
	if (wire_number(m, TAG_UID, &uid))
		report->uid = (uid_t)uid;
	return 0;
}

void
report_free(struct user_report *report)
{
	for (size_t i = 0; i < report->jail_count; i++)
		free(report->jails[i].sessions);
	free(report->jails);
	*report = (struct user_report){ .uid = (uid_t)-1 };
}
