/*
 * verify_test.c - the last look from inside finds each thing that is not as it
 * should be. Every row stands in a jail of its own that is right but for one thing;
 * needs root, for its namespaces and mounts.
 */
#include "entry.h"
#include "fd.h"
#include "files.h"
#include "root.h"
#include "user_namespace.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { USER = 2001, ROOT = IDS_BASE, UNAVAILABLE = 77 };

#define SCRATCH "/tmp"
#define INERT   (MS_NOSUID | MS_NODEV)

struct said {
	char text[sizeof(((struct jail_error *)0)->text)];
	bool entered, closed;
};

static void
must(bool held)
{
	if (!held)
		_exit(1);
}

static void
remount(const char *place, unsigned long flags)
{
	must(mount(NULL, place, NULL, MS_REMOUNT | MS_BIND | flags, NULL) == 0);
}

/* --- one thing wrong in the jail, done by root of the host ------------------ */

static void
root_with_setuid(struct jail_entry *entry)
{
	(void)entry;
	remount("/", MS_RDONLY | MS_NODEV);
}

static void
root_with_devices(struct jail_entry *entry)
{
	(void)entry;
	remount("/", MS_RDONLY | MS_NOSUID);
}

static void
root_to_write(struct jail_entry *entry)
{
	(void)entry;
	remount("/", INERT);
}

static void
root_to_write_as_agreed(struct jail_entry *entry)
{
	root_to_write(entry);
	entry->scratch = true;
}

static void
root_of_the_hosts_root(struct jail_entry *entry)
{
	remount("/", INERT);
	must(chown("/", 0, 0) == 0);
	remount("/", INERT | MS_RDONLY);
	(void)entry;
}

/* Seen as the jail's own: a bare file system with all that is looked for. */
static void
root_that_is_no_overlay(struct jail_entry *entry)
{
	must(mount("/proc", "/home/proc", NULL, MS_BIND, NULL) == 0);
	must(chroot("/home") == 0 && chdir("/") == 0);
	must(identity_root(&entry->identity, &(struct jail_error){ 0 }) == 0);
}

static void
another_root(struct jail_entry *entry)
{
	(void)entry;
	must(chroot("/home") == 0);
}

static void
the_same_root_once_more(struct jail_entry *entry)
{
	(void)entry;
	must(mount("/", "/home/root", NULL, MS_BIND, NULL) == 0 && chroot("/home/root") == 0);
}

static void
no_proc(struct jail_entry *entry)
{
	(void)entry;
	must(umount2("/proc", MNT_DETACH) == 0);
}

static void
proc_missing(struct jail_entry *entry)
{
	no_proc(entry);
	remount("/", INERT);
	must(rmdir("/proc") == 0);
	remount("/", INERT | MS_RDONLY);
}

static void
home_with_setuid(struct jail_entry *entry)
{
	(void)entry;
	remount("/home", MS_NODEV);
}

static void
home_with_devices(struct jail_entry *entry)
{
	(void)entry;
	remount("/home", MS_NOSUID);
}

static void
another_namespace(struct jail_entry *entry)
{
	(void)entry;
	must(unshare(CLONE_NEWUTS) == 0);
}

/* --- one thing wrong with the process, at the end of its way ---------------- */

static void
namespaces_of_the_host(struct jail_entry *entry)
{
	memcpy(entry->before, entry->identity.namespaces, sizeof(entry->before));
}

static void
no_process_directory(struct jail_entry *entry)
{
	fd_close(&entry->process_dir);
}

/* A process whose namespaces the kernel does not show. */
static void
namespaces_without_files(struct jail_entry *entry)
{
	fd_close(&entry->process_dir);
	entry->process_dir = open("/home", O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(mkdir("/home/ns", 0755) == 0 || errno == EEXIST);
}

static void
elsewhere(struct jail_entry *entry)
{
	(void)entry;
	must(chdir("/home") == 0);
}

/* By a filter, say, of the service that the login came through. */
static void
statx_refused(struct jail_entry *entry)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_statx, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = lines };

	(void)entry;
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void
map_of_another(struct jail_entry *entry)
{
	entry->login.uid = USER + 1;
}

static void
map_of_the_hosts_root(struct jail_entry *entry)
{
	entry->identity.root_uid = 0;
}

static void
not_root(struct jail_entry *entry)
{
	(void)entry;
	must(setresgid(0, 0, USER) == 0);
}

static void
with_group(gid_t group)
{
	must(setgroups(1, &group) == 0);
}

static void
with_a_group_of_the_users(struct jail_entry *entry)
{
	with_group(entry->login.groups[0].gid);
}

