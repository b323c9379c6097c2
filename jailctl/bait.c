/*
 * bait.c - processes, sockets and memory of the host's that an attempt may reach
 * without harm to anybody. They hold nothing of the administrator's: one of them
 * is the user's.
 */
#include "bait.h"

#include "errand.h"
#include "fd.h"
#include "paths.h"
#include "report.h"
#include "signals.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { DESCRIPTORS_MAX = 1024 };

/* What a child of ours does. */
struct task {
	const struct jail_login *login;
	struct trials *trials;
	bool as_user;
	int abstract, loopback; /* sockets that listen; -1 */
	void (*run)(const struct task *task);
};

static void
be_still(const struct task *task)
{
	if (task->as_user) /* who would be able to look into us */
		shared_free(task->trials->shared);
	for (;;)
		pause();
}

/* In a jail a pid says nothing to us; the image does. */
static int
open_root_of(const struct task *task, pid_t who)
{
	const char *jail = task->trials->shared->jail;
	struct user_report report;
	struct jail_error ignored;
	char path[PATH_MAX] = "";

	snprintf(path, sizeof(path), "/proc/%d/root", who);
	if (jail[0] && report_load(task->login->uid, &report, &ignored) == 0) {
		for (size_t i = 0; i < report.jail_count; i++)
			if (strcmp(report.jails[i].name, jail) == 0)
				snprintf(path, sizeof(path), JAIL_IMAGES "/%s",
					report.jails[i].image);
		report_free(&report);
	}
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void
touch_if_asked(const struct task *task)
{
	pid_t *touch = &task->trials->shared->touch;
	pid_t who = __atomic_load_n(touch, __ATOMIC_ACQUIRE);
	autoclose int root = who > 0 ? open_root_of(task, who) : -1;

	if (root < 0)
		return;
	for (int i = 0; i < TOUCHES; i++)
		close(openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	__atomic_store_n(touch, TOUCH_DONE, __ATOMIC_RELEASE);
}

/* Whoever comes by the loopback is told the tag; the abstract socket's backlog
 * is enough. */
static void
serve(const struct task *task)
{
	const char *tag = task->trials->bait.tag;

	for (;;) {
		struct pollfd poll_loopback = { .fd = task->loopback, .events = POLLIN };

		if (poll(&poll_loopback, 1, 1) == 1) {
			autoclose int fd = accept4(task->loopback, NULL, NULL, SOCK_CLOEXEC);

			send(fd, tag, strlen(tag), MSG_NOSIGNAL);
		}
		touch_if_asked(task);
	}
}

/* Nothing of the administrator's stays open. */
static void
close_others(const struct task *task, int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	for (int fd = 3; fd < DESCRIPTORS_MAX; fd++)
		if (fd != task->abstract && fd != task->loopback && fd != ready)
			close(fd);
}

/* The ids come first: their change resets the two that follow. */
static int
settle(const struct task *task, pid_t parent)
{
	struct jail_error ignored;

	signals_reset();
	setsid();
	if (task->as_user && user_ids_take(task->login, &ignored) < 0)
		return -1;
	prctl(PR_SET_NAME, task->trials->bait.tag, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return getppid() == parent ? 0 : -1;
}

/* Returns when the child stands. */
static pid_t
start(const struct task *task, struct jail_error *err)
{
	pid_t parent = getpid(), child;
	int ready[2];
	char byte;
	bool stands;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return jail_fail(err, errno, "pipe");
	child = fork();
	if (child == 0) {
		close_others(task, ready[1]);
		if (settle(task, parent) < 0 || write(ready[1], "", 1) != 1)
			_exit(1);
		close(ready[1]);
		task->run(task);
		_exit(0);
	}
	close(ready[1]);
	stands = child > 0 && read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	return stands ? child
		      : jail_fail(err, child < 0 ? errno : 0, "start a process as bait");
}

static int
listen_on(const struct sockaddr *address, socklen_t size, struct jail_error *err)
{
	autoclose int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, address, size) < 0 || listen(fd, SOMAXCONN) < 0)
		return jail_fail(err, errno, "listen");
	return fd_steal(&fd);
}

static int
listen_abstract(struct bait *bait, struct jail_error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(bait->socket, sizeof(bait->socket), "pam_jail.%s", bait->tag);
	memcpy(address.sun_path + 1, bait->socket, strlen(bait->socket));
	return listen_on((const void *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(bait->socket)),
		err);
}

static int
listen_loopback(struct bait *bait, struct jail_error *err)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	autoclose int fd = listen_on((const void *)&address, size, err);

	if (fd < 0)
		return -1;
	if (getsockname(fd, (void *)&address, &size) < 0)
		return jail_fail(err, errno, "getsockname");
	snprintf(bait->port, sizeof(bait->port), "%d", ntohs(address.sin_port));
	return fd_steal(&fd);
}

