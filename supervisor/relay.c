/*
 * relay.c - the /dev/log of a jail: what is sent there goes to the host's log
 * with the sender's pid and uid in front, as the kernel gives them, and the jail.
 *
 * Beyond the plan's log_lines and log_bytes lines are dropped and counted, and we
 * read more slowly, so that a flood waits for us and not we for it. A line of the
 * server (sshd's monitor, su) is paid from a purse of its own, which the user
 * cannot spend.
 */
#include "fd.h"
#include "log_record.h"
#include "rows.h"
#include "supervisor.h"
#include "sys/clone.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum {
	TURN = 16,             /* datagrams, before a login's question has its turn */
	PAUSE_MS = 20,         /* after a turn in which something was dropped */
	REPORT_MS = 10000,     /* from the first drop to the line that tells of it */
	DESCRIPTORS_MAX = 253, /* in one message: unix(7) */
};

struct datagram {
	struct ucred sender;
	bool brings_descriptors;
	size_t size;
	char data[LOG_RECORD_MAX];
};

/*
 * The next one, left in the queue. There is room for the credentials only: of
 * descriptors beside them we are told by MSG_CTRUNC.
 */
static bool
peek(int log, struct datagram *datagram)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec data = { datagram->data, sizeof(datagram->data) };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(log, &message, MSG_PEEK | MSG_DONTWAIT);
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	if (size < 0)
		return false;
	datagram->size = (size_t)size;
	datagram->brings_descriptors = message.msg_flags & MSG_CTRUNC;
	datagram->sender = (struct ucred){ .pid = 0, .uid = (uid_t)-1 };
	if (header && header->cmsg_type == SCM_CREDENTIALS)
		memcpy(&datagram->sender, CMSG_DATA(header), sizeof(datagram->sender));
	return true;
}

static void
skip(int log)
{
	recv(log, NULL, 0, MSG_DONTWAIT);
}

/* Who has another uid than the user's has it from the server. Where the user is
 * uid 0 the sessions tell. */
static bool
is_server(const struct jail *jail, const struct ucred *sender)
{
	return sender->uid != ids_uid(&jail->ids, jail->login.uid) ||
	       session_is(jail->supervisor, jail, sender->pid);
}

static bool
pass_on(struct jail *jail, const struct datagram *datagram)
{
	struct supervisor *supervisor = jail->supervisor;
	const struct ucred *sender = &datagram->sender;
	const struct budget_rate rate = { jail->plan.log_lines, jail->plan.log_bytes };
	struct budget *budget = is_server(jail, sender) ? &supervisor->log_of_servers
							: &supervisor->log_of_user;
	struct log_record record;

	if (!budget_spend(budget, rate, now_ms(), datagram->size))
		return false;
	log_record_parse(datagram->data, datagram->size, &record);
	return log_as(record.priority, "jail", "user %s uid %u pid %d jail %s: %s",
		jail->login.user, sender->uid, sender->pid, jail->name, record.text);
}

static void
count_drop(struct jail *jail)
{
	if (jail->log.dropped++ == 0)
		jail->log.report_due = now_ms() + REPORT_MS;
}

static void
report_drops(struct jail *jail)
{
	if (jail->log.dropped > 0)
		log_line("jail %s of user %s: %" PRIu64
			 " messages from inside were dropped; see log_lines in jail.conf(5)",
			jail->name, jail->login.user, jail->log.dropped);
	jail->log.dropped = 0;
	jail->log.report_due = 0;
}

static void
pause_reading(struct jail *jail)
{
	watch_remove(jail->supervisor, &jail->log.socket);
	jail->log.resume = now_ms() + PAUSE_MS;
}

/*
 * In a child: receives one datagram, or all there are, with the descriptors in
 * it, and ends.
 */
