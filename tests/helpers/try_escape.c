/*
 * try_escape NAME [ARGUMENT]...: one attempt to reach the host. Static: it runs
 * in a plain chroot, where each attempt must work as root, and in a jail.
 *
 * Exit status 0: it worked; 1: blocked, with the reason on standard output;
 * 2: no such attempt. An attempt at files has worked when it has read SECRET
 * through whatever it took for the host's root.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "etc/host-secret"

enum { WORKED = 0, BLOCKED = 1, DEPTH = 64 };

static int
blocked(const char *call)
{
	printf("blocked: %s: %s\n", call, strerror(errno));
	return BLOCKED;
}

/* Has `at` led us to the host's root? */
static int
read_secret(int at, const char *path)
{
	char text[32];
	int fd = openat(at, path, O_RDONLY);

	if (fd < 0)
		return blocked(path);
	return read(fd, text, sizeof(text)) > 0 ? WORKED : blocked("read");
}

static int
climb(void)
{
	for (int i = 0; i < DEPTH; i++)
		if (chdir("..") < 0)
			return blocked("chdir ..");
	return read_secret(AT_FDCWD, SECRET);
}

/* --- the root ---------------------------------------------------------------- */

static int
second_chroot(char **args)
{
	int root = open("/", O_RDONLY | O_DIRECTORY);

	(void)args;
	mkdir("pit", 0700);
	if (chroot("pit") < 0)
		return blocked("chroot");
	if (fchdir(root) < 0)
		return blocked("fchdir");
	return climb();
}

static int
stay_outside(char **args)
{
	(void)args;
	mkdir("pit", 0700);
	return chroot("pit") < 0 ? blocked("chroot") : climb();
}

/* Without a chroot of its own: "..", as it is. */
static int
dotdot(char **args)
{
	(void)args;
	return climb();
}

static int
try_links(const char *process)
{
	static const char *const links[] = { "root", "cwd" };
	char path[300];

	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%s/%s/" SECRET, process, links[i]);
		if (access(path, R_OK) == 0)
			return WORKED;
	}
	return BLOCKED;
}

static int
try_descriptors(const char *process)
{
	char path[300];
	struct dirent *row;
	DIR *table;

	snprintf(path, sizeof(path), "/proc/%s/fd", process);
	table = opendir(path);
	while (table && (row = readdir(table))) {
		snprintf(path, sizeof(path), "/proc/%s/fd/%s/" SECRET, process, row->d_name);
		if (access(path, R_OK) == 0)
			return WORKED;
	}
	if (table)
		closedir(table);
	return BLOCKED;
}

/* CVE-2024-21626 from the other side: every link of every process in sight. */
static int
proc_links(char **args)
{
	DIR *proc = opendir("/proc");
	struct dirent *row;

	(void)args;
	while (proc && (row = readdir(proc)))
		if (row->d_name[0] >= '1' && row->d_name[0] <= '9' &&
			(try_links(row->d_name) == WORKED ||
				try_descriptors(row->d_name) == WORKED))
			return WORKED;
	return blocked("/proc/*/root, cwd, fd");
}

/* CVE-2024-21626: a descriptor or a working directory that somebody left open. */
static int
leaked(char **args)
{
	char path[4096];

	(void)args;
	for (int fd = 0; fd < 1024; fd++) {
		struct stat st;

		if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		printf("descriptor %d is a directory\n", fd);
		return WORKED;
	}
	if (!getcwd(path, sizeof(path)) || path[0] != '/') {
		printf("the working directory is outside\n");
		return WORKED;
	}
	return blocked("descriptors");
}

/* CVE-2019-5736: the program that carries the jail, from inside. */
static int
init_exe(char **args)
{
	int fd = open("/proc/1/exe", O_RDONLY);

	(void)args;
	return fd < 0 ? blocked("/proc/1/exe") : WORKED;
}

enum { HEAD = offsetof(struct file_handle, f_handle) };

union room {
	struct file_handle head;
	unsigned char bytes[HEAD + MAX_HANDLE_SZ];
};

