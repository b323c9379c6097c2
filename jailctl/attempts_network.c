/*
 * attempts_network.c - sockets that listen on the host.
 */
#include "attempts.h"

#include "fd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* args: its name, without the NUL in front; or a path */
enum answer
try_abstract_socket(struct trial *trial)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_path = trial->args[0][0] == '/';
	size_t length = strlen(trial->args[0]);

	snprintf(address.sun_path + !is_path, sizeof(address.sun_path) - 1, "%s",
		trial->args[0]);
	if (connect(fd, (const void *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + !is_path + length)) <
		0)
		return blocked(trial, "connect");
	return worked(trial, "connected to a socket of the host's");
}

/* args: a port. Who listens there says the tag: in the jail it may be somebody
 * else. */
enum answer
try_loopback(struct trial *trial)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(trial->args[0])),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[sizeof(trial->bait->tag)] = "";

	if (connect(fd, (const void *)&address, sizeof(address)) < 0)
		return blocked(trial, "connect");
	if (recv(fd, text, sizeof(text) - 1, MSG_WAITALL) < 0)
		return blocked(trial, "recv");
	errno = 0;
	return strcmp(text, trial->bait->tag) == 0
		       ? worked(trial, "talked with a server of the host's")
		       : blocked(trial, "somebody else listens there");
}
