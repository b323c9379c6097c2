/*
 * status.c - what this supervisor looks after, as a message: answered to
 * jailctl, and kept in a small file, so that a list needs nobody's answer.
 */
#include "supervisor.h"

#include "fd.h"
#include "state.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static void
put_session(struct wire_message *m, const struct session *session)
{
	wire_put_number(m, TAG_SESSION, (uint64_t)session->pid);
	wire_put_text(m, TAG_SERVICE, session->service);
	wire_put_text(m, TAG_RHOST, session->rhost);
	wire_put_text(m, TAG_TTY, session->tty);
	wire_put_number(m, TAG_STARTED, session->started);
}

static const char *
state_of(const struct jail *jail)
{
	if (jail->state == JAIL_ENDING)
		return "ending";
	return jail->sessions > 0 ? "live" : jail->admissions > 0 ? "admitted" : "lingering";
}

static void
put_jail(const struct supervisor *supervisor, struct wire_message *m, const struct jail *jail)
{
	wire_put_text(m, TAG_JAIL, jail->name);
	wire_put_text(m, TAG_POLICY, jail->policy.name);
	wire_put_text(m, TAG_PLAN, jail->plan.name);
	wire_put_text(m, TAG_IMAGE, jail->image.name);
	wire_put_number(m, TAG_INIT, (uint64_t)jail->init);
	wire_put_number(m, TAG_STARTED, jail->started);
	wire_put_text(m, TAG_STATE, state_of(jail));
	wire_put_text(m, TAG_CGROUP, jail->leaf.path);
	for (const struct session *s = supervisor->sessions; s; s = s->next)
		if (s->jail == jail)
			put_session(m, s);
}

void
status_fill(const struct supervisor *supervisor, struct wire_message *m)
{
	wire_put_text(m, TAG_VERSION, JAIL_VERSION);
	wire_put_number(m, TAG_SUPERVISOR, (uint64_t)getpid());
	wire_put_number(m, TAG_UID, supervisor->uid);
	if (supervisor->jails)
		wire_put_text(m, TAG_USER, supervisor->jails->login.user);
	for (const struct jail *jail = supervisor->jails; jail; jail = jail->next)
		put_jail(supervisor, m, jail);
}

int
status_write(struct supervisor *supervisor, struct jail_error *err)
{
	struct wire_message *m = supervisor->message;
	char path[STATE_PATH_MAX], fresh[STATE_PATH_MAX];
	autoclose int fd = -1;

	wire_clear(m);
	m->type = WIRE_REPORT;
	status_fill(supervisor, m);
	state_path(path, supervisor->uid, "status");
	state_path(fresh, supervisor->uid, "status.new");
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return jail_fail(err, errno, "create %s", fresh);
	if (wire_save(fd, m, err) < 0)
		return jail_fail_in(err, fresh);
	if (rename(fresh, path) < 0)
		return jail_fail(err, errno, "rename %s", fresh);
	return 0;
}

void
status_update(struct supervisor *supervisor)
{
	struct jail_error err;

	if (status_write(supervisor, &err) < 0)
		log_line("%s", err.text);
}