static void
with_a_group_of_roots(struct jail_entry *entry)
{
	(void)entry;
	with_group(0);
}

static void
with_a_group_of_roots_and_the_users(struct jail_entry *entry)
{
	entry->login.groups[0].gid = 0;
	with_group(0);
}

static void
with_a_group_of_nobodys(struct jail_entry *entry)
{
	(void)entry;
	with_group(GID_TTY);
}

static void
home_elsewhere(struct jail_entry *entry)
{
	strcpy(entry->login.home, "/nowhere");
}

static void
one_power_more(struct jail_entry *entry)
{
	entry->caps &= ~(1ULL << CAP_SETUID);
}

static void
one_power_less(struct jail_entry *entry)
{
	entry->caps |= 1ULL << CAP_SYS_ADMIN;
}

static void
init_gone(struct jail_entry *entry)
{
	struct pollfd init = { .fd = entry->init, .events = POLLIN };

	must(pidfd_send_signal(entry->init, SIGKILL, NULL, 0) == 0 && poll(&init, 1, -1) == 1);
}

static void
supervisor_gone(struct jail_entry *entry)
{
	must(shutdown(entry->socket, SHUT_RDWR) == 0);
}

/* What caps_bound() does, one part after the other. */
static int
caps_to_keep(cap_flag_value_t inheritable)
{
	const cap_value_t kept[] = { CAP_SETUID, CAP_SETGID };
	cap_t caps = cap_init();

	must(cap_set_flag(caps, CAP_PERMITTED, 2, kept, CAP_SET) == 0 &&
		cap_set_flag(caps, CAP_EFFECTIVE, 2, kept, CAP_SET) == 0 &&
		cap_set_flag(caps, CAP_INHERITABLE, 1, kept, inheritable) == 0 &&
		cap_set_proc(caps) == 0);
	return cap_free(caps);
}

static void
drop_bounds(void)
{
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		must(cap_drop_bound(cap) == 0);
}

static int
caps_without_securebits(void *work, struct jail_error *err)
{
	(void)work, (void)err;
	drop_bounds();
	return caps_to_keep(CAP_CLEAR);
}

static int
caps_that_exec_brings_back(void *work, struct jail_error *err)
{
	(void)work, (void)err;
	must(cap_set_secbits(SECBIT_NOROOT) == 0);
	return caps_to_keep(CAP_CLEAR);
}

static int
caps_to_inherit(void *work, struct jail_error *err)
{
	const cap_value_t setuid_cap = CAP_SETUID;
	cap_t caps = cap_get_proc();

	(void)work, (void)err;
	must(cap_set_secbits(SECBIT_NOROOT) == 0);
	must(cap_set_flag(caps, CAP_INHERITABLE, 1, &setuid_cap, CAP_SET) == 0 &&
		cap_set_proc(caps) == 0);
	cap_free(caps);
	drop_bounds();
	return caps_to_keep(CAP_SET);
}

static int
nothing(void *work, struct jail_error *err)
{
	(void)work, (void)err;
	return 0;
}

typedef int sealing(void *work, struct jail_error *err);
typedef void spoiling(struct jail_entry *entry);