/* args: type and handle, both in hex, as name_handle prints them */
static int
open_handle(char **args)
{
	union room handle = { .head = { 0 } };
	int here = open(".", O_RDONLY | O_DIRECTORY), fd;
	char text[8];

	if (!args[0] || !args[1])
		return 2;
	handle.head.handle_type = (int)strtol(args[0], NULL, 16);
	for (const char *c = args[1]; c[0] && c[1]; c += 2) {
		char byte[3] = { c[0], c[1], 0 };

		if (handle.head.handle_bytes == MAX_HANDLE_SZ)
			return 2;
		handle.bytes[HEAD + handle.head.handle_bytes++] =
			(unsigned char)strtol(byte, NULL, 16);
	}
	fd = open_by_handle_at(here, &handle.head, O_RDONLY);
	if (fd < 0)
		return blocked("open_by_handle_at");
	return read(fd, text, sizeof(text)) > 0 ? WORKED : blocked("read");
}

static int
name_handle(char **args)
{
	union room handle = { .head = { .handle_bytes = MAX_HANDLE_SZ } };
	int mount;

	if (name_to_handle_at(AT_FDCWD, args[0], &handle.head, &mount, 0) < 0)
		return blocked("name_to_handle_at");
	printf("%x ", handle.head.handle_type);
	for (unsigned i = 0; i < handle.head.handle_bytes; i++)
		printf("%02x", handle.bytes[HEAD + i]);
	printf("\n");
	return WORKED;
}

/* --- descriptors that travel --------------------------------------------------- */

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
static int
give(char **args)
{
	struct sockaddr_un address = address_of(args[0]);
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { .iov_base = (char *)"x", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	int directory = open(args[1], O_RDONLY | O_DIRECTORY);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;

	if (directory < 0 || bind(listener, (void *)&address, length_of(args[0])) < 0 ||
		listen(listener, 1) < 0)
		return blocked("listen");
	fd = accept(listener, NULL, NULL);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &directory, sizeof(directory));
	return sendmsg(fd, &message, 0) < 0 ? blocked("sendmsg") : WORKED;
}

/* args: the socket's path */
static int
take(char **args)
{
	struct sockaddr_un address = address_of(args[0]);
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

	if (connect(fd, (void *)&address, length_of(args[0])) < 0)
		return blocked("connect");
	if (recvmsg(fd, &message, 0) < 0 || !CMSG_FIRSTHDR(&message))
		return blocked("recvmsg");
	memcpy(&directory, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(directory));
	printf("received descriptor %d\n", directory);
	return fchdir(directory) < 0 ? blocked("fchdir") : climb();
}

/* args: a file that others use, and one whose use ends the watch */
static int
watch(char **args)
{
	_Alignas(struct inotify_event) char events[4096];
	int fd = inotify_init1(IN_CLOEXEC), file, marker;
	const struct inotify_event *first = (const struct inotify_event *)events;

	file = inotify_add_watch(fd, args[0], IN_OPEN | IN_ACCESS);
	marker = inotify_add_watch(fd, args[1], IN_ALL_EVENTS);
	if (file < 0 || marker < 0)
		return blocked("inotify_add_watch");
	printf("watching\n");
	fflush(stdout);
	if (read(fd, events, sizeof(events)) < 0)
		return blocked("read");
	errno = 0;
	return first->wd == file ? WORKED : blocked("nothing was seen");
}

/* args: a descriptor's number */
static int
inherited(char **args)
{
	return fchdir(atoi(args[0])) < 0 ? blocked("fchdir") : climb();
}

/* args: the name of an abstract socket, with its '@' */
static int
abstract_socket(char **args)
{
	struct sockaddr_un address = address_of(args[0]);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return connect(fd, (void *)&address, length_of(args[0])) < 0 ? blocked("connect")
								     : WORKED;
}

/* --- mounts -------------------------------------------------------------------- */

/* args: a type of file system */
static int
mount_type(char **args)
{
	mkdir("pit", 0700);
	return mount("x", "pit", args[0], 0, NULL) < 0 ? blocked("mount") : WORKED;
}

static int
mount_bind(char **args)
{
	(void)args;
	mkdir("pit", 0700);
	return mount("/proc", "pit", NULL, MS_BIND, NULL) < 0 ? blocked("mount") : WORKED;
}

