/*
 * floor_helper.c - the floor's supervisor: one jail, sessions, an epoll.
 */
#include "floor.h"

#include "sys/pidfd_info.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LISTENER = 3, FDINFO = 512 };

void
message_send(int socket, const struct message *message, size_t size, int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (void *)message, .iov_len = size };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *rights = (struct cmsghdr *)control;

		header.msg_control = control;
		header.msg_controllen = sizeof(control);
		*rights = (struct cmsghdr){
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(sizeof(int)),
		};
		memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
	}
	MUST(sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT));
}

int
message_receive(int socket, struct message *message, int *fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { .iov_base = message, .iov_len = sizeof(*message) };
	struct msghdr header = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (header.msg_controllen >= sizeof(control))
		memcpy(fd, CMSG_DATA((struct cmsghdr *)control), sizeof(*fd));
	return size > 0;
}

static void
watch(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

/* That the pidfd is the peer's. */
static pid_t
read_pid(int pidfd)
{
	char path[48], text[FDINFO] = "";
	pid_t pid = sys_pidfd_pid(pidfd);
	int fd;

	if (pid > 0)
		return pid;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	fd = (int)MUST(open(path, O_RDONLY | O_CLOEXEC));
	MUST(read(fd, text, sizeof(text) - 1));
	close(fd);
	return atoi(strstr(text, "\nPid:") + 5);
}

static void
write_status(const struct message *message)
{
	int fd = (int)MUST(open(FLOOR_RUN "/" FLOOR_UID "/status.new",
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));

	MUST(write(fd, message, SHORT_MESSAGE));
	close(fd);
	MUST(rename(FLOOR_RUN "/" FLOOR_UID "/status.new", FLOOR_RUN "/" FLOOR_UID "/status"));
}

static void
read_filter(const char *path, struct message *message)
{
	int fd = (int)MUST(open(path, O_RDONLY | O_CLOEXEC));

	message->filter_length =
		(uint32_t)((size_t)MUST(read(fd, message->filter, sizeof(message->filter))) /
			   sizeof(message->filter[0]));
	close(fd);
}

static struct jail jail;
static struct message filter;
static bool bound, is_socket[1024];
static int epoll, sessions;

static void
on_enter(int socket, int pidfd)
{
	pid_t pid;

	if (!bound)
		bind_home(&jail);
	bound = true;
	pid = read_pid(pidfd);
	filter.attached_us = -now_us();
	attach(&jail, pid, pidfd);
	filter.attached_us += now_us();
	watch(epoll, pidfd);
	sessions++;
	filter.type = SEAL;
	filter.identity = *jail.identity;
	filter.flags = jail.flags;
	message_send(socket, &filter,
		SHORT_MESSAGE + filter.filter_length * sizeof(filter.filter[0]), jail.init);
	write_status(&filter);
}

static void
on_message(int socket)
{
	static struct message message;
	int pidfd = -1;

	if (!message_receive(socket, &message, &pidfd)) {
		is_socket[socket] = false;
		close(socket);
		return;
	}
	if (message.type == ADMIT) {
		read_pid(pidfd);
		if (jail.init < 0) {
			birth(&jail);
			read_filter(jail.options->filter, &filter);
			build(&jail);
			watch(epoll, jail.log);
			watch(epoll, jail.init);
		}
	}
	if (message.type == ENTER) {
		on_enter(socket, pidfd);
		return;
	}
	if (message.type == ENTERED)
		return;
	write_status(&message);
	message.type = WELCOME;
	message_send(socket, &message, SHORT_MESSAGE, -1);
	close(pidfd);
	if (jail.worker < 0)
		begin_move(&jail);
}

static void
leave(void)
{
	tear_down(&jail);
	unlink(FLOOR_RUN "/" FLOOR_UID "/status");
	unlink(FLOOR_RUN "/" FLOOR_UID "/socket");
	unlink(FLOOR_RUN "/" FLOOR_UID "/lock");
	rmdir(FLOOR_RUN "/" FLOOR_UID);
	_exit(0);
}

static void
on_ready(int fd)
{
	if (is_socket[fd]) {
		on_message(fd);
	} else { /* a session's pidfd, or init's */
		close(fd);
		if (--sessions <= 0)
			leave();
	}
}

void
serve(const struct floor_options *options)
{
	struct epoll_event event;
	socklen_t size = sizeof(struct ucred);
	struct ucred peer;

	jail = (struct jail){ .options = options, .init = -1, .worker = -1 };
	MUST(fcntl(LISTENER, F_SETFD, FD_CLOEXEC));
	epoll = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
	watch(epoll, LISTENER);
	for (;;) {
		int fd;

		if (epoll_wait(epoll, &event, 1, -1) != 1)
			continue;
		if (event.data.fd != LISTENER) {
			on_ready(event.data.fd);
			continue;
		}
		fd = (int)MUST(accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
		MUST(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size));
		is_socket[fd] = true;
		watch(epoll, fd);
	}
}
