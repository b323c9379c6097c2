/*
 * wire.c - messages between module, supervisor and jailctl.
 *
 * Both ends are root and the socket lies in root's directory; still every
 * length is checked here, since a supervisor must outlive a confused peer.
 */
#include "wire.h"

#include "fd.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define WIRE_MAGIC 0x4c49414aU /* "JAIL" */

struct wire_header {
	uint32_t magic;
	uint16_t version;
	uint16_t type;
};

struct field_header {
	uint16_t tag;
	uint16_t zero;
	uint32_t size;
};

struct wire_message *
wire_new(uint16_t type)
{
	struct wire_message *m = malloc(sizeof(*m));

	if (m) {
		m->type = type;
		m->used = sizeof(struct wire_header);
		m->fd_count = 0;
	}
	return m;
}

void
wire_clear(struct wire_message *m)
{
	for (size_t i = 0; i < m->fd_count; i++)
		fd_close(&m->fds[i]);
	m->fd_count = 0;
	m->used = sizeof(struct wire_header);
}

void
wire_free(struct wire_message **m)
{
	free(*m);
	*m = NULL;
}

static size_t
padded(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

void
wire_put(struct wire_message *m, uint16_t tag, const void *data, size_t size)
{
	struct field_header header = { .tag = tag, .size = (uint32_t)size };

	if (size > WIRE_SIZE_MAX || m->used + sizeof(header) + padded(size) > WIRE_SIZE_MAX) {
		m->used = WIRE_SIZE_MAX + 1; /* wire_send() will say so */
		return;
	}
	memcpy(m->data + m->used, &header, sizeof(header));
	m->used += sizeof(header);
	memset(m->data + m->used, 0, padded(size));
	if (size > 0)
		memcpy(m->data + m->used, data, size);
	m->used += padded(size);
}

void
wire_put_text(struct wire_message *m, uint16_t tag, const char *text)
{
	wire_put(m, tag, text, strlen(text));
}

void
wire_put_number(struct wire_message *m, uint16_t tag, uint64_t number)
{
	wire_put(m, tag, &number, sizeof(number));
}

void
wire_put_fd(struct wire_message *m, int fd)
{
	if (m->fd_count < WIRE_FDS_MAX)
		m->fds[m->fd_count++] = fd;
}

bool
wire_next(const struct wire_message *m, struct wire_field *field)
{
	struct field_header header;
	size_t at = field->next ? field->next : sizeof(struct wire_header);

	if (at + sizeof(header) > m->used)
		return false;
	memcpy(&header, m->data + at, sizeof(header));
	at += sizeof(header);
	if (header.size > m->used - at || padded(header.size) > m->used - at)
		return false;

	*field = (struct wire_field){
		.tag = header.tag,
		.size = header.size,
		.data = m->data + at,
		.next = at + padded(header.size),
	};
	return true;
}

bool
wire_find(const struct wire_message *m, uint16_t tag, struct wire_field *field)
{
	*field = (struct wire_field){ .next = 0 };
	while (wire_next(m, field))
		if (field->tag == tag)
			return true;
	return false;
}

bool
wire_field_text(const struct wire_field *field, char *out, size_t size)
{
	if (field->size >= size || memchr(field->data, '\0', field->size))
		return false;
	memcpy(out, field->data, field->size);
	out[field->size] = '\0';
	return true;
}

bool
wire_text(const struct wire_message *m, uint16_t tag, char *out, size_t size)
{
	struct wire_field field;

	return wire_find(m, tag, &field) && wire_field_text(&field, out, size);
}

bool
wire_field_number(const struct wire_field *field, uint64_t *out)
{
	if (field->size != sizeof(*out))
		return false;
	memcpy(out, field->data, sizeof(*out));
	return true;
}

bool
wire_number(const struct wire_message *m, uint16_t tag, uint64_t *out)
{
	struct wire_field field;

	return wire_find(m, tag, &field) && wire_field_number(&field, out);
}

/* Waits for `events` until the deadline. 0 ready, else the errno. */
static int
wait_ready(int socket, short events, int milliseconds)
{
	struct timespec now;
	int64_t deadline;

	clock_gettime(CLOCK_MONOTONIC, &now);
	deadline = now.tv_sec * 1000 + now.tv_nsec / 1000000 + milliseconds;
	for (;;) {
		struct pollfd one = { .fd = socket, .events = events };
		int64_t left;
		int ready;

		clock_gettime(CLOCK_MONOTONIC, &now);
		left = deadline - (now.tv_sec * 1000 + now.tv_nsec / 1000000);
		ready = poll(&one, 1, left > 0 ? (int)left : 0);
		if (ready > 0)
			return 0;
		if (ready == 0)
			return ETIMEDOUT;
		if (errno != EINTR)
			return errno;
	}
}

static void
attach_fds(struct msghdr *message, char *control, const int *fds, size_t count)
{
	const struct cmsghdr part = {
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(count * sizeof(int)),
	};

	if (count == 0)
		return;
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(count * sizeof(int));
	memcpy(control, &part, sizeof(part));
	memcpy(control + CMSG_LEN(0), fds, count * sizeof(int));
}

static int
put_header(struct wire_message *m, struct jail_error *err)
{
	const struct wire_header header = {
		.magic = WIRE_MAGIC,
		.version = WIRE_VERSION,
		.type = m->type,
	};

	if (m->used > WIRE_SIZE_MAX)
		return jail_fail(err, EMSGSIZE, "a message of pam_jail");
	memcpy(m->data, &header, sizeof(header));
	return 0;
}

int
wire_send(int socket, struct wire_message *m, int milliseconds, struct jail_error *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(WIRE_FDS_MAX * sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = m->data, .iov_len = m->used };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	size_t borrowed = m->fd_count;

	m->fd_count = 0; /* whatever comes: wire_clear() would close their owner's */
	if (put_header(m, err) < 0)
		return -1;
	attach_fds(&message, control, m->fds, borrowed);

	while (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		int error = errno;

		if (error == EAGAIN)
			error = wait_ready(socket, POLLOUT, milliseconds);
		if (error != 0 && error != EINTR)
			return jail_fail(err, error, "send a message");
	}
	return 0;
}

static void
take_fds(struct wire_message *m, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (m->fd_count < WIRE_FDS_MAX)
				m->fds[m->fd_count++] = fd;
			else
				fd_close(&fd);
		}
	}
}

