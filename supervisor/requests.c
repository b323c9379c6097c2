/*
 * requests.c - what is asked of a supervisor, a function for each message.
 */
#include "supervisor.h"

#include "fd.h"
#include "files.h"
#include "sys/pidfd_info.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void
answer(struct supervisor *supervisor, struct connection *connection)
{
	struct jail_error ignored; /* who does not listen will be seen to hang up */

	wire_send(connection->watch.fd, supervisor->message, ANSWER_MS, &ignored);
}

static void
begin_answer(struct supervisor *supervisor, enum wire_type type)
{
	wire_clear(supervisor->message);
	supervisor->message->type = type;
}

static void
refuse(struct supervisor *supervisor, struct connection *connection, const char *text,
	bool limit)
{
	const struct jail_login *login = &supervisor->login;

	log_line(
		"refused: user %s service %s rhost %s: %s; see: jailctl explain %s --service %s",
		login->user, login->service, rhost_or_dash(login->rhost), text, login->user,
		login->service);
	begin_answer(supervisor, WIRE_REFUSED);
	wire_put_text(supervisor->message, TAG_TEXT, text);
	if (limit)
		wire_put_number(supervisor->message, TAG_LIMIT, 1);
	answer(supervisor, connection);
}

static pid_t
pid_of(int pidfd)
{
	char path[48], text[512];
	struct jail_error ignored;
	pid_t pid = sys_pidfd_pid(pidfd);
	const char *line;

	if (pid >= 0)
		return pid;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	if (file_read(AT_FDCWD, path, text, sizeof(text), &ignored) < 0)
		return -1;
	line = strstr(text, "\nPid:");
	return line ? atoi(line + 5) : -1;
}

/* The caller's pidfd, and that it is the process on the other end. */
static int
take_caller(struct supervisor *supervisor, struct connection *connection,
	struct jail_error *err)
{
	autoclose int pidfd = -1;

	if (supervisor->message->fd_count < 1)
		return jail_fail(err, EPROTO, "the caller's pidfd is missing");
	pidfd = fd_steal(&supervisor->message->fds[0]);
	if (pid_of(pidfd) != connection->peer)
		return jail_fail(err, EPERM, "the pidfd is not of process %d",
			connection->peer);
	return fd_steal(&pidfd);
}

/* False: answered already. */
static bool
resolve_or_answer(struct supervisor *supervisor, struct connection *connection)
{
	struct jail_error err = { .errnum = 0 };

	if (verdict_take(supervisor, &err) < 0) {
		refuse(supervisor, connection, err.text, false);
		return false;
	}
	switch (supervisor->verdict.kind) {
	case VERDICT_JAILED:
		return true;
	case VERDICT_UNJAILED:
		begin_answer(supervisor, WIRE_UNJAILED);
		answer(supervisor, connection);
		return false;
	case VERDICT_REFUSED:
		break;
	}
	refuse(supervisor, connection, supervisor->verdict.reason, false);
	return false;
}

static bool
too_many(const struct supervisor *supervisor)
{
	uint64_t max = supervisor->verdict.plan.sessions_max;

	return max != LIMIT_NONE &&
	       session_count(supervisor) + admission_count(supervisor) >= max;
}

static void
refuse_limit(struct supervisor *supervisor, struct connection *connection)
{
	char text[96];

	snprintf(text, sizeof(text), "too many logins at the same time (%u allowed)",
		(unsigned)supervisor->verdict.plan.sessions_max);
	refuse(supervisor, connection, text, true);
}

/* What an account line would have asked. False: answered already. */
static bool
admit_now(struct supervisor *supervisor, struct connection *connection)
{
	struct jail_error err;

	if (too_many(supervisor))
		refuse_limit(supervisor, connection);
	else if (status_write(supervisor, &err) < 0)
		refuse(supervisor, connection, err.text, false);
	else
		return true;
	return false;
}

/* What a jail was built for does not change while it lives. */
static int
check_login(const struct jail *jail, const struct jail_login *login, struct jail_error *err)
{
	/* two names may have one uid, and so one supervisor */
	if (strcmp(jail->login.user, login->user) != 0)
		return jail_fail(err, 0, "the jail of uid %u is user %s's", login->uid,
			jail->login.user);
	if (jail->policy.user_namespace && jail->login.gid != login->gid) /* not mapped */
		return jail_fail(err, 0,
			"the user's group changed from %u to %u while the jail lives",
			jail->login.gid, login->gid);
	if (strcmp(jail->login.home, login->home) != 0)
		return jail_fail(err, 0, "home: it moved from %s to %s while the jail lives",
			jail->login.home, login->home);
	return 0;
}

static struct jail *
jail_for_login(struct supervisor *supervisor, struct jail_error *err)
{
	struct jail *jail = jail_find_or_build(supervisor, err);

	return jail && check_login(jail, &supervisor->login, err) == 0 ? jail : NULL;
}

static void
on_admit(struct supervisor *supervisor, struct connection *connection)
{
	struct jail_error err = { .errnum = 0 };
	autoclose int pidfd = take_caller(supervisor, connection, &err);
	struct jail *jail;

	if (!resolve_or_answer(supervisor, connection))
		return;
	if (pidfd < 0) {
		refuse(supervisor, connection, err.text, false);
		return;
	}
	if (too_many(supervisor)) {
		refuse_limit(supervisor, connection);
		return;
	}
	jail = jail_for_login(supervisor, &err);
	if (!jail || admission_add(supervisor, jail, connection, pidfd, &err) < 0) {
		refuse(supervisor, connection, err.text, false);
		return;
	}
	fd_steal(&pidfd);
	/* What the session could not write either is better refused now. */
	if (status_write(supervisor, &err) < 0) {
		admission_take(supervisor, supervisor->login.service);
		refuse(supervisor, connection, err.text, false);
		return;
	}
	begin_answer(supervisor, WIRE_WELCOME);
	answer(supervisor, connection);
	grace_begin(supervisor);
}