static int
mount_new_api(char **args)
{
	int context = (int)syscall(SYS_fsopen, "tmpfs", 0), tree;

	(void)args;
	if (context < 0)
		return blocked("fsopen");
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return blocked("fsconfig");
	tree = (int)syscall(SYS_fsmount, context, 0, 0);
	return tree < 0 ? blocked("fsmount") : WORKED;
}

static int
clone_tree(char **args)
{
	(void)args;
	return syscall(SYS_open_tree, AT_FDCWD, "/proc", OPEN_TREE_CLONE) < 0
		       ? blocked("open_tree")
		       : WORKED;
}

static int
unmount(char **args)
{
	return umount2(args[0], MNT_DETACH) < 0 ? blocked("umount2") : WORKED;
}

static int
written(void)
{
	return open("/written", O_WRONLY | O_CREAT, 0600) < 0 ? blocked("/written") : WORKED;
}

static int
remount(char **args)
{
	(void)args;
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) < 0)
		return blocked("mount");
	return written();
}

static int
set_attributes(char **args)
{
	struct mount_attr attr = { .attr_clr = MOUNT_ATTR_RDONLY };

	(void)args;
	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attr, sizeof(attr)) < 0)
		return blocked("mount_setattr");
	return written();
}

static int
write_root(char **args)
{
	(void)args;
	return written();
}

static int
pivot(char **args)
{
	(void)args;
	mkdir("pit", 0700);
	if (mount("x", "pit", "tmpfs", 0, NULL) < 0)
		return blocked("mount");
	return syscall(SYS_pivot_root, "pit", "pit") < 0 && errno == EPERM
		       ? blocked("pivot_root")
		       : WORKED;
}

static int
node(char **args)
{
	(void)args;
	unlink("node");
	if (mknod("node", S_IFCHR | 0600, makedev(1, 11)) < 0)
		return blocked("mknod");
	return open("node", O_RDONLY | O_NONBLOCK) < 0 ? blocked("open the node") : WORKED;
}

/* A mount namespace of one's own: what was mounted before must stay locked in it.
 * args: a mount, which is nosuid */
static int
uncover(char **args)
{
	struct mount_attr attr = { .attr_clr = MOUNT_ATTR_NOSUID };

	if (unshare(CLONE_NEWNS) < 0)
		return blocked("unshare");
	if (umount2(args[0], MNT_DETACH) == 0 ||
		mount(NULL, args[0], NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
		syscall(SYS_mount_setattr, AT_FDCWD, args[0], 0, &attr, sizeof(attr)) == 0)
		return WORKED;
	return blocked("umount2, mount and mount_setattr");
}

/* --- what a namespace has ------------------------------------------------------ */

static int
set_host_name(char **args)
{
	(void)args;
	return sethostname("escaped", 7) < 0 ? blocked("sethostname") : WORKED;
}

/* Raises lo, which is up. */
static int
set_interface(char **args)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)args;
	return fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? blocked("SIOCSIFFLAGS")
							       : WORKED;
}

/* args: a uid */
static int
become(char **args)
{
	return setuid((uid_t)strtoul(args[0], NULL, 10)) < 0 ? blocked("setuid") : WORKED;
}

/* --- namespaces ------------------------------------------------------------------ */

static int
join_init(char **args)
{
	int fd = open("/proc/1/ns/mnt", O_RDONLY);

	(void)args;
	if (fd < 0)
		return blocked("/proc/1/ns/mnt");
	return setns(fd, CLONE_NEWNS) < 0 ? blocked("setns")
					  : read_secret(AT_FDCWD, "/" SECRET);
}

static int
join_pidfd(char **args)
{
	int fd = (int)syscall(SYS_pidfd_open, 1, 0);

	(void)args;
	if (fd < 0)
		return blocked("pidfd_open");
	return setns(fd, CLONE_NEWNS) < 0 ? blocked("setns")
					  : read_secret(AT_FDCWD, "/" SECRET);
}

/* Not from a chroot, which the kernel itself denies a user namespace. */
static int
user_namespace(char **args)
{
	(void)args;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return blocked("unshare");
	return mount("x", "/proc", "tmpfs", 0, NULL) < 0 ? blocked("mount") : WORKED;
}

