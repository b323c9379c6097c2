/*
 * streams.c - pipes, and the jail's own terminal.
 */
#include "streams.h"

#include "fd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { PTMX_MAJOR = 5, PTMX_MINOR = 2 };

static bool
is_unix_socket(int fd)
{
	int domain;
	socklen_t size = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

static int
make_pipe(struct streams *streams, int fd, struct jail_error *err)
{
	int ends[2];
	bool input = fd == STDIN_FILENO;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return jail_fail(err, errno, "pipe");
	streams->inner[fd] = input ? ends[0] : ends[1];
	streams->outer[fd] = input ? ends[1] : ends[0];
	/* Ours alone: the other end keeps its own mode. */
	if (fcntl(streams->outer[fd], F_SETFL, O_NONBLOCK) < 0)
		return jail_fail(err, errno, "O_NONBLOCK");
	return 0;
}

int
streams_plan(struct streams *streams, bool no_terminal, struct jail_error *err)
{
	bool terminal = !no_terminal && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);

	*streams = STREAMS_INITIAL;
	for (int fd = 0; fd <= 2; fd++) {
		if (isatty(fd))
			streams->kinds[fd] = terminal ? STREAM_TERMINAL : STREAM_PIPE;
		else if (is_unix_socket(fd))
			streams->kinds[fd] = STREAM_PIPE;
		if (streams->kinds[fd] == STREAM_PIPE && make_pipe(streams, fd, err) < 0)
			return -1;
	}
	streams->terminal = terminal;
	if (terminal && (tcgetattr(STDIN_FILENO, &streams->modes) < 0 ||
				ioctl(STDIN_FILENO, TIOCGWINSZ, &streams->size) < 0))
		return jail_fail(err, errno, "look at the terminal");
	return 0;
}

void
streams_close_inner(struct streams *streams)
{
	for (int fd = 0; fd <= 2; fd++)
		fd_close(&streams->inner[fd]);
}

void
streams_close_outer(struct streams *streams)
{
	for (int fd = 0; fd <= 2; fd++)
		fd_close(&streams->outer[fd]);
}

int
streams_take(struct streams *streams, struct jail_error *err)
{
	autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return jail_fail(err, errno, "open /dev/null");
	for (int fd = 0; fd <= 2; fd++) {
		if (streams->kinds[fd] == STREAM_AS_IT_IS)
			continue;
		if (dup2(streams->kinds[fd] == STREAM_PIPE ? streams->inner[fd] : null, fd) < 0)
			return jail_fail(err, errno, "dup2");
	}
	streams_close_inner(streams);
	return 0;
}

/* What answers is looked at: it is the jail's, and we hand it to the host. */
static int
open_master(struct jail_error *err)
{
	autoclose int fd = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return jail_fail(err, errno, "open the jail's /dev/pts/ptmx");
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(PTMX_MAJOR, PTMX_MINOR))
		return jail_fail(err, 0, "the jail's /dev/pts/ptmx is none");
	return fd_steal(&fd);
}

int
streams_open_terminal(const struct streams *streams, uid_t owner, int *terminal,
	struct jail_error *err)
{
	autoclose int master = open_master(err), peer = -1;
	int locked = 0;

	if (master < 0)
		return -1;
	if (ioctl(master, TIOCSPTLCK, &locked) < 0)
		return jail_fail(err, errno, "unlock the jail's terminal");
	peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (peer < 0)
		return jail_fail(err, errno, "open the jail's terminal");
	if (fchown(peer, owner, (gid_t)-1) < 0)
		return jail_fail(err, errno, "give the terminal to the user");
	if (tcsetattr(peer, TCSANOW, &streams->modes) < 0 ||
		ioctl(peer, TIOCSWINSZ, &streams->size) < 0)
		return jail_fail(err, errno, "set the jail's terminal");
	if (fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
		return jail_fail(err, errno, "O_NONBLOCK");
	*terminal = fd_steal(&peer);
	return fd_steal(&master);
}
