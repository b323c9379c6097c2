/*
 * seal.c - what a session is told to give up, and by what it knows its jail.
 */
#include "supervisor.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#define CAP(name) (1ULL << CAP_##name)

/* clang-format off */
/* What the process keeps that PAM called: sshd's monitor, vsftpd's parent. It
 * stays in the host's PID namespace, so never KILL. */
static const struct { const char *service; uint64_t caps; const char *why; } monitor_caps[] = {
	{ "",      CAP(CHOWN), "gives the terminal to the user" },
	{ "",      CAP(SETUID) | CAP(SETGID), "becomes the user" },
	{ "",      CAP(AUDIT_WRITE), "sshd ends a login with a terminal that it cannot record" },
	{ "vsftpd", CAP(NET_BIND_SERVICE), "sends from port 20 in active mode" },
	{ "login", CAP(FOWNER), "sets the mode of a terminal that is the user's already" },
};
/* clang-format on */

static uint64_t
caps_of(const char *service)
{
	uint64_t caps = 0;

	for (size_t i = 0; i < sizeof(monitor_caps) / sizeof(monitor_caps[0]); i++)
		if (!monitor_caps[i].service[0] ||
			strcmp(monitor_caps[i].service, service) == 0)
			caps |= monitor_caps[i].caps;
	return caps;
}

static void
put_environment(const struct supervisor *supervisor, struct wire_message *m)
{
	/* They name places outside. */
	static const char *const gone[] = { "XDG_SESSION_ID", "DBUS_SESSION_BUS_ADDRESS",
		"KRB5CCNAME", "MAIL", "XDG_SEAT", "XDG_VTNR", "NOTIFY_SOCKET" };
	char text[64];

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		wire_put_text(m, TAG_ENV, gone[i]);
	snprintf(text, sizeof(text), "XDG_RUNTIME_DIR=/run/user/%u", supervisor->uid);
	wire_put_text(m, TAG_ENV, text);
}

void
seal_fill(const struct supervisor *supervisor, const struct jail *jail, struct wire_message *m)
{
	wire_put_number(m, TAG_NAMESPACES, jail_namespaces(&jail->policy));
	wire_put(m, TAG_IDENTITY, &jail->identity, sizeof(jail->identity));
	wire_put_number(m, TAG_CAPS, caps_of(supervisor->login.service));
	wire_put(m, TAG_FILTER, jail->filter.filter,
		jail->filter.len * sizeof(*jail->filter.filter));
	wire_put_number(m, TAG_SOCKET_STDIO, jail->policy.socket_stdio);
	wire_put_number(m, TAG_SCRATCH, jail->policy.root == ROOT_SCRATCH);
	wire_put_number(m, TAG_NESTED, jail->policy.nested);
	wire_put_text(m, TAG_JAIL, jail->name);
	put_environment(supervisor, m);
	wire_put_fd(m, jail->init_watch.fd);
}