/* clang-format off */
static const struct row {
	const char *what;
	spoiling *jail, *process; /* what is wrong, and when it comes about */
	sealing *instead_of, *done;
	const char *objection;    /* "": it is fine */
} rows[] = {
	{ "a jail as it should be", .objection = "" },
	{ "a root to write, as agreed", root_to_write_as_agreed, .objection = "" },
	{ "groups of the user's", .process = with_a_group_of_the_users, .objection = "" },

	{ "namespaces of another jail", another_namespace,
	  .objection = "namespace uts is not the jail's" },
	{ "namespaces of the host", .process = namespaces_of_the_host,
	  .objection = "namespace mnt is still the host's" },
	{ "namespaces out of sight", .process = no_process_directory,
	  .objection = "open the process's namespaces: Bad file descriptor" },
	{ "namespaces that this kernel lacks", .process = namespaces_without_files,
	  .objection = "namespace mnt has no id: No such file or directory" },

	{ "another root", another_root, .objection = "the root is not the jail's" },
	{ "a root that cannot be looked at", .process = statx_refused,
	  .objection = "statx /: Permission denied" },
	{ "the same root, mounted once more", the_same_root_once_more,
	  .objection = "the root is not the jail's" },
	{ "a root that is no overlay", root_that_is_no_overlay,
	  .objection = "the root is not a nosuid, nodev overlay" },
	{ "a root with setuid files", root_with_setuid,
	  .objection = "the root is not a nosuid, nodev overlay" },
	{ "a root with devices", root_with_devices,
	  .objection = "the root is not a nosuid, nodev overlay" },
	{ "a root to write", root_to_write, .objection = "the root is not read-only" },
	{ "a root of the host's root", root_of_the_hosts_root,
	  .objection = "the root does not belong to root" },
	{ "no proc", no_proc, .objection = "/proc is not a proc" },
	{ "no place for proc", proc_missing, .objection = "statfs: No such file or directory" },
	{ "a working directory elsewhere", .process = elsewhere,
	  .objection = "the working directory is not the jail's root" },

	{ "a map of another user", .process = map_of_another,
	  .objection = "uids are not mapped as they should be" },
	{ "a map of the host's root", .process = map_of_the_hosts_root,
	  .objection = "uids are not mapped as they should be" },
	{ "ids beside root's", .process = not_root,
	  .objection = "not root of the user namespace" },
	{ "a group of root's", .process = with_a_group_of_roots,
	  .objection = "groups of the host are left" },
	{ "a group of root's and the user's", .process = with_a_group_of_roots_and_the_users,
	  .objection = "groups of the host are left" },
	{ "a group of nobody's", .process = with_a_group_of_nobodys,
	  .objection = "groups of the host are left" },

	{ "no home", .process = home_elsewhere,
	  .objection = "statfs /nowhere: No such file or directory" },
	{ "a home with setuid files", home_with_setuid,
	  .objection = "/home is not nosuid and nodev" },
	{ "a home with devices", home_with_devices,
	  .objection = "/home is not nosuid and nodev" },

	{ "capabilities unbound", .instead_of = caps_bound, .done = nothing,
	  .objection = "capability 0 is not as it should be" },
	{ "a capability more", .process = one_power_more,
	  .objection = "capability 7 is not as it should be" },
	{ "a capability less", .process = one_power_less,
	  .objection = "capability 21 is not as it should be" },
	{ "a capability to inherit", .instead_of = caps_bound, .done = caps_to_inherit,
	  .objection = "capability 7 is not as it should be" },
	{ "capabilities that exec brings back", .instead_of = caps_bound,
	  .done = caps_that_exec_brings_back,
	  .objection = "capability 0 is not as it should be" },
	{ "a root with powers at exec", .instead_of = caps_bound,
	  .done = caps_without_securebits, .objection = "securebits are not set" },
	{ "power by exec", .instead_of = privileges_freeze, .done = nothing,
	  .objection = "no_new_privs is not set" },
	{ "no filter", .instead_of = filter_load, .done = nothing,
	  .objection = "no seccomp filter" },
	{ "core dumps", .instead_of = rlimits_set, .done = nothing,
	  .objection = "core dumps are not off" },

	{ "a jail that ended", .process = init_gone,
	  .objection = "the jail ended meanwhile: No such process" },
	{ "a supervisor that ended", .process = supervisor_gone,
	  .objection = "send a message: Broken pipe" },
};
/* clang-format on */

/* --- the jail ---------------------------------------------------------------- */

static void
make_root(void)
{
	static const char *const places[] = { "/image", "/image/proc", "/image/home", "/layer",
		"/work", "/root" };
	char path[64];

	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	must(mount("none", SCRATCH, "tmpfs", 0, NULL) == 0);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), SCRATCH "%s", places[i]);
		must(mkdir(path, 0755) == 0);
	}
	must(chown(SCRATCH "/layer", ROOT, ROOT) == 0);
	if (mount("none", SCRATCH "/root", "overlay", INERT,
		    "lowerdir=" SCRATCH "/image,upperdir=" SCRATCH "/layer,workdir=" SCRATCH
		    "/work") < 0)
		_exit(UNAVAILABLE);
	must(chroot(SCRATCH "/root") == 0 && chdir("/") == 0);
	must(mount("none", "/proc", "proc", INERT, NULL) == 0);
	must(mount("none", "/home", "tmpfs", INERT, "mode=777") == 0);
	must(mkdir("/home/proc", 0755) == 0 && mkdir("/home/root", 0755) == 0);
	remount("/", INERT | MS_RDONLY);
}

