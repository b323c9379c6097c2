/*
 * floor_jail.c - building the floor's jail, in the order of build_steps[].
 */
#include "floor.h"
#include "sys/clone.h"
#include "sys/open.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

#define STUB "/run/pam_jail/stub" /* the product's: one for each host */
#define INIT JAIL_LIBEXEC "/init"

enum { SYSTEM_DIRECTORIES = 24 };

const char *const namespace_files[NAMESPACES] = { "mnt", "pid_for_children", "ipc", "uts",
	"net", "cgroup", "time_for_children", "user" };
static const char *const controllers[CONTROLLERS] = { "memory", "cpu", "pids" };

void
read_namespaces(int directory, uint64_t ids[NAMESPACES])
{
	struct stat st;

	for (int i = 0; i < NAMESPACES; i++) {
		MUST(fstatat(directory, namespace_files[i], &st, 0));
		ids[i] = st.st_ino;
	}
}

void
read_root(uint64_t root[3])
{
	struct statx st;

	MUST(statx(AT_FDCWD, "/", 0, STATX_BASIC_STATS | STATX_MNT_ID, &st));
	root[0] = makedev(st.stx_dev_major, st.stx_dev_minor);
	root[1] = st.stx_ino;
	root[2] = st.stx_mnt_id;
}

static void
write_file(int directory, const char *path, const char *text)
{
	int fd = (int)MUST(openat(directory, path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW));

	MUST(write(fd, text, strlen(text)));
	close(fd);
}

static void
read_file(const char *path)
{
	char text[4096];
	int fd = (int)MUST(open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));

	MUST(read(fd, text, sizeof(text)));
	close(fd);
}

/* --- birth ------------------------------------------------------------------ */

static void
shed(void)
{
	struct rlimit limit;
	sigset_t none;

	setsid();
	umask(022);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		MUST(prlimit(1, (enum __rlimit_resource)i, NULL, &limit));
		setrlimit((enum __rlimit_resource)i, &limit);
	}
	setpriority(PRIO_PROCESS, 0, 0);
	MUST(setgroups(0, NULL));
	MUST(setresgid(0, 0, 0));
	MUST(setresuid(0, 0, 0));
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	MUST(chdir("/"));
}

static void
compare(void)
{
	static const char *const names[] = { "mnt", "pid", "user", "net", "uts", "cgroup",
		"time" };
	char path[32];
	struct stat st;
	int ipc;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (int one = 0; one < 2; one++) {
			snprintf(path, sizeof(path), "/proc/%s/ns/%s", one ? "1" : "self",
				names[i]);
			MUST(stat(path, &st));
		}
	read_file("/proc/self/status");
	read_file("/proc/1/status");
	ipc = (int)MUST(open("/proc/1/ns/ipc", O_RDONLY | O_CLOEXEC));
	MUST(setns(ipc, CLONE_NEWIPC));
	close(ipc);
}

static int
open_base(const char *root)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/" FLOOR_BASE, root);
	mkdir(path, 0755);
	return (int)MUST(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static void
open_cgroups(struct jail *jail)
{
	bool hybrid = access("/sys/fs/cgroup/unified", F_OK) == 0;
	char root[64];

	jail->unified = open_base(hybrid ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup");
	for (int i = 0; i < CONTROLLERS; i++) {
		snprintf(root, sizeof(root), "/sys/fs/cgroup/%s", controllers[i]);
		jail->v1[i] = hybrid ? open_base(root) : -1;
	}
	if (!hybrid)
		write_file(jail->unified, "cgroup.subtree_control", "+memory +cpu +pids");
}

static void
prepare_supervisor(const struct jail *jail)
{
	for (int i = 0; i < CONTROLLERS; i++)
		if (jail->v1[i] >= 0) {
			mkdirat(jail->v1[i], "supervisors", 0755);
			write_file(jail->v1[i], "supervisors/tasks", "0");
		}
	mkdirat(jail->unified, "supervisors", 0755);
}

/* The move that waits for a grace period: by a worker, while the login goes on. */
void
begin_move(struct jail *jail)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", getpid());
	if (MUST(sys_fork(0, -1, &jail->worker)) == 0) {
		write_file(jail->unified, "supervisors/cgroup.procs", number);
		_exit(0);
	}
}

static void
end_move(struct jail *jail)
{
	siginfo_t info;

	if (jail->worker < 0)
		return;
	MUST(waitid(P_PIDFD, (id_t)jail->worker, &info, WEXITED));
	close(jail->worker);
	jail->worker = -1;
}

void
birth(struct jail *jail)
{
	shed();
	compare();
	open_cgroups(jail);
	prepare_supervisor(jail);
}

/* --- the jail --------------------------------------------------------------- */

static void
apply_plan(struct jail *jail)
{
	static const char *const v1[][2] = { { "memory.limit_in_bytes", "1073741824" },
		{ "cpu.cfs_quota_us", "100000" }, { "pids.max", "1000" },
		{ "cpu.shares", "1024" } };
	static const char *const v2[][2] = { { "memory.max", "1073741824" },
		{ "cpu.max", "100000 100000" }, { "pids.max", "1000" },
		{ "cpu.weight", "100" } };
	bool hybrid = jail->v1[0] >= 0;
	char path[64];

	mkdirat(jail->unified, FLOOR_UID, 0755);
	for (int i = 0; hybrid && i < CONTROLLERS; i++)
		mkdirat(jail->v1[i], FLOOR_UID, 0755);
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), FLOOR_UID "/%s", hybrid ? v1[i][0] : v2[i][0]);
		write_file(hybrid ? jail->v1[i == 3 ? 1 : i] : jail->unified, path,
			hybrid ? v1[i][1] : v2[i][1]);
	}
}

