/*
 * scope.c - abstract sockets go by network namespace, so a jail with the host's
 * network could talk to daemons of the host that believe whoever connects.
 * Landlock keeps a session to the abstract sockets of its own processes.
 *
 * A Landlock domain cannot be joined, so each session is one: abstract sockets,
 * debuggers and /proc/PID/fd and the like do not reach from one session of such a
 * jail into another. Sockets in the file system, signals and ports do.
 */
#include "scope.h"

#include "entry.h"
#include "fd.h"
#include "sys/landlock.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>

bool
scope_is_possible(void)
{
	return sys_landlock_abi() >= SYS_LANDLOCK_SCOPES;
}

/* A listening socket under a name that the kernel chooses (unix(7), autobind). */
static int
listen_outside(struct sockaddr_un *name, socklen_t *length, struct jail_error *err)
{
	const struct sockaddr_un any = { .sun_family = AF_UNIX };
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*length = sizeof(*name);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&any, sizeof(sa_family_t)) < 0 ||
		listen(fd, 1) < 0 || getsockname(fd, (struct sockaddr *)name, length) < 0)
		return jail_fail(err, errno, "an abstract socket");
	return fd_steal(&fd);
}

/* From inside the scope, to a socket that was made outside of it. */
static int
check(const struct sockaddr_un *name, socklen_t length, struct jail_error *err)
{
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return jail_fail(err, errno, "socket");
	if (connect(fd, (const struct sockaddr *)name, length) == 0 || errno != EPERM)
		return jail_fail(err, 0, "an abstract socket of the host can be reached");
	return 0;
}

int
sockets_scope(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	autoclose int outside = -1;
	struct sockaddr_un name;
	socklen_t length;

	if ((entry->namespaces & CLONE_NEWNET) || !scope_is_possible())
		return 0;
	outside = listen_outside(&name, &length, err);
	if (outside < 0)
		return -1;
	if (sys_landlock_scope(SYS_LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET) < 0)
		return jail_fail(err, errno, "landlock_restrict_self");
	return check(&name, length, err);
}