/* What init-to-be records, and what the session knows of itself. */
static void
look_around(struct jail_entry *entry, int user_namespace)
{
	autoclose int ns_dir = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct jail_error err;
	struct stat st;

	must(identity_namespaces(ns_dir, entry->identity.namespaces, &err) == 0 &&
		identity_root(&entry->identity, &err) == 0 && fstat(user_namespace, &st) == 0);
	entry->identity.namespaces[NS_USER] = st.st_ino;
	entry->identity.root_uid = ROOT;
	entry->process_dir = open("/proc/thread-self", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int
make_init(void)
{
	pid_t init = fork();

	if (init == 0)
		pause();
	return pidfd_open(init, 0);
}

static void
seal(const struct row *row, struct jail_entry *entry)
{
	static sealing *const seals[] = { filter_load, rlimits_set, caps_bound,
		privileges_freeze };
	struct jail_error err = { .text = "" };

	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		must((seals[i] == row->instead_of ? row->done : seals[i])(entry, &err) == 0);
}

__attribute__((noreturn)) static void
in_jail(const struct row *row, struct jail_entry *entry, int user_namespace, struct said *said)
{
	struct jail_error err;

	make_root();
	look_around(entry, user_namespace);
	if (row->jail)
		row->jail(entry);
	must(setns(user_namespace, CLONE_NEWUSER) == 0 && root_become(&err) == 0);
	entry->init = make_init();
	seal(row, entry);
	if (row->process)
		row->process(entry);
	said->entered = entry_verify(entry, &err) == 0;
	said->closed = entry->process_dir < 0 && entry->init < 0;
	if (!said->entered)
		memcpy(said->text, err.text, sizeof(said->text));
	_exit(0);
}

/* Namespaces of its own; of processes and time, those of its child. */
__attribute__((noreturn)) static void
apart(const struct row *row, struct jail_entry *entry, struct said *said)
{
	autoclose int ns_dir = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct jail_ids ids = { .root = ROOT, .tty = ROOT + 1 };
	struct jail_error err;
	int user_namespace, status;
	pid_t child;

	must(identity_namespaces(ns_dir, entry->before, &err) == 0);
	for (int i = 0; i < NS_COUNT; i++)
		entry->namespaces |= namespace_rows[i].flag;
	user_namespace = user_namespace_make(&entry->login, &ids, &err);
	if (user_namespace < 0 || unshare((int)(entry->namespaces & ~(uint64_t)CLONE_NEWUSER)))
		_exit(UNAVAILABLE);
	child = fork();
	if (child == 0)
		in_jail(row, entry, user_namespace, said);
	must(waitpid(child, &status, 0) == child && WIFEXITED(status));
	_exit(WEXITSTATUS(status));
}

static void
prepare(struct jail_entry *entry, int to_supervisor)
{
	static const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

	memset(entry, 0, sizeof(*entry));
	entry_begin(entry);
	entry->socket = to_supervisor;
	entry->login.uid = entry->login.gid = USER;
	entry->login.group_count = 1;
	entry->login.groups[0].gid = USER;
	strcpy(entry->login.home, "/home");
	entry->user_namespace = true;
	entry->caps = 1ULL << CAP_SETUID | 1ULL << CAP_SETGID;
	entry->answer = wire_new(WIRE_SEAL);
	wire_put(entry->answer, TAG_FILTER, &allow, sizeof(allow));
}

/* False: a jail cannot be made here. */
static bool
verify(const struct row *row, int to_supervisor, struct said *said)
{
	static struct jail_entry entry;
	pid_t child;
	int status;

	*said = (struct said){ .text = "" };
	prepare(&entry, to_supervisor);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		apart(row, &entry, said);
	wire_free(&entry.answer);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == UNAVAILABLE))
		fail_msg("%s: could not be made", row->what);
	return status == 0;
}

static bool
supervisor_heard(int socket)
{
	autowire struct wire_message *m = wire_new(0);
	struct jail_error err;

	return wire_receive(socket, m, 0, &err) == 0 && m->type == WIRE_ENTERED;
}

static void
not_here(void)
{
	if (getenv("MUST_RUN"))
		fail_msg("no namespaces and mounts: run as root");
	print_message("needs root, for namespaces and mounts\n");
	skip();
}

static void
each_thing_that_is_not_as_it_should_be_is_found(void **state)
{
	struct said *said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(said != MAP_FAILED);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool fine = !rows[i].objection[0];
		int ends[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends),
			0);
		if (!verify(&rows[i], ends[0], said))
			not_here();
		if (strcmp(said->text, rows[i].objection) != 0)
			fail_msg("%s: %s", rows[i].what, said->text);
		assert_int_equal(said->entered, fine);
		assert_true(said->closed || !fine);
		assert_int_equal(supervisor_heard(ends[1]), fine);
		close(ends[0]);
		close(ends[1]);
	}
	munmap(said, sizeof(*said));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_that_is_not_as_it_should_be_is_found),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