static int
user_namespace_by_clone(char **args)
{
	long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	(void)args;
	if (child == 0)
		_exit(0);
	return child < 0 ? blocked("clone") : WORKED;
}

static int
user_namespace_by_clone3(char **args)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size,
			tls;
	} clone_args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	long child = syscall(SYS_clone3, &clone_args, sizeof(clone_args));

	(void)args;
	if (child == 0)
		_exit(0);
	return child < 0 ? blocked("clone3") : WORKED;
}

static int
new_mount_namespace(char **args)
{
	(void)args;
	return unshare(CLONE_NEWNS) < 0 ? blocked("unshare") : WORKED;
}

/* --- processes --------------------------------------------------------------------- */

static pid_t
sleeper(void)
{
	pid_t parent = getpid(), child = fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	return child;
}

static int
trace(pid_t target)
{
	if (ptrace(PTRACE_SEIZE, target, 0, 0) < 0)
		return blocked("ptrace");
	ptrace(PTRACE_DETACH, target, 0, 0);
	return WORKED;
}

static int
trace_child(char **args)
{
	(void)args;
	return trace(sleeper());
}

static int
trace_process(char **args)
{
	return trace(atoi(args[0]));
}

static int
read_memory(char **args)
{
	static char ours[8], theirs[8] = "secret";
	struct iovec to = { ours, sizeof(ours) }, from = { theirs, sizeof(theirs) };

	(void)args;
	return process_vm_readv(sleeper(), &to, 1, &from, 1, 0) < 0
		       ? blocked("process_vm_readv")
		       : WORKED;
}

static int
take_descriptor(char **args)
{
	int pidfd = (int)syscall(SYS_pidfd_open, sleeper(), 0);

	(void)args;
	if (pidfd < 0)
		return blocked("pidfd_open");
	return syscall(SYS_pidfd_getfd, pidfd, 0, 0) < 0 ? blocked("pidfd_getfd") : WORKED;
}

static int
send_signal(char **args)
{
	return kill(atoi(args[0]), SIGTERM) < 0 ? blocked("kill") : WORKED;
}

static int
lift_core_limit(char **args)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	(void)args;
	return setrlimit(RLIMIT_CORE, &all) < 0 ? blocked("setrlimit") : WORKED;
}

/* --- the kernel -------------------------------------------------------------------- */

static int
open_for_writing(char **args)
{
	return open(args[0], O_WRONLY) < 0 ? blocked(args[0]) : WORKED; /* and no write */
}

static int
open_for_reading(char **args)
{
	char text[8192]; /* kmsg wants room for a record */
	int fd = open(args[0], O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return blocked(args[0]);
	return read(fd, text, sizeof(text)) > 0 ? WORKED : blocked("read");
}

static int
own_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return -1;
	setsid();
	slave = open(ptsname(master), O_RDWR);
	ioctl(slave, TIOCSCTTY, 0);
	return slave;
}

/* args: what to add to the request: the kernel looks at its low 32 bits only */
static int
type_into_terminal(char **args)
{
	int terminal = own_terminal();

	if (terminal < 0)
		return blocked("a terminal"), 2;
	return syscall(SYS_ioctl, terminal, TIOCSTI | strtoul(args[0], NULL, 0), "x") < 0
		       ? blocked("TIOCSTI")
		       : WORKED;
}

/* Of a pty the kernel says ENOTTY; what must not be is that it is asked. */
static int
paste_into_console(char **args)
{
	char code = 3;
	int terminal = own_terminal();

	if (terminal < 0)
		return blocked("a terminal"), 2;
	errno = 0;
	syscall(SYS_ioctl, terminal, TIOCLINUX | strtoul(args[0], NULL, 0), &code);
	return errno == EPERM ? blocked("TIOCLINUX") : WORKED;
}

static int
keyring(char **args)
{
	(void)args;
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1) < 0
		       ? blocked("keyctl")
		       : WORKED;
}

