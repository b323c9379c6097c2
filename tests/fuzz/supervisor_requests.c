/*
 * supervisor_requests.c - what connections ask of a supervisor, in any order, with
 * hang-ups, ends of processes and the passing of time between. What it asks of
 * the kernel and of jail.conf is answered here; in the end nothing may be left.
 *
 * The input: commands of three bytes, what and to whom, and how many bytes more.
 * Bit 5: the supervisor does not come to read until the next one.
 */
#include "fuzz.h"

#include "fd.h"
#include "state.h"
#include "supervisor.h"

#include <malloc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

enum { CLIENTS = 4, WATCHES_MAX = 256, TIME_UNIT_MS = 10 };

static struct supervisor supervisor;
static struct wire_message *message;
static struct watch *watches[WATCHES_MAX];
static size_t watch_count;
static uint64_t clock_ms;
static int clients[CLIENTS];

/* --- instead of watch.c --- */

uint64_t
now_ms(void)
{
	return clock_ms;
}

int
watch_add(struct supervisor *s, struct watch *watch, struct jail_error *err)
{
	(void)s;
	if (watch_count == WATCHES_MAX)
		return jail_fail(err, ENOSPC, "watch descriptor %d", watch->fd);
	watches[watch_count++] = watch;
	return 0;
}

void
watch_remove(struct supervisor *s, struct watch *watch)
{
	(void)s;
	for (size_t i = 0; i < watch_count; i++)
		if (watches[i] == watch)
			watches[i] = watches[--watch_count];
}

/* --- instead of jail.conf: the service says what comes of it --- */

const struct jail_paths config_paths;

int
config_load(const struct jail_paths *paths, struct jail_config **config, struct jail_error *err)
{
	*config = NULL;
	return paths->main_file[0] == '/' ? 0 : jail_fail(err, 0, "no %s", paths->main_file);
}

void
config_free(struct jail_config *config)
{
	(void)config;
}

struct config_stamp
config_stamp(const struct jail_paths *paths)
{
	return (struct config_stamp){ .sum = (unsigned char)paths->main_file[1],
		.settled = true };
}

bool
config_stamp_same(const struct config_stamp *a, const struct config_stamp *b)
{
	return a->settled && b->settled && a->sum == b->sum;
}

int
config_resolve_under(const struct jail_config *config, const struct jail_login *login,
	const char *policy, struct jail_verdict *verdict, struct jail_error *err)
{
	(void)config, (void)err;
	*verdict = (struct jail_verdict){ .kind = VERDICT_JAILED, .reason = "refused" };
	snprintf(verdict->policy.name, sizeof(verdict->policy.name), "%s", policy);
	verdict->plan.sessions_max = 3;
	verdict->plan.linger = login->rhost[0] == 'l' ? 60 : 0;
	if (login->service[0] == 'u')
		verdict->kind = VERDICT_UNJAILED;
	if (login->service[0] == 'r')
		verdict->kind = VERDICT_REFUSED;
	return 0;
}

int
config_resolve(const struct jail_config *config, const struct jail_login *login,
	struct jail_verdict *verdict, struct jail_error *err)
{
	return config_resolve_under(config, login, "shell", verdict, err);
}

void
verdict_detach(struct jail_verdict *verdict)
{
	(void)verdict;
}

/* --- instead of the kernel --- */

/* Init is an event that can be made to happen. */
static int
build(void *work, struct jail_error *err)
{
	struct jail *jail = work;

	(void)err;
	jail->init_watch.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	must(jail->init_watch.fd >= 0);
	return 0;
}

static void
unbuild(void *work)
{
	struct jail *jail = work;

	fd_close(&jail->init_watch.fd);
}

const struct jail_step build_steps[] = { { "build", "", PREPARE, ALWAYS, build, unbuild } };
const size_t build_step_count = 1;

int
pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags)
{
	const uint64_t once = 1;

	(void)number, (void)info, (void)flags;
	return write(fd, &once, sizeof(once)) < 0 ? -1 : 0; /* init's, else no eventfd */
}

