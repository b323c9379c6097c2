/*
 * try_escape NAME [ARGUMENT]...: one attempt to reach the host, of those that
 * jailctl selftest makes (jailctl/attempts*.c), by the name that it has there, or
 * with an argument by one of those below. Static: it runs in a plain chroot,
 * where each attempt must work as root, and in a jail.
 *
 * Exit status 0: it worked; 1: blocked, with the reason on standard output;
 * 2: no such attempt. What the host's root is stands in a file "host-root" beside
 * the program, as stat -c %d:%i prints it.
 */
#include "attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* CVE-2019-5736: the program that carries the jail, from inside. */
static enum answer
init_exe(struct trial *trial)
{
	trial->args[0] = "/proc/1/exe";
	return try_read(trial);
}

/* --- descriptors that travel --------------------------------------------------- */

/* args: a path; prints what open_handle takes */
static enum answer
name_handle(struct trial *trial)
{
	struct bait bait = { .tag = "" };

	if (bait_name_handle(&bait, trial->args[0]) < 0)
		return blocked(trial, "name_to_handle_at");
	printf("%s %s\n", bait.handle_type, bait.handle);
	return WORKED;
}

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	return address;
}

static socklen_t
length_of(const char *path)
{
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
}

/* args: a socket's path, a directory to hand out to who connects first */
static enum answer
give(struct trial *trial)
{
	struct sockaddr_un address = address_of(trial->args[0]);
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (char *)"x", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	int directory = open(trial->args[1], O_RDONLY | O_DIRECTORY);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;

	if (directory < 0 || bind(listener, (void *)&address, length_of(trial->args[0])) < 0 ||
		listen(listener, 1) < 0)
		return blocked(trial, "listen");
	fd = accept(listener, NULL, NULL);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &directory, sizeof(directory));
	return sendmsg(fd, &message, 0) < 0 ? blocked(trial, "sendmsg") : WORKED;
}

/* args: the socket's path */
static enum answer
take(struct trial *trial)
{
	struct sockaddr_un address = address_of(trial->args[0]);
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), directory;

	if (connect(fd, (void *)&address, length_of(trial->args[0])) < 0)
		return blocked(trial, "connect");
	if (recvmsg(fd, &message, 0) < 0 || !CMSG_FIRSTHDR(&message))
		return blocked(trial, "recvmsg");
	memcpy(&directory, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(directory));
	printf("received descriptor %d\n", directory);
	return fchdir(directory) < 0 ? blocked(trial, "fchdir") : climb(trial);
}

/* args: a file that others use, and one whose use ends the watch */
static enum answer
watch(struct trial *trial)
{
	_Alignas(struct inotify_event) char events[4096];
	int fd = inotify_init1(IN_CLOEXEC), file, marker;
	const struct inotify_event *first = (const struct inotify_event *)events;

	file = inotify_add_watch(fd, trial->args[0], IN_OPEN | IN_ACCESS);
	marker = inotify_add_watch(fd, trial->args[1], IN_ALL_EVENTS);
	if (file < 0 || marker < 0)
		return blocked(trial, "inotify_add_watch");
	printf("watching\n");
	fflush(stdout);
	if (read(fd, events, sizeof(events)) < 0)
		return blocked(trial, "read");
	errno = 0;
	return first->wd == file ? WORKED : blocked(trial, "nothing was seen");
}

/* args: a descriptor's number */
static enum answer
inherited(struct trial *trial)
{
	return fchdir(atoi(trial->args[0])) < 0 ? blocked(trial, "fchdir") : climb(trial);
}

/* args: a path, or the name of an abstract socket, with its '@' */
static enum answer
abstract_socket(struct trial *trial)
{
	trial->args[0] += trial->args[0][0] == '@';
	return try_abstract_socket(trial);
}

/* --- what would do harm where it works ----------------------------------------- */

/* args: a mount point */
static enum answer
unmount(struct trial *trial)
{
	return umount2(trial->args[0], MNT_DETACH) < 0 ? blocked(trial, "umount2") : WORKED;
}

/* A mount namespace of one's own: what was mounted before must stay locked in it.
 * args: a mount, which is nosuid */
static enum answer
uncover(struct trial *trial)
{
	struct mount_attr attr = { .attr_clr = MOUNT_ATTR_NOSUID };
	const char *place = trial->args[0];

	if (unshare(CLONE_NEWNS) < 0)
		return blocked(trial, "unshare");
	if (umount2(place, MNT_DETACH) == 0 ||
		mount(NULL, place, NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
		syscall(SYS_mount_setattr, AT_FDCWD, place, 0, &attr, sizeof(attr)) == 0)
		return WORKED;
	return blocked(trial, "umount2, mount and mount_setattr");
}

static enum answer
set_host_name(struct trial *trial)
{
	return sethostname("escaped", 7) < 0 ? blocked(trial, "sethostname") : WORKED;
}

/* Raises lo, which is up. */
static enum answer
set_interface(struct trial *trial)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? blocked(trial, "SIOCSIFFLAGS")
							       : WORKED;
}

