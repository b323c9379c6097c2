/*
 * floor.c - the login's side of the floor: what pam_jail.so does in account and
 * session. `floor first` builds a jail, `floor join` enters the one that
 * `floor hold` keeps; both print microseconds.
 */
#include "floor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SOCKET FLOOR_RUN "/" FLOOR_UID "/socket"
#define LOCK   FLOOR_RUN "/" FLOOR_UID "/lock"

enum { STACK = 64 * 1024, LAST_CAP = 40 };

static char **arguments;

void
floor_die(const char *file, int line, const char *call)
{
	fprintf(stderr, "%s:%d: %s: %s\n", file, line, call, strerror(errno));
	_exit(1);
}

double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
try_connect(void)
{
	const struct timeval limit = { .tv_sec = 10 };
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	int fd = (int)MUST(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
	socklen_t size = sizeof(struct ucred);
	struct ucred peer;

	MUST(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	MUST(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size));
	return fd;
}

static int
take_lock(void)
{
	struct stat st;
	int fd;

	mkdir(FLOOR_RUN, 0700);
	MUST(lstat(FLOOR_RUN, &st));
	mkdir(FLOOR_RUN "/" FLOOR_UID, 0700);
	MUST(lstat(FLOOR_RUN "/" FLOOR_UID, &st));
	fd = (int)MUST(open(LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
	MUST(flock(fd, LOCK_EX | LOCK_NB));
	MUST(fstat(fd, &st));
	MUST(lstat(LOCK, &st));
	return fd;
}

static int
make_listener(void)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	int fd = (int)MUST(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));

	unlink(SOCKET);
	MUST(bind(fd, (const struct sockaddr *)&address, sizeof(address)));
	MUST(listen(fd, 1024));
	return (int)MUST(fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

static int
become_helper(void *listener)
{
	char *none[] = { NULL };
	int null = (int)MUST(open("/dev/null", O_RDWR | O_CLOEXEC));

	for (int fd = 0; fd < 2; fd++) /* 2 stays, for floor_die() */
		MUST(dup2(null, fd));
	MUST(dup2(*(int *)listener, 3));
	MUST(fcntl(3, F_SETFD, 0));
	MUST(close_range(4, ~0U, 0));
	arguments[1] = (char *)"helper";
	MUST(execve("/proc/self/exe", arguments, none));
	return 1;
}

static char *stacks;

static int
become_orphan(void *listener)
{
	MUST(clone(become_helper, stacks + STACK, CLONE_VM | CLONE_VFORK, listener));
	_exit(0);
}

static void
spawn_helper(void)
{
	int listener = make_listener();
	sigset_t all, saved;
	pid_t child;

	stacks = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &saved);
	child = (pid_t)MUST(
		clone(become_orphan, stacks + 2 * STACK, CLONE_VM | CLONE_VFORK, &listener));
	MUST(waitpid(child, NULL, __WCLONE));
	sigprocmask(SIG_SETMASK, &saved, NULL);
	munmap(stacks, 2 * STACK);
	close(listener);
}

static int
find_helper(void)
{
	int fd = try_connect(), lock;

	if (fd >= 0)
		return fd;
	lock = take_lock();
	fd = try_connect();
	if (fd < 0) {
		spawn_helper();
		fd = (int)MUST(try_connect());
	}
	close(lock);
	return fd;
}

static void
say(int socket, uint32_t type, struct message *message, int fd)
{
	message->type = type;
	message_send(socket, message, SHORT_MESSAGE, fd);
}

static void
hear(int socket, struct message *message, int *fd)
{
	struct pollfd answer = { .fd = socket, .events = POLLIN };

	MUST(poll(&answer, 1, 30000));
	if (!message_receive(socket, message, fd))
		floor_die(__FILE__, __LINE__, "the helper hung up");
}

static void
check_descriptors(void)
{
	DIR *table = opendir("/proc/self/fd");
	struct dirent *row;
	struct stat st;

	while ((row = readdir(table)))
		if (row->d_name[0] != '.') {
			MUST(fcntl(atoi(row->d_name), F_GETFL));
			MUST(fstat(atoi(row->d_name), &st));
		}
	closedir(table);
	MUST(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC));
}

/* A Landlock domain, for the host's abstract sockets. */
static void
scope(void)
{
	const uint64_t ruleset[3] = { 0, 0, 1 };
	int fd = (int)syscall(SYS_landlock_create_ruleset, ruleset, sizeof(ruleset), 0);

	if (fd < 0)
		return; /* before Linux 6.12 */
	MUST(syscall(SYS_landlock_restrict_self, fd, 0));
	close(fd);
}

static void
seal(const struct message *message)
{
	const struct rlimit core = { .rlim_cur = 1, .rlim_max = 1 };
	const struct sock_fprog program = {
		.len = (unsigned short)message->filter_length,
		.filter = (struct sock_filter *)message->filter,
	};
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { {
		.effective = 0x200000c1,
		.permitted = 0x200000c1,
	} };

	MUST(setrlimit(RLIMIT_CORE, &core));
	for (int cap = 0; cap <= LAST_CAP; cap++)
		MUST(prctl(PR_CAPBSET_DROP, cap, 0, 0, 0));
	MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
	MUST(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0));
	MUST(syscall(SYS_capset, &header, caps));
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	if (!(message->flags & CLONE_NEWNET))
		scope();
	if (program.len > 0)
		MUST(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
			&program));
}

