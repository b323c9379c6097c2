/*
 * outside.c - the administrator's side of exec and enter: relays streams, sizes
 * and signals until the command has ended. It never enters the jail, and what it
 * gets from there are bytes and two descriptors.
 */
#include "errand.h"
#include "fd.h"
#include "jailctl.h"
#include "pump.h"
#include "word.h"

#include <fcntl.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct proxy {
	struct errand *errand;
	pid_t child;
	int inside;  /* socket */
	int signals; /* signalfd */
	int command; /* pidfd; -1 before it has started */
	pid_t group; /* the same as a pid: inside.c reaps it after we have ended */
	int master;  /* of the jail's terminal */
	bool entered;
	int waiting; /* a signal for the command that is about to start; 0: none */
	bool raw;    /* the administrator's terminal is in raw mode */
	bool over;
	bool failed; /* status is ours, reason holds why */
	int status;
	struct jail_error reason;
	struct pump pumps[3]; /* to 0, from 1, from 2 of the command */
};

static void
set_raw(struct proxy *proxy)
{
	struct termios raw = proxy->errand->streams.modes;

	cfmakeraw(&raw);
	proxy->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static void
reset_terminal(struct proxy *proxy)
{
	if (proxy->raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &proxy->errand->streams.modes);
	proxy->raw = false;
}

static void
start_pump(struct pump *pump, int from, int to)
{
	pump->from = from;
	pump->to = to;
	pump->state = PUMP_RUNS;
}

static void
start_pipes(struct proxy *proxy)
{
	const int *outer = proxy->errand->streams.outer;

	if (outer[0] >= 0)
		start_pump(&proxy->pumps[0], STDIN_FILENO, outer[0]);
	for (int fd = 1; fd <= 2; fd++)
		if (outer[fd] >= 0)
			start_pump(&proxy->pumps[fd], outer[fd], fd);
}

static void
start_terminal(struct proxy *proxy, int master)
{
	proxy->master = master;
	start_pump(&proxy->pumps[0], STDIN_FILENO, master);
	start_pump(&proxy->pumps[1], master, STDOUT_FILENO);
	set_raw(proxy);
}

/* The kernel tells the terminal's session by SIGHUP. */
static void
hang_up(struct proxy *proxy)
{
	proxy->pumps[0].state = proxy->pumps[1].state = PUMP_NONE;
	fd_close(&proxy->master);
}

static void
finish(struct proxy *proxy, int status)
{
	proxy->over = true;
	if (!proxy->failed)
		proxy->status = status;
}

static void
fail(struct proxy *proxy, int status, const char *text)
{
	proxy->failed = true;
	proxy->status = status;
	jail_fail(&proxy->reason, 0, "%s", text);
}

/* The session's process is gone and left no word: it was killed with its jail. */
static void
lost(struct proxy *proxy)
{
	if (!proxy->failed)
		fail(proxy, proxy->command >= 0 ? 128 + SIGKILL : EXIT_OURS,
			"the jail has ended");
	finish(proxy, EXIT_OURS);
}

/* What the keyboard sends goes to the group, as a terminal would do. */
static void
pass_signal(const struct proxy *proxy, int number)
{
	if ((number == SIGINT || number == SIGQUIT) && proxy->group > 1 &&
		kill(-proxy->group, number) == 0)
		return;
	pidfd_send_signal(proxy->command, number, NULL, 0);
}

static void
on_word(struct proxy *proxy)
{
	struct jail_error err;
	autoclose int fd = -1;
	struct word word;

	if (word_receive(proxy->inside, &word, &fd, &err) < 0) {
		lost(proxy);
		return;
	}
	switch (word.kind) {
	case WORD_ENTERED:
		proxy->entered = true;
		break;
	case WORD_TERMINAL:
		if (fd >= 0)
			start_terminal(proxy, fd_steal(&fd));
		break;
	case WORD_STARTED:
		proxy->command = fd_steal(&fd);
		proxy->group = word.number;
		if (proxy->waiting)
			pass_signal(proxy, proxy->waiting);
		break;
	case WORD_FAILED:
		fail(proxy, word.number, word.text);
		break;
	case WORD_ENDED:
		finish(proxy, word.number);
		break;
	}
}

static void
on_signal(struct proxy *proxy)
{
	struct signalfd_siginfo info;
	struct winsize size;

	if (read(proxy->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGWINCH) {
		if (proxy->master >= 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
			ioctl(proxy->master, TIOCSWINSZ, &size);
	} else if (proxy->command < 0 && proxy->entered) {
		proxy->waiting = (int)info.ssi_signo;
	} else if (proxy->command < 0) {
		fail(proxy, 128 + (int)info.ssi_signo, "interrupted on the way in");
		finish(proxy, proxy->status);
	} else if (info.ssi_signo == SIGHUP && proxy->master >= 0) {
		hang_up(proxy);
	} else {
		pass_signal(proxy, (int)info.ssi_signo);
	}
}

/* An end on one side is told to the other. */
static void
on_pump(struct proxy *proxy, int number)
{
	struct pump *pump = &proxy->pumps[number];

	if (pump->state != PUMP_DRY && pump->state != PUMP_BROKEN)
		return;
	pump->state = PUMP_NONE;
	if (proxy->master >= 0 && number <= 1)
		hang_up(proxy);
	else
		fd_close(&proxy->errand->streams.outer[number]);
}

static int
turn(struct proxy *proxy, struct jail_error *err)
{
	struct pollfd polls[2 + 3 * PUMP_POLLS] = {
		{ .fd = proxy->inside, .events = POLLIN },
		{ .fd = proxy->signals, .events = POLLIN },
	};

	for (int i = 0; i < 3; i++)
		pump_poll(&proxy->pumps[i], &polls[2 + i * PUMP_POLLS]);
	if (poll(polls, 2 + 3 * PUMP_POLLS, -1) < 0)
		return errno == EINTR ? 0 : jail_fail(err, errno, "poll");
	for (int i = 0; i < 3; i++) {
		pump_turn(&proxy->pumps[i], &polls[2 + i * PUMP_POLLS]);
		on_pump(proxy, i);
	}
	if (polls[0].revents)
		on_word(proxy);
	else if (polls[1].revents)
		on_signal(proxy);
	return 0;
}

static int
start(struct proxy *proxy, struct jail_error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return jail_fail(err, errno, "socketpair");
	proxy->inside = pair[0];
	proxy->child = fork();
	if (proxy->child == 0) {
		fd_close(&proxy->signals);
		fd_close(&proxy->inside);
		streams_close_outer(&proxy->errand->streams);
		inside_run(proxy->errand, pair[1]);
	}
	fd_close(&pair[1]);
	streams_close_inner(&proxy->errand->streams);
	if (proxy->child < 0)
		return jail_fail(err, errno, "fork");
	start_pipes(proxy);
	return 0;
}

/* What the command wrote before it ended, then the session's own end. */
static void
stop(struct proxy *proxy)
{
	pump_drain(&proxy->pumps[1]);
	pump_drain(&proxy->pumps[2]);
	reset_terminal(proxy);
	fd_close(&proxy->inside);
	fd_close(&proxy->master);
	fd_close(&proxy->command);
	fd_close(&proxy->signals);
	streams_close_outer(&proxy->errand->streams);
	if (proxy->child > 0) {
		if (proxy->failed) /* it may not listen; ours and not reaped yet */
			kill(proxy->child, SIGKILL);
		while (waitpid(proxy->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

int
outside_serve(struct errand *errand, struct jail_error *err)
{
	autofree struct proxy *proxy = calloc(1, sizeof(*proxy));
	int result;

	if (!proxy)
		return fail_with(EXIT_OURS, err, "out of memory");
	*proxy = (struct proxy){ .errand = errand, .inside = -1, .command = -1, .master = -1 };
	signal(SIGPIPE, SIG_IGN);
	proxy->signals = signalfd(-1, &errand->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (proxy->signals < 0)
		return fail_with(EXIT_OURS, err, "signalfd: %s", strerror(errno));
	result = start(proxy, err);
	while (result == 0 && !proxy->over)
		result = turn(proxy, err);
	stop(proxy);
	if (result == 0 && proxy->failed)
		*err = proxy->reason;
	return result < 0 ? EXIT_OURS : proxy->status;
}
