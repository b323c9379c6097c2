/*
 * attempts.c - the table of the ways out. A new attempt is a new row, and one
 * that works in a control (selftest_control.c) on some kernel: what cannot work
 * anywhere proves nothing.
 */
#include "attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>

/* What calls are asked with. None of them writes to it but io_uring_setup. */
static const struct timezone no_timezone = { .tz_minuteswest = 100000 };
static const struct sched_param most_urgent = { .sched_priority = 1 };
static const gid_t group_of_root = 0;
static struct io_uring_params ring;
static const struct perf_event_attr counter = {
	.type = PERF_TYPE_SOFTWARE,
	.size = sizeof(counter),
	.config = PERF_COUNT_SW_TASK_CLOCK,
};
static const union bpf_attr map = {
	.map_type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 1,
};

#define CALL(number, ...) .try = try_call, .call = { number, { __VA_ARGS__ } }
#define CALL_PASSES(error, number, ...) \
	.try = try_call, .call = { number, { __VA_ARGS__ }, .passed = error }
#define AT(pointer)    ((unsigned long)(pointer))
#define NOT_BY_MONITOR .not_by = { [MONITOR] = true }
#define NOT_BY_USER    .not_by = { [USER] = true }

/* clang-format off */
const struct attempt attempts[] = {
	/* --- the root ---------------------------------------------------- */
	{ "second_chroot", "a second chroot and a kept descriptor lead out of the first",
	  .try = try_second_chroot },
	{ "chroot_from_outside", "a chroot that leaves its caller outside leads out of the first",
	  .try = try_chroot_from_outside },
	{ "dotdot", "the working directory lies outside, and \"..\" leads on",
	  .try = try_dotdot },
	{ "proc_links", "a root, working directory or descriptor of some process, by /proc, is the host's",
	  .try = try_proc_links },
	{ "descriptors", "a directory, device, namespace or process of the host was left open",
	  .try = try_descriptors },
	{ "handle", "what lies beside the home on its file system is opened by number",
	  .try = try_handle, .args = { "@handle_type", "@handle" } },
	{ "program_of_init", "the program that carries the jail can be opened, and so overwritten",
	  .try = try_read, .args = { "@exe" } },

	/* --- files --------------------------------------------------------- */
	{ "write_root", "files of the jail's root are changed or added",
	  .try = try_create, .args = { "/" }, .granted = BY_SCRATCH },
	{ "write_programs", "programs of the image are changed or added, for the monitor to run",
	  .try = try_create, .args = { "/usr" }, .granted = BY_SCRATCH },
	{ "write_passwd", "names and ids are made up, for the monitor to believe",
	  .try = try_write, .args = { "/etc/passwd" }, .granted = BY_SCRATCH },
	{ "plant_socket", "a socket in /run answers when the monitor, as root, asks for groups",
	  .try = try_plant_socket, .args = { "/run" }, NOT_BY_MONITOR },
	{ "device_files", "a device of the host's is there to be opened",
	  .try = try_devices },
	{ "make_device", "a device is made and opened",
	  .try = try_node },
	{ "set_id_in_tmp", "a set-id file in /tmp gives its owner's power",
	  .try = try_set_id_file, .args = { "/tmp" } },
	{ "set_id_in_home", "a set-id file in the home gives its owner's power",
	  .try = try_set_id_file, .args = { "@home" } },
	{ "bounding_set", "a set-id or capable file can give capabilities",
	  .try = try_bounding_set },
	{ "watch_image", "what others do with the same image is seen by inotify",
	  .try = try_watch_root },

	/* --- mounts -------------------------------------------------------- */
	{ "mount_tmpfs", "new file systems are mounted",
	  .try = try_mount, .args = { "tmpfs" } },
	{ "mount_proc", "a /proc without masks is mounted",
	  .try = try_mount, .args = { "proc" } },
	{ "mount_sysfs", "the host's devices are mounted",
	  .try = try_mount, .args = { "sysfs" } },
	{ "mount_cgroup", "cgroups are mounted, whose release agent runs on the host (CVE-2022-0492)",
	  .try = try_mount, .args = { "cgroup2" } },
	{ "bind", "what is there is mounted at other places",
	  .try = try_bind },
	{ "remount", "what is mounted read-only is made writable",
	  .try = try_remount },
	{ "mount_attributes", "the same by mount_setattr",
	  .try = try_mount_attributes },
	{ "new_mount_calls", "file systems are mounted by fsopen and fsmount",
	  .try = try_new_mount_calls },
	{ "open_tree", "a tree of mounts is copied, and its masks left behind",
	  CALL(SYS_open_tree, AT(AT_FDCWD), AT("/proc"), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC) },
	{ "move_mount", "mounts are moved",
	  CALL_PASSES(EINVAL, SYS_move_mount, AT(AT_FDCWD), AT("/"), AT(AT_FDCWD), AT("/"), ~0UL) },
	{ "umount", "the masks over files of /proc come off",
	  CALL_PASSES(EINVAL, SYS_umount2, AT("/proc/self"), 0) },
	{ "pivot_root", "another root is taken",
	  CALL_PASSES(EINVAL, SYS_pivot_root, AT("/proc/self"), AT("/proc/self")) },

	/* --- namespaces ---------------------------------------------------- */
	{ "user_namespace", "a user namespace gives power over the kernel's least tested code",
	  .try = try_user_namespace, .granted = BY_NESTED },
	{ "user_namespace_by_clone", "the same by clone",
	  .try = try_clone_user_namespace, .granted = BY_NESTED },
	{ "user_namespace_by_clone3", "the same by clone3, whose flags no filter can see",
	  .try = try_clone3_user_namespace },
	{ "mount_namespace", "mounts are changed in a copy",
	  CALL(SYS_unshare, CLONE_NEWNS) },
	{ "other_namespaces", "a network or host name of its own, with power over it",
	  CALL(SYS_unshare, CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_NEWPID) },
	{ "join_namespaces", "namespaces of a process in sight are joined",
	  .try = try_join_namespaces },
	{ "join_first_process", "mounts are joined by a hold on process 1",
	  .try = try_join_by_pidfd, .args = { "@first" } },

	/* --- processes ----------------------------------------------------- */
	{ "see_processes", "processes of the host are seen",
	  .try = try_see_process },
	{ "signal", "processes of the host are ended",
	  .try = try_signal, .args = { "@process" }, .by_number = true, .granted = BY_HOST_UIDS },
	{ "trace", "processes of the host are taken over by ptrace",
	  .try = try_trace, .args = { "@process" }, .by_number = true },
	{ "trace_first_process", "process 1 of the jail, which outlives all sessions, is taken over",
	  .try = try_trace, .args = { "@first" } },
	{ "read_memory", "memory of the host's processes is read",
	  .try = try_read_memory, .args = { "@process" }, .by_number = true },
	{ "take_descriptor", "descriptors are taken out of the host's processes",
	  .try = try_take_descriptor, .args = { "@process" }, .by_number = true },
	{ "take_descriptor_of_init", "descriptors are taken out of process 1 of the jail",
	  .try = try_take_descriptor, .args = { "@first" } },
	{ "compare", "addresses in the kernel are compared by kcmp",
	  .try = try_compare, .args = { "@process" }, .by_number = true },
	{ "limits_of_others", "processes of the host are starved by prlimit",
	  .try = try_limits_of_others, .args = { "@process" }, .by_number = true, .granted = BY_HOST_UIDS },
	{ "priority_of_others", "processes of the host are slowed down",
	  .try = try_priority_of_others, .args = { "@process" }, .by_number = true },

	/* --- who it is ----------------------------------------------------- */
	{ "become_root", "a user becomes uid 0",
	  CALL(SYS_setresuid, 0, 0, 0), NOT_BY_MONITOR, .granted = BY_UID0 },
	{ "join_root_group", "a user becomes gid 0",
	  CALL(SYS_setresgid, 0, 0, 0), NOT_BY_MONITOR, .granted = BY_UID0 },
	{ "groups", "a user has groups that are not theirs, or takes some",
	  .try = try_groups, NOT_BY_MONITOR },
	{ "set_groups", "a user leaves a group that is denied something",
	  CALL(SYS_setgroups, 1, AT(&group_of_root)), NOT_BY_MONITOR },
	{ "capabilities", "capabilities that were given up come back",
	  .try = try_capabilities },
	{ "core_dumps", "a core dump makes the host run its handler, as root",
	  .try = try_core_limit },
	{ "spare_from_oom", "others are killed in its place when memory runs out",
	  .try = try_spare_from_oom },
	{ "priority", "it takes the processor from others by its priority",
	  CALL(SYS_setpriority, PRIO_PROCESS, 0, -20UL) },
	{ "real_time", "it takes the processor from all others",
	  CALL(SYS_sched_setscheduler, 0, SCHED_FIFO, AT(&most_urgent)) },
	{ "cgroup", "it leaves the cgroup that carries its limits",
	  .try = try_write, .args = { "@cgroup" } },

	/* --- the kernel ---------------------------------------------------- */
	{ "core_pattern", "it names a program that the host's kernel runs as root",
	  .try = try_write, .args = { "/proc/sys/kernel/core_pattern" } },
	{ "modprobe", "it names the program that loads modules",
	  .try = try_write, .args = { "/proc/sys/kernel/modprobe" } },
	{ "kernel_switches", "settings of the host's kernel are changed",
	  .try = try_write, .args = { "/proc/sys/vm/overcommit_memory" } },
	{ "sysrq", "the host is stopped by /proc/sysrq-trigger",
	  .try = try_write, .args = { "/proc/sysrq-trigger" } },
	{ "kernel_memory", "the kernel's memory is read by /proc/kcore",
	  .try = try_read, .args = { "/proc/kcore" } },
	{ "kernel_log", "the kernel's log is read",
	  CALL(SYS_syslog, 10) },
	{ "sysfs", "devices and drivers of the host are seen",
	  .try = try_read, .args = { "/sys/kernel/uevent_seqnum" } },
	{ "keyring", "keys of the same user outside are read, such as Kerberos tickets",
	  CALL(SYS_keyctl, KEYCTL_GET_KEYRING_ID, AT(KEY_SPEC_USER_KEYRING), 1) },
	{ "add_key", "keys are planted",
	  CALL(SYS_add_key, AT("user"), AT("pam_jail"), AT("x"), 1, AT(KEY_SPEC_PROCESS_KEYRING)) },
	{ "terminal_input", "commands are typed into the terminal of whoever looks at it",
	  .try = try_type_into_terminal, .args = { "0" } },
	{ "terminal_input_64", "the same with a request of 64 bits (CVE-2019-10063)",
	  .try = try_type_into_terminal, .args = { "0x100000000" } },
	{ "console_paste", "text is pasted into a console (CVE-2023-1523)",
	  .try = try_paste_into_console, .args = { "0" } },
	{ "console_paste_64", "the same with a request of 64 bits",
	  .try = try_paste_into_console, .args = { "0x100000000" } },
	{ "calls_of_i386", "calls by int 0x80 pass a filter for 64 bits",
	  .try = try_int_0x80 },
	{ "calls_of_x32", "calls of the x32 ABI pass a filter for 64 bits",
	  CALL(0x40000000L | 39) },
	{ "bpf", "code is put into the kernel",
	  CALL(SYS_bpf, BPF_MAP_CREATE, AT(&map), sizeof(map)) },
	{ "perf_event_open", "counters see other processes",
	  CALL(SYS_perf_event_open, AT(&counter), 0, -1UL, -1UL, 0) },
	{ "userfaultfd", "the kernel is stopped half-way through a copy, as half of all exploits do",
	  CALL(SYS_userfaultfd, 0) },
	{ "io_uring", "calls are made that no filter sees",
	  CALL(SYS_io_uring_setup, 1, AT(&ring)) },
	{ "fanotify", "whole mounts are watched",
	  CALL(SYS_fanotify_init, 0, 0) },
	{ "load_module", "code is put into the kernel as a module",
	  CALL_PASSES(ENOEXEC, SYS_init_module, AT(""), 0, AT("")) },
	{ "kexec", "another kernel is started",
	  CALL_PASSES(EINVAL, SYS_kexec_load, 0, 1000, 0, ~0UL) },
	{ "reboot", "the host is restarted",
	  CALL_PASSES(EINVAL, SYS_reboot, 0, 0, 0, 0) },
	{ "clock", "the host's clock is set",
	  CALL_PASSES(EINVAL, SYS_settimeofday, 0, AT(&no_timezone)) },
	{ "host_name", "the host is renamed",
	  CALL_PASSES(EINVAL, SYS_sethostname, AT("x"), -1UL) },
	{ "swap", "files become the host's memory",
	  CALL_PASSES(ENOENT, SYS_swapon, AT("/pam_jail.none"), 0) },
	{ "accounting", "a file is written for each process of the host that ends",
	  CALL_PASSES(ENOENT, SYS_acct, AT("/pam_jail.none")) },

	/* --- sockets and memory of the host's -------------------------------- */
	{ "abstract_socket", "servers of the host answer on abstract sockets",
	  .try = try_abstract_socket, .args = { "@socket" }, .granted = BY_HOST_NETWORK },
	{ "loopback", "servers answer that the host offers to itself only",
	  .try = try_loopback, .args = { "@port" }, .granted = BY_HOST_NETWORK },
	{ "packet_socket", "what passes on the wire is read",
	  CALL(SYS_socket, AF_PACKET, SOCK_RAW, 0) },
	{ "raw_socket", "packets are forged",
	  CALL(SYS_socket, AF_INET, SOCK_RAW, 1) },
	{ "vsock", "the hypervisor is talked to",
	  CALL(SYS_socket, AF_VSOCK, SOCK_STREAM, 0) },
	{ "netfilter", "the kernel's packet filter, and its holes, are in reach",
	  CALL(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) },
	{ "generic_netlink", "all that drivers offer by netlink is in reach",
	  CALL(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC) },
	{ "xfrm", "the kernel's IPsec, and its holes, are in reach",
	  CALL(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_XFRM) },
	{ "shared_memory", "System V memory of the host is read",
	  .try = try_host_memory, .args = { "@memory" } },
};
/* clang-format on */

