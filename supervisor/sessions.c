/*
 * sessions.c - a session begins when its process has verified its jail, and is
 * over when that process is gone, however it went. Nothing here relies on code
 * that runs inside a jail.
 */
#include "supervisor.h"

#include "fd.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>

static void
unlink_session(struct supervisor *supervisor, struct session *session)
{
	struct jail *jail = session->jail;

	for (struct session **at = &supervisor->sessions; *at; at = &(*at)->next)
		if (*at == session) {
			*at = session->next;
			break;
		}
	for (struct connection *c = supervisor->connections; c; c = c->next)
		if (c->session == session)
			c->session = NULL;
	watch_remove(supervisor, &session->watch);
	fd_close(&session->watch.fd);
	free(session);
	jail->sessions--;
	jail_released(supervisor, jail);
}

static void
session_over(struct supervisor *supervisor, void *owner)
{
	struct session *session = owner;

	if (session->entered)
		log_line(
			"session end: user %s service %s rhost %s pid %d jail %s after %" PRIu64
			" s",
			session->jail->login.user, session->service,
			rhost_or_dash(session->rhost), session->pid, session->jail->name,
			(now_ms() - session->began) / 1000);
	unlink_session(supervisor, session);
	status_update(supervisor);
}

struct session *
session_begin(struct supervisor *supervisor, struct jail *jail, pid_t pid, int pidfd,
	struct jail_error *err)
{
	const struct jail_login *login = &supervisor->login;
	struct session *session = calloc(1, sizeof(*session));

	if (!session) {
		fd_close(&pidfd);
		jail_fail(err, ENOMEM, "begin a session");
		return NULL;
	}
	session->jail = jail;
	session->pid = pid;
	session->watch = (struct watch){ .fd = pidfd, .ready = session_over, .owner = session };
	session->started = (uint64_t)time(NULL);
	session->began = now_ms();
	snprintf(session->service, sizeof(session->service), "%s", login->service);
	snprintf(session->rhost, sizeof(session->rhost), "%s", login->rhost);
	snprintf(session->tty, sizeof(session->tty), "%s", login->tty);
	session->next = supervisor->sessions;
	supervisor->sessions = session;
	jail->sessions++;

	if (grace_end(supervisor, err) < 0 ||
		cgroup_attach(&supervisor->cgroups, &jail->leaf, pid, pidfd, session->origin,
			err) < 0 ||
		watch_add(supervisor, &session->watch, err) < 0) {
		session_forget(supervisor, session);
		return NULL;
	}
	return session;
}

void
session_entered(struct supervisor *supervisor, struct session *session)
{
	(void)supervisor;
	session->entered = true;
	log_line("session begin: user %s service %s rhost %s pid %d jail %s sessions %u",
		session->jail->login.user, session->service, rhost_or_dash(session->rhost),
		session->pid, session->jail->name, session->jail->sessions);
}

/* Or it may have: whoever cannot be looked at. */
static bool
has_crossed(const struct session *session)
{
	char path[48];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", session->pid);
	return stat(path, &st) < 0 || st.st_ino == session->jail->identity.namespaces[NS_MNT];
}

/*
 * The caller never said ENTERED, or was not heard. One that stands outside leaves
 * our cgroup too. One that stands in the jail would be there uncounted, and
 * without its limits: it is ended.
 */
void
session_forget(struct supervisor *supervisor, struct session *session)
{
	if (has_crossed(session))
		pidfd_send_signal(session->watch.fd, SIGKILL, NULL, 0);
	else if (session->origin[0])
		cgroup_restore(&supervisor->cgroups, session->pid, session->watch.fd,
			session->origin);
	unlink_session(supervisor, session);
}

bool
session_is(const struct supervisor *supervisor, const struct jail *jail, pid_t pid)
{
	for (const struct session *s = supervisor->sessions; s; s = s->next)
		if (s->jail == jail && s->pid == pid)
			return true;
	return false;
}

unsigned
session_count(const struct supervisor *supervisor)
{
	unsigned count = 0;

	for (const struct session *s = supervisor->sessions; s; s = s->next)
		count++;
	return count;
}