static void
verify(const struct message *message, int process, const char *home)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	struct identity here;
	struct rlimit core;
	struct statfs fs;
	char cwd[8];
	int names = (int)MUST(openat(process, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC));

	read_namespaces(names, here.namespaces);
	read_root(here.root);
	if (memcmp(&here, &message->identity, sizeof(here)) != 0)
		floor_die(__FILE__, __LINE__, "not the jail");
	close(names);
	MUST(statfs("/", &fs));
	MUST(statfs("/proc", &fs));
	MUST(getcwd(cwd, sizeof(cwd)) ? 0 : -1);
	MUST(statfs(home, &fs));
	MUST(syscall(SYS_capget, &header, caps));
	for (int cap = 0; cap <= LAST_CAP; cap++)
		MUST(prctl(PR_CAPBSET_READ, cap, 0, 0, 0));
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	MUST(prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	MUST(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
	MUST(getrlimit(RLIMIT_CORE, &core));
}

/* The first lookup in the jail: one small file. */
static void
read_passwd(void)
{
	char text[4096];
	struct stat st;
	int fd = (int)MUST(open("/etc/passwd", O_RDONLY | O_CLOEXEC));

	MUST(fstat(fd, &st));
	MUST(read(fd, text, sizeof(text)));
	close(fd);
}

/* Root of the user namespace, and a look at whose that is. */
static void
take_identity(int process)
{
	char map[128];
	struct stat st;
	int fd;

	MUST(setgroups(0, NULL));
	MUST(setresgid(0, 0, 0));
	MUST(setresuid(0, 0, 0));
	fd = (int)MUST(openat(process, "uid_map", O_RDONLY | O_CLOEXEC));
	MUST(read(fd, map, sizeof(map)));
	close(fd);
	MUST(stat("/", &st));
}

static void
enter(int socket, int self, struct message *message, const char *home)
{
	struct pollfd init = { .events = POLLIN };
	uint64_t before[NAMESPACES];
	int process, names, fd = -1;

	say(socket, ENTER, message, self);
	process = (int)MUST(open("/proc/thread-self", O_PATH | O_DIRECTORY | O_CLOEXEC));
	names = (int)MUST(openat(process, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC));
	read_namespaces(names, before);
	close(names);
	hear(socket, message, &fd);
	check_descriptors();
	init.fd = fd;
	MUST(setns(fd, (int)message->flags));
	if (message->flags & CLONE_NEWUSER)
		take_identity(process);
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	read_passwd();
	seal(message);
	verify(message, process, home);
	MUST(poll(&init, 1, 0));
	close(process);
	close(self);
	close(fd);
	say(socket, ENTERED, message, -1);
	close(socket);
}

static void
log_in(const struct floor_options *options)
{
	static struct message message;
	double begin, between;
	int self, fd = -1, socket;

	begin = now_us();
	self = (int)MUST(pidfd_open(getpid(), 0));
	socket = find_helper();
	say(socket, ADMIT, &message, self);
	hear(socket, &message, &fd);
	between = now_us();
	if (options->between_ms > 0)
		poll(NULL, 0, options->between_ms);
	between = now_us() - between;
	enter(socket, self, &message, options->home);
	printf("%.0f %.0f\n", now_us() - begin - between, message.attached_us);
}

static void
hold(const struct floor_options *options)
{
	log_in(options);
	fflush(stdout);
	while (read(0, &(char){ 0 }, 1) > 0)
		;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*act)(const struct floor_options *options);
	} acts[] = { { "first", log_in }, { "join", log_in }, { "hold", hold },
		{ "helper", serve } };
	struct floor_options options;

	arguments = argv;
	if (argc == 7) {
		options = (struct floor_options){
			.variant = argv[2],
			.image = argv[3],
			.home = argv[4],
			.filter = argv[5],
			.between_ms = atoi(argv[6]),
		};
		for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
			if (strcmp(argv[1], acts[i].name) == 0) {
				acts[i].act(&options);
				return 0;
			}
	}
	fputs("usage: floor first|join|hold none|host|user|bind GENERATION HOME FILTER BETWEEN_MS\n",
		stderr);
	return 2;
}