int
home_bind(struct jail *jail, const struct jail_login *login, struct jail_error *err)
{
	if (strstr(login->home, "missing"))
		return jail_fail(err, ENOENT, "home");
	jail->home_bound = true;
	return 0;
}

uint64_t
jail_namespaces(const struct jail_policy *policy)
{
	(void)policy;
	return 0;
}

void
grace_begin(struct supervisor *s)
{
	(void)s;
}

int
grace_end(struct supervisor *s, struct jail_error *err)
{
	(void)s, (void)err;
	return 0;
}

int
cgroup_attach(const struct cgroup_host *host, const struct cgroup_leaf *leaf, pid_t pid,
	int pidfd, char *origin, struct jail_error *err)
{
	(void)host, (void)leaf, (void)err;
	must(pid == getpid() && pidfd >= 0);
	strcpy(origin, "0::/\n");
	return 0;
}

void
cgroup_restore(const struct cgroup_host *host, pid_t pid, int pidfd, const char *origin)
{
	(void)host;
	must(pid == getpid() && pidfd >= 0 && origin[0]);
}

void
cgroup_leaf_close(struct cgroup_leaf *leaf)
{
	(void)leaf;
}

int
cgroup_leaf_remove(const struct cgroup_host *host, const char *path, struct jail_error *err)
{
	(void)host, (void)path, (void)err;
	return 0;
}

int
cgroup_leaf_kill(const struct cgroup_host *host, const char *path, struct jail_error *err)
{
	(void)host, (void)path, (void)err;
	return 0;
}

/* Whoever connects here is root. */
int
getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
	long result = syscall(SYS_getsockopt, fd, level, option, value, size);

	if (option == SO_PEERCRED)
		((struct ucred *)value)->uid = 0;
	return (int)result;
}

int
malloc_trim(size_t pad)
{
	return pad == 0; /* takes a millisecond */
}

void
state_path(char path[STATE_PATH_MAX], uid_t uid, const char *name)
{
	(void)uid;
	must((size_t)snprintf(path, STATE_PATH_MAX, "%s/%s", scratch_path(), name) <
		STATE_PATH_MAX);
}

void
log_line(const char *format, ...)
{
	char text[900];
	va_list args;

	va_start(args, format);
	must(vsnprintf(text, sizeof(text), format, args) > 0);
	va_end(args);
}

/* --- the commands --- */

/* The supervisor is found here; the kernel makes the name. */
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t address_size = sizeof(address);

static int
listen_somewhere(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr *at = (struct sockaddr *)&address;

	must(fd >= 0 && bind(fd, at, sizeof(sa_family_t)) == 0);
	must(getsockname(fd, at, &address_size) == 0 && listen(fd, 8) == 0);
	return fd;
}

static void
client_connect(int *client)
{
	if (*client >= 0)
		return;
	*client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(connect(*client, (struct sockaddr *)&address, address_size) == 0);
	connection_accept(&supervisor, NULL);
}

static int self; /* a pidfd of this process */

struct fixed_header {
	uint32_t magic;
	uint16_t version, type;
};

/* The first byte is the type: a header that is wrong ends the connection, and
 * little would be tried behind it. Type 0 sends the bytes as they are. */