/* args: a uid */
static enum answer
become(struct trial *trial)
{
	return setuid((uid_t)strtoul(trial->args[0], NULL, 10)) < 0 ? blocked(trial, "setuid")
								    : WORKED;
}

/* args: a system call's number; with arguments that cannot succeed */
static enum answer
reaches_kernel(struct trial *trial)
{
	errno = 0;
	syscall(atoi(trial->args[0]), -1, -1, -1, -1, -1, -1);
	return errno == ENOSYS || errno == EPERM ? blocked(trial, trial->args[0]) : WORKED;
}

/* --- processes: a child of our own stands for others ----------------------------- */

static const char *
sleeper(void)
{
	static char number[12];
	pid_t parent = getpid(), child = fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	snprintf(number, sizeof(number), "%d", child);
	return number;
}

static enum answer
trace_child(struct trial *trial)
{
	trial->args[0] = sleeper();
	return try_trace(trial);
}

static enum answer
read_memory(struct trial *trial)
{
	trial->args[0] = sleeper();
	return try_read_memory(trial);
}

static enum answer
take_descriptor(struct trial *trial)
{
	trial->args[0] = sleeper();
	return try_take_descriptor(trial);
}

static enum answer
send_signal(struct trial *trial)
{
	enum answer answer = try_signal(trial);

	if (answer == WORKED)
		kill(atoi(trial->args[0]), SIGTERM);
	return answer;
}

/* clang-format off */
static const struct {
	const char *name;
	enum answer (*try)(struct trial *trial);
	int arguments;
} with_arguments[] = {
	{ "init_exe", init_exe, 0 },
	{ "open_handle", try_handle, 2 },
	{ "name_handle", name_handle, 1 },
	{ "give", give, 2 },
	{ "take", take, 1 },
	{ "watch", watch, 2 },
	{ "inherited", inherited, 1 },
	{ "abstract_socket", abstract_socket, 1 },
	{ "mount_type", try_mount, 1 },
	{ "uncover", uncover, 1 },
	{ "set_host_name", set_host_name, 0 },
	{ "set_interface", set_interface, 0 },
	{ "become", become, 1 },
	{ "unmount", unmount, 1 },
	{ "trace_child", trace_child, 0 },
	{ "trace_process", try_trace, 1 },
	{ "read_memory", read_memory, 0 },
	{ "take_descriptor", take_descriptor, 0 },
	{ "send_signal", send_signal, 1 },
	{ "open_for_writing", try_write, 1 },
	{ "open_for_reading", try_read, 1 },
	{ "type_into_terminal", try_type_into_terminal, 1 },
	{ "paste_into_console", try_paste_into_console, 1 },
	{ "reaches_kernel", reaches_kernel, 1 },
};
/* clang-format on */

enum { WITH_ARGUMENTS = sizeof(with_arguments) / sizeof(with_arguments[0]) };

static enum answer
try_row(const char *name, struct trial *trial)
{
	for (size_t i = 0; i < attempt_count; i++)
		if (strcmp(name, attempts[i].name) == 0)
			return attempt_make(&attempts[i], USER, trial);
	fprintf(stderr, "try_escape: no such attempt, or a wrong number of arguments\n");
	return NOT_TRIED;
}

static enum answer
try_named(const char *name, char **arguments, int count, struct trial *trial)
{
	for (size_t i = 0; i < WITH_ARGUMENTS; i++) {
		if (strcmp(name, with_arguments[i].name) != 0 ||
			with_arguments[i].arguments != count)
			continue;
		for (int at = 0; at < ATTEMPT_ARGS; at++)
			trial->args[at] = at < count ? arguments[at] : "";
		return with_arguments[i].try(trial);
	}
	return count == 0 ? try_row(name, trial) : NOT_TRIED;
}

static void
read_host_root(struct bait *bait)
{
	char path[PATH_MAX] = "", *slash;
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 16);
	FILE *file;

	slash = size > 0 ? strrchr(path, '/') : NULL;
	if (!slash)
		return;
	strcpy(slash, "/host-root");
	file = fopen(path, "re");
	if (file && fscanf(file, "%47s", bait->root) != 1)
		bait->root[0] = '\0';
	if (file)
		fclose(file);
}

/* In a child, since a filter may end the process that tries. */
int
main(int argc, char **argv)
{
	static struct bait bait = { .first = "1" };
	static const int
		status_of[] = { [WORKED] = 0, [BLOCKED] = 1, [NOT_TRIED] = 2, [SENSELESS] = 2 };
	struct trial trial = { .bait = &bait };
	int status;
	pid_t child;

	read_host_root(&bait);
	child = fork();
	if (child == 0) {
		enum answer answer =
			argc > 1 ? try_named(argv[1], argv + 2, argc - 2, &trial) : NOT_TRIED;

		if (answer == BLOCKED)
			printf("blocked: %s\n", trial.reason);
		fflush(stdout);
		_exit(status_of[answer]);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 2;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("blocked: killed by signal %d\n", WTERMSIG(status));
	return WTERMSIG(status) == SIGSYS ? 1 : 2;
}