static int
check_header(struct wire_message *m, struct jail_error *err)
{
	struct wire_header header;

	if (m->used < sizeof(header))
		return jail_fail(err, EPROTO, "a message without a header");
	memcpy(&header, m->data, sizeof(header));
	if (header.magic != WIRE_MAGIC)
		return jail_fail(err, EPROTO, "not a message of pam_jail");
	if (header.version < WIRE_VERSION_OLDEST || header.version > WIRE_VERSION)
		return jail_fail(err, EPROTO, "protocol version %u, expected %d to %d",
			header.version, WIRE_VERSION_OLDEST, WIRE_VERSION);
	m->type = header.type;
	return 0;
}

int
wire_receive(int socket, struct wire_message *m, int milliseconds, struct jail_error *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(WIRE_FDS_MAX * sizeof(int))];
	struct iovec part = { .iov_base = m->data, .iov_len = sizeof(m->data) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size;

	m->fd_count = 0;
	for (;;) {
		int error = 0;

		size = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (size >= 0)
			break;
		error = errno;
		if (error == EAGAIN)
			error = wait_ready(socket, POLLIN, milliseconds);
		if (error != 0 && error != EINTR)
			return jail_fail(err, error, "receive a message");
	}
	m->used = (size_t)size;
	take_fds(m, &message); /* of an empty message, too */
	if (size == 0) {
		wire_clear(m);
		return jail_fail(err, EPIPE, "receive a message");
	}
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || check_header(m, err) < 0) {
		wire_clear(m);
		return jail_fail(err, EPROTO, "receive a message");
	}
	return 0;
}

int
wire_save(int fd, struct wire_message *m, struct jail_error *err)
{
	if (put_header(m, err) < 0)
		return -1;
	if (write(fd, m->data, m->used) != (ssize_t)m->used)
		return jail_fail(err, errno ? errno : ENOSPC, "write");
	return 0;
}

int
wire_load(int fd, struct wire_message *m, struct jail_error *err)
{
	ssize_t size = read(fd, m->data, sizeof(m->data));

	m->fd_count = 0;
	if (size < 0)
		return jail_fail(err, errno, "read");
	m->used = (size_t)size;
	return check_header(m, err);
}
