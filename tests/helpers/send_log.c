/*
 * send_log PATH COUNT: standard input, COUNT times, as datagrams to the socket
 * PATH. send_log PATH COUNT PORT: with a descriptor that takes an hour to close,
 * a connection to that port, whose other end does not read; 0: to one of our own.
 * send_log PATH as PID UID: with the credentials of somebody else.
 * send_log held-up: is held up by the receipt of such a descriptor.
 *
 * Static: it goes into the jails. Exit status 1, with the reason on standard
 * output, when the kernel refuses.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { HOUR = 3600 };

static long
must(long result, const char *call)
{
	if (result >= 0)
		return result;
	printf("%s: %s\n", call, strerror(errno));
	exit(1);
}

static void
send_with(int to, const char *text, size_t size, int type, const void *data, size_t length)
{
	union {
		struct cmsghdr header;
		char room[256];
	} control = { .header = { CMSG_LEN(length), SOL_SOCKET, type } };
	struct iovec part = { (void *)text, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	memcpy(CMSG_DATA(&control.header), data, length);
	message.msg_control = &control;
	message.msg_controllen = CMSG_SPACE(length);
	must(sendmsg(to, &message, 0), "sendmsg");
}

/* Accepts, and never reads. */
static int
listen_somewhere(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int listener = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(listener, (struct sockaddr *)&address, length), "bind");
	must(listen(listener, 1), "listen");
	must(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
	return ntohs(address.sin_port);
}

static int
connect_and_fill(int port)
{
	static const char filling[65536];
	const struct linger linger = { 1, HOUR };
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect");
	must(fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
	while (write(fd, filling, sizeof(filling)) > 0)
		;
	must(fcntl(fd, F_SETFL, 0), "fcntl");
	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), "SO_LINGER");
	return fd;
}

/* Whoever drops the last of them waits: not we, who end. */
static void
send_lingering(int to, const char *text, size_t size, long count, int port)
{
	int fd = connect_and_fill(port ? port : listen_somewhere());

	while (count-- > 0)
		send_with(to, text, size, SCM_RIGHTS, &fd, sizeof(fd));
	close(fd);
}

static int
be_held_up(void)
{
	char text[16];
	int ends[2];

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), "socketpair");
	send_lingering(ends[0], "x", 1, 1, 0);
	recv(ends[1], text, sizeof(text), 0);
	return 0;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = (int)must(socket(AF_UNIX, SOCK_DGRAM, 0), "socket");

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	must(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect");
	return fd;
}

int
main(int argc, char **argv)
{
	static char text[65536];
	struct ucred other = { 0 };
	int to;
	size_t size;

	if (argc == 2 && strcmp(argv[1], "held-up") == 0)
		return be_held_up();
	if (argc < 3)
		return 2;
	to = connect_to(argv[1]);
	size = fread(text, 1, sizeof(text), stdin);
	if (strcmp(argv[2], "as") == 0 && argc == 5) {
		other = (struct ucred){ atoi(argv[3]), (uid_t)atoi(argv[4]), getgid() };
		send_with(to, text, size, SCM_CREDENTIALS, &other, sizeof(other));
	} else if (argc == 4) {
		send_lingering(to, text, size, atol(argv[2]), atoi(argv[3]));
		puts("sent");
		fflush(stdout);
		pause(); /* the other end stays open */
	} else {
		for (long left = atol(argv[2]); left > 0; left--)
			must(send(to, text, size, 0), "send");
	}
	return 0;
}
