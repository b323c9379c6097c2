/*
 * wire_reply.c - what a supervisor answers, as the module reads it inside sshd:
 * to ADMIT, then to ENTER. Two functions of the library are ours here: no
 * supervisor is started, and no filter.
 *
 * The input: how many descriptors come with it, and the message.
 */
#include "fuzz.h"

#include "client.h"
#include "entry.h"
#include "fd.h"
#include "seccomp_filter.h"

#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>

int
supervisor_connect(uid_t uid, const char *config, struct jail_error *err)
{
	(void)uid, (void)config;
	return jail_fail(err, ENOENT, "connect");
}

void
supervisor_bury(uid_t uid)
{
	(void)uid;
}

int
seccomp_apply(const struct seccomp_program *program, struct jail_error *err)
{
	uint32_t sum = 0;

	must(program->len > 0 && program->len <= BPF_MAXINSNS);
	for (unsigned i = 0; i < program->len; i++)
		sum += program->filter[i].k;
	return sum ? 0 : jail_fail(err, EINVAL, "apply the filter");
}

/* The answer is on its way before the question. */
static void
answer(int socket, const uint8_t *data, size_t size)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (void *)(data + 1), .iov_len = size - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr head = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	const int fds[3] = { socket, socket, socket };
	size_t count = data[0] % 4U;

	if (count > 0) {
		head.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(control, &head, sizeof(head));
		memcpy(control + CMSG_LEN(0), fds, count * sizeof(int));
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	must(sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)size - 1);
	must(shutdown(socket, SHUT_WR) == 0);
}

static int
connect_to(const uint8_t *data, size_t size, struct jail_entry *entry)
{
	int pair[2];

	memset(entry, 0, sizeof(*entry));
	entry_begin(entry);
	entry->config = "/etc/jail.conf";
	entry->login = (struct jail_login){ .user = "alice", .uid = 2001 };
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	entry->socket = pair[0];
	answer(pair[1], data, size);
	return pair[1];
}

static void
see_variable(void *context, const char *name, const char *value)
{
	(void)context;
	must(!strchr(name, '='));
	must(!value || strlen(value) < 512);
}

static void
admit(const uint8_t *data, size_t size)
{
	struct jail_entry entry;
	int other = connect_to(data, size, &entry);
	struct jail_error err = { .text = "" };
	bool limit;

	if (entry_admit(&entry, &limit, &err) == DENIED)
		must(err.text[0]);
	entry_release(&entry);
	close(other);
}

static void
enter(const uint8_t *data, size_t size)
{
	struct jail_entry entry;
	int other = connect_to(data, size, &entry);
	struct jail_error err = { .text = "" };

	if (supervisor_ask(&entry, &err) == 0) {
		must(entry.init >= 0);
		filter_load(&entry, &err);
	}
	entry_environment(&entry, see_variable, NULL);
	entry_release(&entry);
	close(other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > WIRE_SIZE_MAX)
		return 0;
	admit(data, size);
	enter(data, size);
	return 0;
}