__attribute__((noreturn)) static void
take_away(int log, bool all, pid_t supervisor)
{
	enum { KEPT = 3 };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct ucred)) +
			  CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
	} control;
	struct msghdr message = { .msg_control = &control };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != supervisor ||
		dup2(log, KEPT) < 0 || close_range(KEPT + 1, ~0U, 0) < 0)
		_exit(1);
	do
		message.msg_controllen = sizeof(control);
	while (recvmsg(KEPT, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) >= 0 && all);
	_exit(0);
}

/*
 * What may come with a datagram can take its time to close: a TCP socket with
 * SO_LINGER an hour. A process that ends does not linger, and where it hangs all
 * the same, on a file of a dead server, it hangs alone. (Linux 6.16 can refuse
 * descriptors: SO_PASSRIGHTS.)
 */
static void
send_child(const struct relay *log, bool all, int *pidfd)
{
	pid_t self = getpid();

	if (sys_fork(0, -1, pidfd) == 0)
		take_away(log->socket.fd, all, self);
}

static bool
child_is_gone(struct relay *log)
{
	siginfo_t info = { .si_pid = 0 };

	if (log->child < 0)
		return true;
	if (waitid(P_PIDFD, (id_t)log->child, &info, WEXITED | WNOHANG) == 0 &&
		info.si_pid == 0)
		return false;
	fd_close(&log->child);
	return true;
}

static void
read_some(struct supervisor *supervisor, void *owner)
{
	struct jail *jail = owner;
	struct datagram datagram;
	uint64_t before = jail->log.dropped;

	(void)supervisor;
	for (int i = 0; i < TURN && peek(jail->log.socket.fd, &datagram); i++) {
		if (datagram.brings_descriptors) {
			send_child(&jail->log, false, &jail->log.child);
			count_drop(jail);
			break;
		}
		skip(jail->log.socket.fd);
		if (!pass_on(jail, &datagram))
			count_drop(jail);
	}
	if (jail->log.dropped != before)
		pause_reading(jail);
}

int
relay_take(void *work, struct jail_error *err)
{
	struct jail *jail = work;
	autoclose int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int yes = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)) < 0)
		return jail_fail(err, errno, "make the socket of /dev/log");
	jail->log.socket.fd = fd;
	jail->log.socket.ready = read_some;
	jail->log.socket.owner = jail;
	if (watch_add(jail->supervisor, &jail->log.socket, err) < 0) {
		jail->log.socket.fd = -1;
		return -1;
	}
	fd_steal(&fd);
	return 0;
}

/*
 * Nobody lives who could send more, and a socket of the jail that was passed
 * elsewhere is told so. Who closes what is left in the queue may have to wait:
 * that is a child, whose copy of our descriptor is the last.
 */
void
relay_leave(void *work)
{
	struct jail *jail = work;
	struct relay *log = &jail->log;
	struct datagram datagram;
	bool more;

	watch_remove(jail->supervisor, &log->socket);
	shutdown(log->socket.fd, SHUT_RD);
	while ((more = peek(log->socket.fd, &datagram)) && !datagram.brings_descriptors) {
		skip(log->socket.fd);
		if (!pass_on(jail, &datagram))
			count_drop(jail);
	}
	if (more || !child_is_gone(log))
		send_child(log, true, NULL);
	report_drops(jail);
	fd_close(&log->child);
	fd_close(&log->socket.fd);
}

void
relay_tick(struct supervisor *supervisor)
{
	uint64_t now = now_ms();

	for (struct jail *jail = supervisor->jails; jail; jail = jail->next) {
		struct relay *log = &jail->log;
		struct jail_error ignored;

		if (log->report_due && now >= log->report_due)
			report_drops(jail);
		if (!log->resume || now < log->resume)
			continue;
		if (child_is_gone(log) && watch_add(supervisor, &log->socket, &ignored) == 0)
			log->resume = 0;
		else
			log->resume = now + PAUSE_MS;
	}
}

uint64_t
relay_next(const struct supervisor *supervisor)
{
	uint64_t next = 0;

	for (const struct jail *jail = supervisor->jails; jail; jail = jail->next) {
		next = sooner(next, jail->log.resume);
		next = sooner(next, jail->log.report_due);
	}
	return next;
}