static void
send_seal(struct supervisor *supervisor, struct connection *connection, const struct jail *jail)
{
	begin_answer(supervisor, WIRE_SEAL);
	seal_fill(supervisor, jail, supervisor->message);
	answer(supervisor, connection);
}

/* A jail that got only a part of its mounts is nobody's: the next login builds
 * another. */
static struct jail *
jail_for_session(struct supervisor *supervisor, struct jail_error *err)
{
	struct jail *jail = jail_for_login(supervisor, err);

	if (!jail)
		return NULL;
	if (home_bind(jail, &supervisor->login, err) == 0)
		return jail;
	if (!jail->home_bound)
		jail_end(jail);
	return NULL;
}

static void
on_enter(struct supervisor *supervisor, struct connection *connection)
{
	struct jail_error err = { .errnum = 0 };
	autoclose int pidfd = take_caller(supervisor, connection, &err);
	struct jail *jail;

	if (!resolve_or_answer(supervisor, connection))
		return;
	if (pidfd < 0 || connection->session) {
		refuse(supervisor, connection, pidfd < 0 ? err.text : "asked twice", false);
		return;
	}
	/* Without an account line, or when its admission lapsed, we admit here. */
	if (!admission_take(supervisor, supervisor->login.service) &&
		!admit_now(supervisor, connection))
		return;
	jail = jail_for_session(supervisor, &err);
	if (jail)
		connection->session = session_begin(supervisor, jail, connection->peer,
			fd_steal(&pidfd), &err);
	if (!connection->session) {
		refuse(supervisor, connection, err.text, false);
		return;
	}
	send_seal(supervisor, connection, jail);
	status_update(supervisor); /* while the caller crosses */
}

static void
on_entered(struct supervisor *supervisor, struct connection *connection)
{
	if (!connection->session)
		return;
	session_entered(supervisor, connection->session);
	if (connection->session->jail->sessions == 1)
		malloc_trim(0);     /* parsing and building are over: their pages go back */
	connection->session = NULL; /* from here its process alone decides */
}

/* The session's process failed after it had crossed: it cannot log for itself. */
static void
on_broken(struct supervisor *supervisor, struct connection *connection)
{
	const struct session *session = connection->session;
	char text[400];

	if (session && wire_text(supervisor->message, TAG_TEXT, text, sizeof(text)))
		log_line("broken: user %s service %s rhost %s pid %d: %s",
			session->jail->login.user, session->service,
			rhost_or_dash(session->rhost), session->pid, text);
}

static void
on_status(struct supervisor *supervisor, struct connection *connection)
{
	begin_answer(supervisor, WIRE_REPORT);
	status_fill(supervisor, supervisor->message);
	answer(supervisor, connection);
}

static void
on_kill(struct supervisor *supervisor, struct connection *connection)
{
	char name[96] = "";
	unsigned count = 0;

	wire_text(supervisor->message, TAG_JAIL, name, sizeof(name));
	for (struct jail *jail = supervisor->jails; jail; jail = jail->next) {
		if (jail->state != JAIL_LIVE || (name[0] && strcmp(name, jail->name) != 0))
			continue;
		log_line("jail %s of user %s: ended by jailctl", jail->name, jail->login.user);
		jail_end(jail);
		count++;
	}
	begin_answer(supervisor, WIRE_REPORT);
	wire_put_number(supervisor->message, TAG_COUNT, count);
	answer(supervisor, connection);
}

/* clang-format off */
static const struct {
	enum wire_type type;
	void (*act)(struct supervisor *supervisor, struct connection *connection);
} requests[] = {
	{ WIRE_ADMIT,   on_admit },
	{ WIRE_ENTER,   on_enter },
	{ WIRE_ENTERED, on_entered },
	{ WIRE_BROKEN,  on_broken },
	{ WIRE_STATUS,  on_status },
	{ WIRE_KILL,    on_kill },
};
/* clang-format on */

static void
connection_close(struct supervisor *supervisor, struct connection *connection)
{
	for (struct connection **at = &supervisor->connections; *at; at = &(*at)->next)
		if (*at == connection) {
			*at = connection->next;
			break;
		}
	if (connection->session)
		session_forget(supervisor, connection->session);
	admissions_abandon(supervisor, connection);
	watch_remove(supervisor, &connection->watch);
	fd_close(&connection->watch.fd);
	free(connection);
}

static void
connection_read(struct supervisor *supervisor, void *owner)
{
	struct connection *connection = owner;
	struct wire_message *m = supervisor->message;
	struct jail_error err;

	if (wire_receive(connection->watch.fd, m, 0, &err) < 0) {
		connection_close(supervisor, connection);
		return;
	}
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (requests[i].type == m->type)
			requests[i].act(supervisor, connection);
	wire_clear(m); /* closes descriptors that nobody took */
}

void
connection_accept(struct supervisor *supervisor, void *owner)
{
	autoclose int fd =
		accept4(supervisor->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct connection *connection;
	struct ucred peer;
	socklen_t size = sizeof(peer);
	struct jail_error err;

	(void)owner;
	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
		peer.uid != 0)
		return;
	connection = calloc(1, sizeof(*connection));
	if (!connection)
		return;
	connection->peer = peer.pid;
	connection->watch = (struct watch){
		.fd = fd_steal(&fd),
		.ready = connection_read,
		.owner = connection,
	};
	connection->next = supervisor->connections;
	supervisor->connections = connection;
	if (watch_add(supervisor, &connection->watch, &err) < 0)
		connection_close(supervisor, connection);
}