const size_t attempt_count = sizeof(attempts) / sizeof(attempts[0]);
_Static_assert(sizeof(attempts) / sizeof(attempts[0]) <= ATTEMPTS_MAX, "ATTEMPTS_MAX");

const char *
bait_value(const struct bait *bait, enum role role, const char *name)
{
	const struct {
		const char *name, *value;
	} values[] = {
		{ "@process", bait->processes[role] },
		{ "@first", bait->first },
		{ "@exe", bait->exe },
		{ "@cgroup", bait->cgroup },
		{ "@socket", bait->socket },
		{ "@port", bait->port },
		{ "@memory", bait->memory },
		{ "@handle_type", bait->handle_type },
		{ "@handle", bait->handle },
		{ "@home", bait->home },
	};

	for (size_t i = 0; name[0] == '@' && i < sizeof(values) / sizeof(values[0]); i++)
		if (strcmp(values[i].name, name) == 0)
			return values[i].value;
	return name;
}

enum answer
attempt_make(const struct attempt *attempt, enum role role, struct trial *trial)
{
	trial->attempt = attempt;
	for (size_t i = 0; i < ATTEMPT_ARGS; i++)
		trial->args[i] =
			attempt->args[i] ? bait_value(trial->bait, role, attempt->args[i]) : "";
	/* What could not be laid out is nothing to try. */
	if (attempt->args[0] && !trial->args[0][0])
		return SENSELESS;
	errno = 0;
	return attempt->try(trial);
}

const char *
make_pit(const struct trial *trial, char path[PIT_SIZE])
{
	snprintf(path, PIT_SIZE, SCRATCH "/pam_jail.%s", trial->bait->tag);
	mkdir(path, 0700);
	return path;
}

enum answer
blocked(struct trial *trial, const char *what)
{
	if (errno)
		snprintf(trial->reason, sizeof(trial->reason), "%s: %s", what, strerror(errno));
	else
		snprintf(trial->reason, sizeof(trial->reason), "%s", what);
	return BLOCKED;
}

enum answer
worked(struct trial *trial, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(trial->reason, sizeof(trial->reason), format, args);
	va_end(args);
	return WORKED;
}