static void
client_send(int client, const uint8_t *data, size_t size, size_t fd_count)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = { 0 };
	struct fixed_header header = { 0x4c49414aU, 1, size ? data[0] : 0 };
	struct iovec parts[] = { { &header, header.type ? sizeof(header) : 0 },
		{ (void *)(data + (size > 0)), size - (size > 0) } };
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	struct cmsghdr head = { .cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(fd_count * sizeof(int)) };
	memcpy(control, &head, sizeof(head));
	for (size_t i = 0; i < fd_count; i++)
		memcpy(control + CMSG_LEN(i * sizeof(int)), &self, sizeof(self));
	m.msg_control = fd_count ? control : NULL;
	m.msg_controllen = fd_count ? CMSG_SPACE(fd_count * sizeof(int)) : 0;
	sendmsg(client, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Init's number is still init. */
static bool
is_eventfd(int fd)
{
	uint64_t none = 0;

	return write(fd, &none, sizeof(none)) == sizeof(none) && lseek(fd, 0, SEEK_CUR) == 0;
}

static void
answers_take(void)
{
	struct jail_error err;

	for (size_t i = 0; i < CLIENTS; i++)
		while (clients[i] >= 0 && wire_receive(clients[i], message, 0, &err) == 0)
			wire_clear(message);
}

/* One event a turn, as in main.c. */
static bool
turn(void)
{
	for (size_t i = 0; i < watch_count; i++) {
		struct pollfd one = { .fd = watches[i]->fd, .events = POLLIN };

		if (poll(&one, 1, 0) == 1) {
			watches[i]->ready(&supervisor, watches[i]->owner);
			return true;
		}
	}
	return false;
}

static void
settle(void)
{
	do {
		admissions_expire(&supervisor);
		jails_tick(&supervisor);
	} while (turn());
	answers_take();
	for (const struct jail *jail = supervisor.jails; jail; jail = jail->next)
		must(jail->state != JAIL_LIVE || is_eventfd(jail->init_watch.fd));
}

/* The oldest session's process has ended. */
static void
session_ends(void)
{
	struct session *session = supervisor.sessions;

	while (session && session->next)
		session = session->next;
	if (session)
		session->watch.ready(&supervisor, session);
}

static void
init_dies(void)
{
	if (supervisor.jails && supervisor.jails->init_watch.fd >= 0)
		pidfd_send_signal(supervisor.jails->init_watch.fd, 9, NULL, 0);
}

static void
command(unsigned what, size_t length, const uint8_t *data)
{
	int *client = &clients[what % CLIENTS];

	switch (what / CLIENTS % 8) {
	case 4:
		fd_close(client);
		break;
	case 5:
		clock_ms += length * TIME_UNIT_MS;
		break;
	case 6:
		session_ends();
		break;
	case 7:
		init_dies();
		break;
	default:
		client_connect(client);
		client_send(*client, data, length, what / CLIENTS % 4);
	}
	if (!(what & 0x20))
		settle();
}

/* The kernel gives the lowest number that is free. */
static int
next_fd(void)
{
	int fd = dup(supervisor.listener.fd);

	must(fd >= 0);
	close(fd);
	return fd;
}

static void
all_go(void)
{
	for (size_t i = 0; i < CLIENTS; i++)
		fd_close(&clients[i]);
	settle();
	while (supervisor.sessions)
		session_ends();
	for (unsigned i = 0; i < 3; i++) { /* admissions, linger, the kernel's time */
		clock_ms += 60000;
		settle();
	}
	must(!supervisor.connections && !supervisor.admissions && !supervisor.jails);
	must(watch_count == 0);
}

static void
prepare(void)
{
	scratch_fd();
	message = wire_new(0);
	supervisor = (struct supervisor){ .uid = 2001, .config = "/etc/jail.conf" };
	supervisor.message = wire_new(0);
	supervisor.listener.fd = listen_somewhere();
	self = pidfd_open(getpid(), 0);
	must(message && supervisor.message && self >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int first;

	if (!message)
		prepare();
	first = next_fd();
	for (size_t i = 0; i < CLIENTS; i++)
		clients[i] = -1;
	while (size >= 3) {
		unsigned what = data[0];
		size_t length = data[1] | (size_t)data[2] << 8;
		bool sends = what / CLIENTS % 8 < 4;

		data += 3;
		size -= 3;
		if (sends && length > size)
			length = size;
		command(what, length, data);
		data += sends ? length : 0;
		size -= sends ? length : 0;
	}
	all_go();
	must(next_fd() == first);
	return 0;
}