static void
make_leaf(struct jail *jail)
{
	snprintf(jail->leaf_path, sizeof(jail->leaf_path), FLOOR_UID "/floor-%d", getpid());
	MUST(mkdirat(jail->unified, jail->leaf_path, 0755));
	jail->leaf = (int)MUST(
		openat(jail->unified, jail->leaf_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	for (int i = 0; i < CONTROLLERS; i++)
		jail->tasks[i] = jail->v1[i] < 0
					 ? -1
					 : (int)MUST(openat(jail->v1[i], FLOOR_UID "/tasks",
						   O_WRONLY | O_CLOEXEC));
}

static bool
has_user_namespace(const struct jail *jail)
{
	return strcmp(jail->options->variant, "user") == 0;
}

static void
make_user_namespace(struct jail *jail)
{
	static const char ids[] = "0 " FLOOR_ROOT_TEXT " 1\n" FLOOR_UID " " FLOOR_UID " 1\n";
	struct sys_keeper keeper = { .parent = { .events = POLLIN } };
	int pidfd = -1, process;
	siginfo_t info;
	char path[32];
	pid_t helper;

	keeper.parent.fd = (int)MUST(pidfd_open(getpid(), 0));
	helper = (pid_t)MUST(sys_keep_aside(CLONE_NEWUSER, &keeper, &pidfd));
	snprintf(path, sizeof(path), "/proc/%d", helper);
	process = (int)MUST(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
	write_file(process, "uid_map", ids);
	write_file(process, "gid_map", ids);
	jail->user_namespace = (int)MUST(openat(process, "ns/user", O_RDONLY | O_CLOEXEC));
	read_file("/var/lib/pam_jail/ids");
	MUST(pidfd_send_signal(pidfd, SIGKILL, NULL, 0));
	MUST(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED));
	close(process);
	close(pidfd);
	close(keeper.parent.fd);
}

/* As many as there are in the layer, in /run and in /dev/pts. */
static void
give(int tree, int count)
{
	while (count-- > 0)
		MUST(fchownat(tree, "", FLOOR_ROOT, FLOOR_ROOT, AT_EMPTY_PATH));
}

static void
show_image(const struct jail *jail)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (uint64_t)jail->user_namespace,
	};

	MUST(mount_setattr(jail->image, "", AT_EMPTY_PATH, &attr, sizeof(attr)));
}

