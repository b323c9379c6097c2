/*
 * ask.c - what a session says to its user's supervisor: ADMIT, ENTER, and
 * ENTERED at the end.
 */
#include "client.h"
#include "entry.h"
#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/pidfd.h>

/* A supervisor that ended between our connect and its answer. */
static bool
supervisor_is_gone(const struct jail_error *err)
{
	return err->errnum == EPIPE || err->errnum == ECONNRESET || err->errnum == ENOTCONN;
}

static int
send_question(struct jail_entry *entry, enum wire_type type, struct wire_message *m,
	struct jail_error *err)
{
	if (entry->socket < 0)
		entry->socket = supervisor_connect(entry->login.uid, entry->config, err);
	if (entry->socket < 0)
		return -1;
	wire_clear(m);
	m->type = type;
	wire_put_login(m, &entry->login);
	wire_put_text(m, TAG_CONFIG, entry->config);
	if (entry->policy[0])
		wire_put_text(m, TAG_POLICY, entry->policy);
	wire_put_fd(m, entry->self);
	return wire_send(entry->socket, m, ASK_TIMEOUT_MS, err);
}

/*
 * Asks, and once more where the supervisor died under the question. `meanwhile`
 * is done while the supervisor works, on another processor if there is one.
 */
static int
ask(struct jail_entry *entry, enum wire_type type, struct wire_message *m,
	int (*meanwhile)(struct jail_entry *entry, struct jail_error *err),
	struct jail_error *err)
{
	if (entry->self < 0)
		entry->self = pidfd_open(getpid(), 0);
	if (entry->self < 0)
		return jail_fail(err, errno, "pidfd_open");

	for (int attempt = 0; attempt < 2; attempt++) {
		if (send_question(entry, type, m, err) == 0 &&
			(!meanwhile || meanwhile(entry, err) == 0) &&
			wire_receive(entry->socket, m, ASK_TIMEOUT_MS, err) == 0)
			return 0;
		fd_close(&entry->socket);
		if (!supervisor_is_gone(err))
			return -1;
	}
	supervisor_bury(entry->login.uid);
	return jail_fail_in(err, "the supervisor died twice");
}

static int
refused(const struct wire_message *m, struct jail_error *err)
{
	char text[400];

	if (m->type != WIRE_REFUSED || !wire_text(m, TAG_TEXT, text, sizeof(text)) || !text[0])
		return jail_fail(err, EPROTO, "an answer of type %u", m->type);
	return jail_fail(err, 0, "%s", text);
}

void
entry_begin(struct jail_entry *entry)
{
	entry->socket = entry->self = entry->process_dir = entry->init = -1;
}

enum jail_admission
entry_admit(struct jail_entry *entry, bool *limit, struct jail_error *err)
{
	autowire struct wire_message *m = wire_new(0);
	uint64_t is_limit = 0;

	*limit = false;
	if (!m) {
		jail_fail(err, ENOMEM, "admit");
		return DENIED;
	}
	if (ask(entry, WIRE_ADMIT, m, NULL, err) < 0) {
		jail_fail_in(err, "admit");
		return DENIED;
	}
	wire_number(m, TAG_LIMIT, &is_limit);
	*limit = is_limit != 0;
	if (m->type == WIRE_WELCOME)
		return ADMITTED;
	if (m->type == WIRE_UNJAILED)
		return UNJAILED;
	refused(m, err);
	return DENIED;
}

static int
take_seal(struct jail_entry *entry, struct jail_error *err)
{
	struct wire_message *m = entry->answer;
	struct wire_field field;
	uint64_t stdio = 0, scratch = 0;

	if (m->fd_count != 1)
		return jail_fail(err, EPROTO, "a seal without init");
	entry->init = fd_steal(&m->fds[0]);
	m->fd_count = 0;

	if (!wire_number(m, TAG_NAMESPACES, &entry->namespaces) ||
		!wire_number(m, TAG_CAPS, &entry->caps) ||
		!wire_find(m, TAG_IDENTITY, &field) || field.size != sizeof(entry->identity))
		return jail_fail(err, EPROTO, "a seal with fields missing");
	memcpy(&entry->identity, field.data, sizeof(entry->identity));
	wire_number(m, TAG_SOCKET_STDIO, &stdio);
	wire_number(m, TAG_SCRATCH, &scratch);
	entry->socket_stdio = stdio != 0;
	entry->user_namespace = (entry->namespaces & namespace_rows[NS_USER].flag) != 0;
	entry->scratch = scratch != 0;
	return 0;
}

/* Where we stand now, to be compared after the crossing. /proc/self will not
 * exist in the jail's /proc: the process's directory goes on working. */
static int
remember_host(struct jail_entry *entry, struct jail_error *err)
{
	autoclose int ns_dir = -1;

	fd_close(&entry->process_dir);
	entry->process_dir = open("/proc/thread-self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (entry->process_dir < 0)
		return jail_fail(err, errno, "open /proc/thread-self");
	ns_dir = openat(entry->process_dir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ns_dir < 0)
		return jail_fail(err, errno, "open the process's namespaces");
	return identity_namespaces(ns_dir, entry->before, err);
}

int
supervisor_ask(void *work, struct jail_error *err)
{
	struct jail_entry *entry = work;

	entry->answer = wire_new(0);
	if (!entry->answer)
		return jail_fail(err, ENOMEM, "enter");
	if (ask(entry, WIRE_ENTER, entry->answer, remember_host, err) < 0)
		return -1;
	if (entry->answer->type == WIRE_UNJAILED)
		return STEP_NO_JAIL;
	if (entry->answer->type != WIRE_SEAL)
		return refused(entry->answer, err);
	return take_seal(entry, err);
}

/* The supervisor takes a connection that ends without ENTERED for a session
 * that never was, and puts this process back where it came from. */
void
supervisor_forget(void *work)
{
	entry_release(work);
}

void
entry_broken(struct jail_entry *entry, const struct jail_error *why)
{
	autowire struct wire_message *m = wire_new(WIRE_BROKEN);
	struct jail_error ignored;

	if (!m || entry->socket < 0)
		return;
	wire_put_text(m, TAG_TEXT, why->text);
	wire_send(entry->socket, m, 0, &ignored);
}

void
entry_environment(const struct jail_entry *entry,
	void (*set)(void *context, const char *name, const char *value), void *context)
{
	struct wire_field field = { .next = 0 };
	char text[512];

	while (entry->answer && wire_next(entry->answer, &field)) {
		char *value;

		if (field.tag != TAG_ENV || !wire_field_text(&field, text, sizeof(text)))
			continue;
		value = strchr(text, '=');
		if (value)
			*value++ = '\0';
		set(context, text, value);
	}
}

void
entry_release(struct jail_entry *entry)
{
	fd_close(&entry->socket);
	fd_close(&entry->self);
	fd_close(&entry->process_dir);
	fd_close(&entry->init);
	wire_free(&entry->answer);
}
