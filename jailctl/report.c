/*
 * report.c - gathers the reports of all supervisors. What is trusted lies in
 * root's own directory; who answers is asked first, for a file may be the last
 * word of a dead one.
 */
#include "report.h"

#include "client.h"
#include "fd.h"
#include "paths.h"
#include "state.h"
#include "uids.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* A supervisor answers within a millisecond, unless it builds a jail. */
enum { ANSWER_MS = 2000 };

int
report_ask(uid_t uid, struct wire_message *m, struct jail_error *err)
{
	autoclose int socket = supervisor_find(uid, err);

	if (socket < 0 || wire_send(socket, m, ANSWER_MS, err) < 0)
		return -1;
	return wire_receive(socket, m, ANSWER_MS, err);
}

static int
ask(uid_t uid, struct wire_message *m, struct jail_error *err)
{
	m->type = WIRE_STATUS;
	if (report_ask(uid, m, err) < 0)
		return -1;
	if (m->type != WIRE_REPORT)
		return jail_fail(err, EPROTO, "an answer of type %u", m->type);
	return 0;
}

/* It may leave between our connect and its answer. */
static bool
is_gone(const struct jail_error *err)
{
	return err->errnum == ENOENT || err->errnum == EPIPE || err->errnum == ECONNRESET;
}

static int
read_file(uid_t uid, struct wire_message *m, struct jail_error *err)
{
	char path[STATE_PATH_MAX];
	autoclose int fd = -1;
	struct stat st;

	state_path(path, uid, "status");
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return jail_fail(err, errno, "open %s", path);
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 022))
		return jail_fail(err, EPERM, "%s is not root's alone", path);
	return wire_load(fd, m, err);
}

int
report_load(uid_t uid, struct user_report *report, struct jail_error *err)
{
	autowire struct wire_message *m = wire_new(0);
	enum supervisor_state state = SUPERVISOR_LIVE;

	if (!m)
		return jail_fail(err, ENOMEM, "read a status");
	if (ask(uid, m, err) < 0) {
		state = is_gone(err) ? SUPERVISOR_STALE : SUPERVISOR_SILENT;
		wire_clear(m);
		if (read_file(uid, m, err) < 0)
			return -1;
	}
	if (report_read(m, report, err) < 0)
		return -1;
	report->uid = uid;
	report->state = state;
	return 0;
}

static int
open_run(struct jail_error *err)
{
	autoclose int fd = open(JAIL_RUN, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return jail_fail(err, errno, "open %s", JAIL_RUN);
	if (st.st_uid != 0 || (st.st_mode & 077))
		return jail_fail(err, EPERM, "%s is not root's alone", JAIL_RUN);
	return fd_steal(&fd);
}

int
reports_users(uid_t **uids, size_t *count, struct jail_error *err)
{
	autoclose int run = open_run(err);

	*uids = NULL;
	*count = 0;
	if (run < 0)
		return err->errnum == ENOENT ? 0 : -1; /* no login since the host came up */
	return uids_in(run, uids, count, err);
}

int
reports_load(struct reports *reports, struct jail_error *err)
{
	autofree uid_t *uids = NULL;
	size_t count;

	*reports = (struct reports){ .count = 0 };
	if (reports_users(&uids, &count, err) < 0)
		return -1;
	reports->users = calloc(count + 1, sizeof(*reports->users));
	if (!reports->users)
		return jail_fail(err, ENOMEM, "read the reports");
	for (size_t i = 0; i < count; i++) {
		struct jail_error ignored; /* gone meanwhile, or garbage of a dead one */

		if (report_load(uids[i], &reports->users[reports->count], &ignored) == 0)
			reports->count++;
	}
	return 0;
}

void
reports_free(struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++)
		report_free(&reports->users[i]);
	free(reports->users);
	*reports = (struct reports){ .count = 0 };
}

const char *
report_state(const struct user_report *user, const struct jail_report *jail)
{
	switch (user->state) {
	case SUPERVISOR_STALE:
		return "stale";
	case SUPERVISOR_SILENT:
		return "silent";
	case SUPERVISOR_LIVE:
		break;
	}
	return jail->state;
}

bool
report_fits(const struct user_report *user, const struct jail_report *jail, const char *name)
{
	return !name || strcmp(name, user->user) == 0 || strcmp(name, jail->name) == 0;
}
