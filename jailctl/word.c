/*
 * word.c - a struct and at most one descriptor, in one message. Both ends are
 * the same program, in two halves.
 */
#include "word.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int
word_send(int socket, const struct word *word, int fd, struct jail_error *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (void *)word, .iov_len = sizeof(*word) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *header;

		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &fd, sizeof(int));
	}
	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return jail_fail(err, errno, "tell jailctl outside");
	return 0;
}

static int
take_fd(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

int
word_receive(int socket, struct word *word, int *fd, struct jail_error *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { .iov_base = word, .iov_len = sizeof(*word) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size;

	do
		size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (size < 0 && errno == EINTR);
	if (size < 0 && errno != ECONNRESET)
		return jail_fail(err, errno, "hear from inside");
	if (size <= 0)
		return jail_fail(err, EPIPE, "hear from inside");
	*fd = take_fd(&message);
	if (size != sizeof(*word))
		return jail_fail(err, EPROTO, "hear from inside");
	word->text[sizeof(word->text) - 1] = '\0';
	return 0;
}