static int
start_all(struct lure *lure, struct task *task, struct jail_error *err)
{
	struct bait *bait = &task->trials->bait;
	autoclose int abstract = listen_abstract(bait, err);
	autoclose int loopback = abstract < 0 ? -1 : listen_loopback(bait, err);

	if (loopback < 0)
		return -1;
	for (int role = 0; role < ROLE_COUNT; role++) {
		task->as_user = role == USER;
		task->run = be_still;
		lure->processes[role] = start(task, err);
		if (lure->processes[role] < 0)
			return -1;
		snprintf(bait->processes[role], sizeof(bait->processes[role]), "%d",
			lure->processes[role]);
	}
	task->as_user = false;
	task->run = serve;
	task->abstract = abstract;
	task->loopback = loopback;
	lure->server = start(task, err);
	return lure->server < 0 ? -1 : 0;
}

static int
make_tag(struct bait *bait, struct jail_error *err)
{
	unsigned char random[6];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return jail_fail(err, errno, "getrandom");
	/* It fits where a process keeps its name (PR_SET_NAME: 15). */
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(bait->tag + 2 * i, 3, "%02x", random[i]);
	return 0;
}

/* Where there is no System V IPC, there is nothing to try. Removed at once: it
 * can be had by its id for as long as we have it. */
static void
share_memory(struct bait *bait)
{
	int id = shmget(IPC_PRIVATE, sizeof(bait->tag), IPC_CREAT | 0644);
	char *memory = shmat(id, NULL, 0); /* of -1: fails as well */

	shmctl(id, IPC_RMID, NULL);
	if (memory == (void *)-1) // NOLINT(performance-no-int-to-ptr)
		return;
	memcpy(memory, bait->tag, sizeof(bait->tag));
	snprintf(bait->memory, sizeof(bait->memory), "%d", id);
}

static void
find_cgroup(struct bait *bait)
{
	static const char *const files[] = { "/sys/fs/cgroup/cgroup.procs",
		"/sys/fs/cgroup/unified/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs" };

	for (size_t i = 0; !bait->cgroup[0] && i < sizeof(files) / sizeof(files[0]); i++)
		if (access(files[i], F_OK) == 0)
			snprintf(bait->cgroup, sizeof(bait->cgroup), "%s", files[i]);
}

static int
describe_host(struct bait *bait, const struct jail_login *login, struct jail_error *err)
{
	char above[sizeof(bait->home) + 4];
	struct stat root;

	if (stat("/", &root) < 0)
		return jail_fail(err, errno, "stat /");
	snprintf(bait->root, sizeof(bait->root), "%ju:%ju", (uintmax_t)root.st_dev,
		(uintmax_t)root.st_ino);
	snprintf(bait->home, sizeof(bait->home), "%s", login->home);
	for (size_t i = 0; i < login->group_count; i++)
		bait->groups[i] = login->groups[i].gid;
	bait->group_count = login->group_count;
	snprintf(above, sizeof(above), "%s/..", bait->home);
	bait_name_handle(bait, above); /* not every file system has such numbers */
	find_cgroup(bait);
	return 0;
}

int
lure_lay(struct lure *lure, const struct jail_login *login, struct trials *trials,
	struct jail_error *err)
{
	struct task task = {
		.login = login,
		.trials = trials,
		.abstract = -1,
		.loopback = -1,
	};

	trials->bait.touch = &trials->shared->touch;
	if (make_tag(&trials->bait, err) < 0 || describe_host(&trials->bait, login, err) < 0 ||
		start_all(lure, &task, err) < 0)
		return -1;
	share_memory(&trials->bait);
	return 0;
}

static void
end(pid_t child)
{
	if (child <= 0)
		return;
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

void
lure_remove(struct lure *lure)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		end(lure->processes[role]);
	end(lure->server);
	*lure = (struct lure){ .server = 0 };
}