static int
plant_key(char **args)
{
	(void)args;
	return syscall(SYS_add_key, "user", "try_escape", "x", 1, KEY_SPEC_PROCESS_KEYRING) < 0
		       ? blocked("add_key")
		       : WORKED;
}

/* getpid(2) by the 32-bit door, where a filter for 64 bits may not look */
static int
int_0x80(char **args)
{
	long result = -ENOSYS;

	(void)args;
#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(20L)
			 : "memory", "r8", "r9", "r10", "r11");
#endif
	errno = (int)-result;
	return result > 0 ? WORKED : blocked("int 0x80");
}

static int
x32(char **args)
{
	(void)args;
	return syscall(0x40000000 | 39) < 0 ? blocked("x32 getpid") : WORKED;
}

/* args: a system call's number; with arguments that cannot succeed */
static int
reaches_kernel(char **args)
{
	errno = 0;
	syscall(atoi(args[0]), -1, -1, -1, -1, -1, -1);
	return errno == ENOSYS || errno == EPERM ? blocked(args[0]) : WORKED;
}

/* clang-format off */
static const struct {
	const char *name;
	int (*try)(char **args);
	int arguments;
} attempts[] = {
	{ "second_chroot", second_chroot, 0 },
	{ "stay_outside", stay_outside, 0 },
	{ "dotdot", dotdot, 0 },
	{ "proc_links", proc_links, 0 },
	{ "leaked", leaked, 0 },
	{ "init_exe", init_exe, 0 },
	{ "open_handle", open_handle, 2 },
	{ "name_handle", name_handle, 1 },
	{ "give", give, 2 },
	{ "take", take, 1 },
	{ "watch", watch, 2 },
	{ "inherited", inherited, 1 },
	{ "abstract_socket", abstract_socket, 1 },
	{ "mount_type", mount_type, 1 },
	{ "mount_bind", mount_bind, 0 },
	{ "mount_new_api", mount_new_api, 0 },
	{ "clone_tree", clone_tree, 0 },
	{ "unmount", unmount, 1 },
	{ "remount", remount, 0 },
	{ "set_attributes", set_attributes, 0 },
	{ "write_root", write_root, 0 },
	{ "pivot", pivot, 0 },
	{ "node", node, 0 },
	{ "uncover", uncover, 1 },
	{ "set_host_name", set_host_name, 0 },
	{ "set_interface", set_interface, 0 },
	{ "become", become, 1 },
	{ "join_init", join_init, 0 },
	{ "join_pidfd", join_pidfd, 0 },
	{ "user_namespace", user_namespace, 0 },
	{ "user_namespace_by_clone", user_namespace_by_clone, 0 },
	{ "user_namespace_by_clone3", user_namespace_by_clone3, 0 },
	{ "new_mount_namespace", new_mount_namespace, 0 },
	{ "trace_child", trace_child, 0 },
	{ "trace_process", trace_process, 1 },
	{ "read_memory", read_memory, 0 },
	{ "take_descriptor", take_descriptor, 0 },
	{ "send_signal", send_signal, 1 },
	{ "lift_core_limit", lift_core_limit, 0 },
	{ "open_for_writing", open_for_writing, 1 },
	{ "open_for_reading", open_for_reading, 1 },
	{ "type_into_terminal", type_into_terminal, 1 },
	{ "paste_into_console", paste_into_console, 1 },
	{ "keyring", keyring, 0 },
	{ "plant_key", plant_key, 0 },
	{ "int_0x80", int_0x80, 0 },
	{ "x32", x32, 0 },
	{ "reaches_kernel", reaches_kernel, 1 },
};
/* clang-format on */

/* In a child, since a filter may end the process that tries. */
static int
attempt(int (*try)(char **args), char **args)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		status = try(args);
		fflush(stdout);
		_exit(status);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 2;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("blocked: killed by signal %d\n", WTERMSIG(status));
	return WTERMSIG(status) == SIGSYS ? BLOCKED : 2;
}

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (strcmp(argv[1], attempts[i].name) == 0 && argc == 2 + attempts[i].arguments)
			return attempt(attempts[i].try, argv + 2);
	fprintf(stderr, "try_escape: no such attempt, or a wrong number of arguments\n");
	return 2;
}