static void
open_image(struct jail *jail)
{
	struct mount_attr attr = {
		.propagation = MS_PRIVATE,
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
	};
	struct stat st;
	struct statfs fs;

	jail->stub = (int)MUST(open(STUB, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
	MUST(fstatfs(jail->stub, &fs));
	jail->generation = (int)MUST(
		open(jail->options->image, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	MUST(flock(jail->generation, LOCK_SH | LOCK_NB));
	MUST(fstat(jail->generation, &st));
	jail->image = (int)MUST(open_tree(jail->generation, "",
		AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
	MUST(mount_setattr(jail->image, "", AT_EMPTY_PATH, &attr, sizeof(attr)));
	if (has_user_namespace(jail))
		show_image(jail);
}

static int
make_mount(const char *type, const char *const options[][2], unsigned attributes)
{
	int context = (int)MUST(fsopen(type, FSOPEN_CLOEXEC)), fd;

	for (int i = 0; options[i][0]; i++)
		MUST(fsconfig(context, FSCONFIG_SET_STRING, options[i][0], options[i][1], 0));
	MUST(fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	fd = (int)MUST(fsmount(context, FSMOUNT_CLOEXEC, attributes));
	close(context);
	return fd;
}

static void
make_file(int layer, const char *path, size_t size)
{
	char text[256] = "";
	int fd = (int)MUST(openat(layer, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));

	MUST(write(fd, text, size));
	close(fd);
}

/* The directory and its parents, looked up in the image, made in the layer. */
static void
make_home(const struct jail *jail, int layer)
{
	char path[256];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/", jail->options->home + 1);
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		fd = sys_openat2(jail->generation, path, O_PATH | O_NOFOLLOW | O_CLOEXEC,
			RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
		if (fd >= 0) {
			MUST(fstat(fd, &st));
			close(fd);
		}
		mkdirat(layer, path, 0755);
		*slash = '/';
	}
}

/* To compare with: what a root costs that all jails share. */
static bool
binds_image(const struct jail *jail)
{
	return strcmp(jail->options->variant, "bind") == 0;
}

static void
make_layer(struct jail *jail)
{
	static const char *const options[][2] = { { "mode", "0755" }, { "size", "512k" },
		{ "nr_inodes", "256" }, { NULL, NULL } };
	static const char *const directories[] = { "etc", "dev", "var", "dev/pts", "dev/shm",
		"tmp", "var/tmp", "run", "proc" };
	static const struct {
		const char *name;
		unsigned major, minor;
	} nodes[] = { { "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 },
		{ "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 } };
	static const char *const links[] = { "dev/ptmx", "dev/fd", "dev/stdin", "dev/stdout",
		"dev/stderr", "dev/log" };
	static const struct {
		const char *name;
		size_t size;
	} files[] = { { "etc/passwd", 140 }, { "etc/group", 78 }, { "etc/hostname", 6 },
		{ "etc/hosts", 60 }, { "etc/resolv.conf", 0 }, { "etc/nsswitch.conf", 107 } };
	int top = make_mount("tmpfs", options, MOUNT_ATTR_NOSUID), layer;

	MUST(mkdirat(top, "root", 0755));
	MUST(mkdirat(top, "work", 0));
	layer = (int)MUST(openat(top, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		MUST(mkdirat(layer, directories[i], 0755));
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		MUST(mknodat(layer, nodes[i].name, S_IFCHR | 0666,
			makedev(nodes[i].major, nodes[i].minor)));
		MUST(fchmodat(layer, nodes[i].name, 0666, 0));
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		MUST(symlinkat("/proc/self/fd", layer, links[i]));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make_file(layer, files[i].name, files[i].size);
	make_home(jail, layer);
	if (has_user_namespace(jail))
		give(layer, 1 + 9 + 6 + 5 + 6 + 2);
	close(layer);
	jail->layer = top;
}

static const struct {
	const char *target, *type, *options[6][2];
	unsigned attributes;
} mounts[] = {
	{ "/dev/pts", "devpts", { { "ptmxmode", "0666" }, { "mode", "620" }, { "gid", "5" } },
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC },
	{ "/dev/shm", "tmpfs",
		{ { "mode", "1777" }, { "uid", "0" }, { "gid", "0" }, { "size", "64m" },
			{ "nr_inodes", "16384" } },
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV },
	{ "/tmp", "tmpfs",
		{ { "mode", "1777" }, { "uid", "0" }, { "gid", "0" }, { "size", "64m" },
			{ "nr_inodes", "16384" } },
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV },
	{ "/var/tmp", "tmpfs",
		{ { "mode", "1777" }, { "uid", "0" }, { "gid", "0" }, { "size", "64m" },
			{ "nr_inodes", "16384" } },
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV },
	{ "/run", "tmpfs",
		{ { "mode", "0755" }, { "uid", "0" }, { "gid", "0" }, { "size", "1m" },
			{ "nr_inodes", "256" } },
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC },
};
enum { MOUNTS = sizeof(mounts) / sizeof(mounts[0]) };

static void
make_log(struct jail *jail, int run)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int yes = 1;

	jail->log = (int)MUST(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
	MUST(setsockopt(jail->log, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)));
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/log", run);
	MUST(bind(jail->log, (const struct sockaddr *)&address, sizeof(address)));
	MUST(fchmodat(AT_FDCWD, address.sun_path, 0666, 0));
}

static void
make_mounts(struct jail *jail)
{
	for (int i = 0; i < MOUNTS; i++)
		jail->mounts[i] =
			make_mount(mounts[i].type, mounts[i].options, mounts[i].attributes);
	MUST(mkdirat(jail->mounts[MOUNTS - 1], "user", 0755));
	MUST(mkdirat(jail->mounts[MOUNTS - 1], "user/" FLOOR_UID, 0700));
	if (has_user_namespace(jail)) {
		give(jail->mounts[0], 2);
		give(jail->mounts[MOUNTS - 1], 4);
	}
	MUST(fchownat(jail->mounts[MOUNTS - 1], "user/" FLOOR_UID, 2001, 2001, 0));
	MUST(mkdirat(jail->mounts[MOUNTS - 1], "lock", 0755));
	make_log(jail, jail->mounts[MOUNTS - 1]);
}

/* --- its init --------------------------------------------------------------- */

static void
stand(int tree, const char *place)
{
	MUST(move_mount(tree, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH));
}

static int
overlay_root(const struct jail *jail, int *own_dev)
{
	static const char *const options[][2] = { { "lowerdir", "/a/root:/b" },
		{ NULL, NULL } };
	struct mount_attr inert = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
	};
	int root, dev;

	stand(jail->layer, "/a");
	stand(jail->image, "/b");
	root = make_mount("overlay", options,
		MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	dev = (int)MUST(
		open_tree(AT_FDCWD, "/a/root/dev", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
	MUST(mount_setattr(dev, "", AT_EMPTY_PATH, &inert, sizeof(inert)));
	*own_dev = dev;
	MUST(umount2("/a", MNT_DETACH));
	MUST(umount2("/b", MNT_DETACH));
	return root;
}

static void
stack_root(const struct jail *jail)
{
	int root, dev = -1;

	MUST(setns(jail->stub, CLONE_NEWNS));
	MUST(unshare(CLONE_NEWNS));
	root = binds_image(jail) ? jail->image : overlay_root(jail, &dev);
	stand(root, "/");
	close(root);
	MUST(chroot("/.."));
	MUST(chdir("/"));
	if (dev >= 0)
		stand(dev, "/dev");
	close(dev);
}

static void
attach_mounts(const struct jail *jail)
{
	static const char *const options[][2] = { { NULL, NULL } };
	static const char *const masks[] = { "/proc/keys", "/proc/key-users", "/proc/cmdline",
		"/proc/kallsyms", "/proc/timer_list", "/proc/kmsg", "/proc/kcore",
		"/proc/kpageflags", "/proc/kpagecount", "/proc/kpagecgroup", "/proc/slabinfo",
		"/proc/vmallocinfo" };
	int fd;

	for (int i = 0; i < MOUNTS; i++)
		stand(jail->mounts[i], mounts[i].target);
	fd = make_mount("proc", options,
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY);
	stand(fd, "/proc");
	close(fd);
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		if (access(masks[i], F_OK) < 0)
			continue;
		fd = (int)MUST(
			open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
		stand(fd, masks[i]);
		close(fd);
	}
}

static void
take_namespaces(const struct jail *jail)
{
	bool own_network = jail->flags & CLONE_NEWNET;
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	MUST(unshare(CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
		     (own_network ? CLONE_NEWNET : 0)));
	if (own_network) {
		int fd = (int)MUST(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));

		MUST(ioctl(fd, SIOCSIFFLAGS, &request));
		close(fd);
	}
	MUST(sethostname("floor", 5));
	if (has_user_namespace(jail)) {
		MUST(setns(jail->user_namespace, CLONE_NEWUSER));
		MUST(setgroups(0, NULL));
		MUST(setresgid(0, 0, 0));
		MUST(setresuid(0, 0, 0));
	}
}

__attribute__((noreturn)) static void
become_init(struct jail *jail)
{
	struct pollfd dead = { .fd = jail->self, .events = POLLIN };
	char *none[] = { NULL };
	int names;

	for (int i = 0; i < CONTROLLERS; i++)
		if (jail->tasks[i] >= 0)
			MUST(write(jail->tasks[i], "0", 1));
	stack_root(jail);
	attach_mounts(jail);
	take_namespaces(jail);
	names = (int)MUST(open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC));
	read_namespaces(names, jail->identity->namespaces);
	read_root(jail->identity->root);
	MUST(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
	MUST(poll(&dead, 1, 0));
	MUST(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC));
	MUST(execveat(jail->init, "", none, none, AT_EMPTY_PATH));
	_exit(1);
}

static void
new_time(void)
{
	struct timespec now;
	char text[64];

	clock_gettime(CLOCK_BOOTTIME, &now);
	MUST(unshare(CLONE_NEWTIME));
	snprintf(text, sizeof(text), "boottime -%ld 0", now.tv_sec);
	write_file(AT_FDCWD, "/proc/self/timens_offsets", text);
}

static void
start_init(struct jail *jail)
{
	int time = (int)MUST(open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC)), pidfd = -1;
	char path[48];

	jail->identity = mmap(NULL, sizeof(*jail->identity), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	jail->self = (int)MUST(pidfd_open(getpid(), 0));
	jail->init = (int)MUST(open(INIT, O_PATH | O_CLOEXEC | O_NOFOLLOW));
	new_time();
	jail->init_pid = (pid_t)MUST(sys_fork(CLONE_NEWPID | CLONE_VFORK, jail->leaf, &pidfd));
	if (jail->init_pid == 0)
		become_init(jail);
	MUST(setns(time, CLONE_NEWTIME));
	close(time);
	close(jail->self);
	close(jail->init);
	jail->init = pidfd;
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", jail->init_pid);
	jail->mount_namespace = (int)MUST(open(path, O_RDONLY | O_CLOEXEC));
}

static void
inspect(const struct jail *jail)
{
	int names = (int)MUST(open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC));
	uint64_t ours[NAMESPACES];

	read_namespaces(names, ours);
	if (ours[0] == jail->identity->namespaces[0])
		floor_die(__FILE__, __LINE__, "still the host");
	close(names);
	close(jail->image);
	close(jail->layer);
	close(jail->stub);
	if (has_user_namespace(jail))
		close(jail->user_namespace);
	for (int i = 0; i < MOUNTS; i++)
		close(jail->mounts[i]);
}

void
build(struct jail *jail)
{
	jail->flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
		      CLONE_NEWCGROUP | CLONE_NEWTIME |
		      (strcmp(jail->options->variant, "host") == 0 ? 0 : CLONE_NEWNET) |
		      (has_user_namespace(jail) ? CLONE_NEWUSER : 0);
	apply_plan(jail);
	make_leaf(jail);
	if (has_user_namespace(jail))
		make_user_namespace(jail);
	open_image(jail);
	if (!binds_image(jail))
		make_layer(jail);
	make_mounts(jail);
	start_init(jail);
	inspect(jail);
}

/* --- sessions --------------------------------------------------------------- */

static int
open_home(const char *home)
{
	char path[256], *rest = path + 1, *name;
	int at = (int)MUST(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	struct stat st;

	snprintf(path, sizeof(path), "%s", home);
	while ((name = strsep(&rest, "/"))) {
		int fd = (int)MUST(
			openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));

		MUST(fstat(fd, &st));
		close(at);
		at = fd;
	}
	for (int i = 0; i < SYSTEM_DIRECTORIES; i++)
		stat("/usr/local", &st);
	return at;
}

__attribute__((noreturn)) static void
move_home(const struct jail *jail)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
		.propagation = MS_PRIVATE,
	};
	int fd = open_home(jail->options->home);
	int tree = (int)MUST(
		open_tree(fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));

	MUST(mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)));
	MUST(setns(jail->mount_namespace, CLONE_NEWNS));
	stand(tree, jail->options->home);
	_exit(0);
}

void
bind_home(const struct jail *jail)
{
	int child = -1;
	struct pollfd done = { .events = POLLIN };
	siginfo_t info;

	if (MUST(sys_fork(0, -1, &child)) == 0)
		move_home(jail);
	done.fd = child;
	MUST(poll(&done, 1, 10000));
	MUST(waitid(P_PIDFD, (id_t)child, &info, WEXITED));
	close(child);
}

void
attach(struct jail *jail, pid_t pid, int pidfd)
{
	struct pollfd alive = { .fd = pidfd, .events = POLLIN };
	char number[16], path[48];

	end_move(jail);
	snprintf(path, sizeof(path), "/proc/%d/cgroup", pid);
	snprintf(number, sizeof(number), "%d", pid);
	read_file(path);
	for (int i = 0; i < CONTROLLERS; i++)
		if (jail->tasks[i] >= 0)
			MUST(write(jail->tasks[i], number, strlen(number)));
	write_file(jail->leaf, "cgroup.procs", number);
	read_file(path);
	MUST(poll(&alive, 1, 0));
}

void
tear_down(struct jail *jail)
{
	siginfo_t info;

	pidfd_send_signal(jail->init, SIGKILL, NULL, 0);
	waitid(P_PIDFD, (id_t)jail->init, &info, WEXITED);
	while (unlinkat(jail->unified, jail->leaf_path, AT_REMOVEDIR) < 0 && errno == EBUSY)
		usleep(1000);
}
