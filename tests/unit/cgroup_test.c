/*
 * cgroup_test.c - limits as texts of the kernel's knobs, in directories that look
 * like a hierarchy; and bases, leaves and moves in a cgroup2 of the kernel's own,
 * at a cgroup that this test makes (as root): what a host with cgroup v2 alone does.
 */
#include "scratch_conf.h"

#include "cgroup.h"
#include "fd.h"
#include "files.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

enum { USER = 2001 };

static struct cgroup_host host;

static int
directory(const char *name)
{
	int fd;

	assert_true(mkdir(name, 0755) == 0 || errno == EEXIST);
	fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

/* One that is gone: nothing can be made in it. */
static int
lost_directory(void)
{
	int fd = directory("lost");

	assert_int_equal(rmdir("lost"), 0);
	return fd;
}

static int
pure(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	host = CGROUP_HOST_INITIAL;
	host.unified = directory("unified");
	return mkdir("unified/2001", 0755);
}

static int
hybrid(void **state)
{
	static const char *const names[] = { "memory", "cpu", "pids" };
	char user[32];

	if (pure(state) != 0)
		return -1;
	host.hybrid = true;
	for (int i = 0; i < CGROUP_CONTROLLERS; i++) {
		host.v1[i] = directory(names[i]);
		snprintf(user, sizeof(user), "%s/2001", names[i]);
		close(directory(user));
	}
	return 0;
}

static int
tear_down(void **state)
{
	cgroup_host_close(&host);
	return scratch_teardown(state);
}

static const char *
text_of(const char *file)
{
	static char text[64];
	FILE *in = fopen(file, "r");

	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	return text;
}

/* --- the plan -------------------------------------------------------------- */

static const struct jail_plan some_plan = {
	.name = "gold",
	.memory_max = 1 << 30,
	.tasks_max = 200,
	.cpu_cap = 150,
	.cpu_share = 50,
};
static const struct jail_plan no_limits = {
	.name = "free",
	.memory_max = LIMIT_NONE,
	.tasks_max = LIMIT_NONE,
	.cpu_cap = LIMIT_NONE,
	.cpu_share = 1,
};

struct knob {
	const char *file, *limited, *unlimited;
};

static void
each_knob_takes_its_words(const struct knob *knobs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		write_text(knobs[i].file, "");
	assert_int_equal(cgroup_apply_plan(&host, USER, &some_plan, &err), 0);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(text_of(knobs[i].file), knobs[i].limited);
		write_text(knobs[i].file, "");
	}
	assert_int_equal(cgroup_apply_plan(&host, USER, &no_limits, &err), 0);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(text_of(knobs[i].file), knobs[i].unlimited);
}

static void
a_plan_in_words_of_cgroup_v2(void **state)
{
	static const struct knob knobs[] = {
		{ "unified/2001/memory.max", "1073741824", "max" },
		{ "unified/2001/pids.max", "200", "max" },
		{ "unified/2001/cpu.max", "150000 100000", "max 100000" },
		{ "unified/2001/cpu.weight", "50", "1" },
	};

	(void)state;
	each_knob_takes_its_words(knobs, sizeof(knobs) / sizeof(knobs[0]));
}

/* The least number of shares is 2. */
static void
a_plan_in_words_of_cgroup_v1(void **state)
{
	static const struct knob knobs[] = {
		{ "memory/2001/memory.limit_in_bytes", "1073741824", "-1" },
		{ "pids/2001/pids.max", "200", "max" },
		{ "cpu/2001/cpu.cfs_quota_us", "150000", "-1" },
		{ "cpu/2001/cpu.shares", "512", "10" },
	};

	(void)state;
	each_knob_takes_its_words(knobs, sizeof(knobs) / sizeof(knobs[0]));
}

static void
a_limit_that_cannot_be_set_refuses_unless_the_plan_does_without(void **state)
{
	struct jail_plan plan = some_plan;

	(void)state;
	fd_close(&host.v1[CGROUP_MEMORY]);
	write_text("pids/2001/pids.max", "");
	write_text("cpu/2001/cpu.cfs_quota_us", "");
	write_text("cpu/2001/cpu.shares", "");
	assert_int_equal(cgroup_apply_plan(&host, USER, &plan, &err), -1);
	assert_string_equal(err.text, "gold: memory_max: this host has no controller for it");
	plan.not_required = UINT64_MAX;
	assert_int_equal(cgroup_apply_plan(&host, USER, &plan, &err), 0);
	assert_string_equal(text_of("pids/2001/pids.max"), "200");
}

static void
a_user_whose_cgroup_cannot_be_made_is_refused(void **state)
{
	(void)state;
	fd_close(&host.v1[CGROUP_PIDS]);
	host.v1[CGROUP_PIDS] = lost_directory();
	assert_int_equal(cgroup_apply_plan(&host, USER, &no_limits, &err), -1);
	assert_string_equal(err.text, "mkdir v1 cgroup 2001: No such file or directory");
	fd_close(&host.unified);
	host.unified = lost_directory();
	assert_int_equal(cgroup_apply_plan(&host, USER, &no_limits, &err), -1);
	assert_string_equal(err.text, "mkdir cgroup 2001: No such file or directory");
}

/* --- what is read ------------------------------------------------------------ */

static void
usage_that_cannot_be_told_is_none(void **state)
{
	struct cgroup_usage usage;

	(void)state;
	write_text("unified/2001/memory.current", "4096\n");
	write_text("unified/2001/pids.current", "max\n");
	cgroup_user_usage(&host, USER, &usage);
	assert_true(usage.memory == 4096 && usage.tasks == LIMIT_NONE);
	cgroup_user_usage(&host, USER + 1, &usage);
	assert_true(usage.memory == LIMIT_NONE && usage.tasks == LIMIT_NONE);
}

static void
usage_is_read_from_the_controllers_of_v1(void **state)
{
	struct cgroup_usage usage;

	(void)state;
	write_text("memory/2001/memory.usage_in_bytes", "8192\n");
	write_text("pids/2001/pids.current", "3\n");
	cgroup_user_usage(&host, USER, &usage);
	assert_true(usage.memory == 8192 && usage.tasks == 3);
	fd_close(&host.v1[CGROUP_MEMORY]);
	cgroup_user_usage(&host, USER, &usage);
	assert_true(usage.memory == LIMIT_NONE && usage.tasks == 3);
}

/* Nobody may take "cannot be read" for "nobody is left". */
static void
processes_that_cannot_be_listed_are_an_error(void **state)
{
	pid_t *pids = NULL;
	size_t count;

	(void)state;
	assert_int_equal(cgroup_leaf_pids(&host, "2001/shell", &pids, &count, &err), -1);
	assert_int_equal(err.errnum, ENOENT);
	close(directory("unified/2001/shell"));
	close(directory("unified/2001/shell/cgroup.procs"));
	assert_int_equal(cgroup_leaf_pids(&host, "2001/shell", &pids, &count, &err), -1);
	assert_int_equal(err.errnum, EISDIR);
	free(pids);
}

/* The cgroup of a user goes in all hierarchies, and not before the leaves. */
static void
a_user_goes_from_every_hierarchy_or_is_in_use(void **state)
{
	(void)state;
	close(directory("unified/2001/shell"));
	assert_int_equal(cgroup_user_remove(&host, USER, &err), -1);
	assert_string_equal(err.text, "rmdir cgroup 2001: Directory not empty");
	cgroup_sweep(&host, USER, 0);
	close(directory("pids/2001/left"));
	assert_int_equal(cgroup_user_remove(&host, USER, &err), -1);
	assert_string_equal(err.text, "rmdir v1 cgroup 2001: Directory not empty");
	assert_int_equal(rmdir("pids/2001/left"), 0);
	assert_int_equal(cgroup_user_remove(&host, USER, &err), 0);
	assert_int_equal(access("memory/2001", F_OK), -1);
	assert_int_equal(cgroup_user_remove(&host, USER, &err), 0);
}

/* --- leaves ------------------------------------------------------------------ */

static void
a_leaf_without_its_controllers_is_not_left_behind(void **state)
{
	struct cgroup_leaf leaf;

	(void)state;
	write_text("memory/2001/tasks", "");
	write_text("cpu/2001/tasks", "");
	assert_int_equal(cgroup_leaf_make(&host, USER, "shell", &leaf, &err), -1);
	assert_string_equal(err.text, "open cgroup 2001/tasks: No such file or directory");
	assert_int_equal(access("unified/2001/shell", F_OK), -1);
	write_text("pids/2001/tasks", "");
	assert_int_equal(cgroup_leaf_make(&host, USER, "shell", &leaf, &err), 0);
	cgroup_leaf_close(&leaf);
	assert_int_equal(cgroup_leaf_make(&host, USER, "shell", &leaf, &err), -1);
	assert_int_equal(err.errnum, EEXIST);
}

static void
a_supervisor_that_cannot_leave_the_limits_is_refused(void **state)
{
	(void)state;
	assert_int_equal(cgroup_prepare_supervisor(&host, &err), -1);
	assert_string_equal(err.text, "open supervisors/tasks: No such file or directory");
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		fd_close(&host.v1[i]);
	assert_int_equal(cgroup_prepare_supervisor(&host, &err), -1);
	assert_string_equal(err.text,
		"open cgroup supervisors/cgroup.procs: No such file or directory");
	fd_close(&host.unified);
	host.unified = lost_directory();
	assert_int_equal(cgroup_prepare_supervisor(&host, &err), -1);
	assert_string_equal(err.text, "mkdir cgroup supervisors: No such file or directory");
}

/* The file took the number, the kernel moved nobody. */
static void
a_move_is_not_believed(void **state)
{
	autoclose int self = pidfd_open(getpid(), 0);
	char origin[CGROUP_ORIGIN_MAX], whole[64];
	struct cgroup_leaf leaf;

	(void)state;
	assert_int_equal(cgroup_leaf_make(&host, USER, "shell", &leaf, &err), 0);
	write_text("unified/2001/shell/cgroup.procs", "");
	strcpy(host.base, "/pam_jail");
	assert_int_equal(cgroup_attach(&host, &leaf, getpid(), self, origin, &err), -1);
	snprintf(whole, sizeof(whole), "process %d is not in cgroup /pam_jail/2001/shell",
		getpid());
	assert_string_equal(err.text, whole);
	cgroup_leaf_close(&leaf);
}

/* --- a cgroup2 of the kernel's ------------------------------------------------ */

static char own_cgroup[96];

static void
must(bool held, const char *what)
{
	if (held)
		return;
	dprintf(STDERR_FILENO, "%s: %s\n", what, err.text);
	_exit(1);
}
#define MUST(it) must(it, #it)

static void
put(const char *file, const char *text)
{
	MUST(file_write(AT_FDCWD, file, text, &err) == 0);
}

/* A place for the hierarchy, and a /run without systemd in it. */
static void
own_mounts(void)
{
	MUST(unshare(CLONE_NEWNS) == 0);
	MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	MUST(mount("none", "/run", "tmpfs", 0, NULL) == 0);
	MUST(mount("none", "/sys/fs/cgroup", "tmpfs", 0, NULL) == 0);
}

static void
own_hierarchy(const char *place)
{
	char procs[128];

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", own_cgroup);
	put(procs, "0");
	MUST(unshare(CLONE_NEWCGROUP) == 0);
	own_mounts();
	MUST(mkdir(place, 0755) == 0 || errno == EEXIST);
	MUST(mount("none", place, "cgroup2", 0, NULL) == 0);
}

static void
in_no_hierarchy(void)
{
	own_mounts();
	MUST(cgroup_host_open(&host, &err) < 0);
	MUST(strstr(err.text, "no cgroup2 hierarchy at /sys/fs/cgroup"));
}

static void
in_hybrid_without_controllers(void)
{
	own_hierarchy("/sys/fs/cgroup/unified");
	MUST(cgroup_host_find(&host, &err) < 0 && err.errnum == ENOENT);
	MUST(cgroup_host_open(&host, &err) == 0 && host.hybrid && host.v1[CGROUP_CPU] < 0);
	cgroup_host_close(&host);
	MUST(cgroup_host_hold(&host, &err) == 0 && host.hybrid);
	cgroup_host_close(&host);
	MUST(mkdir("/sys/fs/cgroup/cpu", 0755) == 0);
	MUST(cgroup_host_find(&host, &err) == 0 && host.v1[CGROUP_CPU] < 0);
	cgroup_host_close(&host);
	close(creat("/sys/fs/cgroup/memory", 0644));
	MUST(cgroup_host_open(&host, &err) < 0 && err.errnum == ENOTDIR && host.unified < 0);
}

/* The test's cgroup has no controllers to hand down: there are none, or it has
 * a process in it, us. */
static void
in_pure_without_controllers(void)
{
	own_hierarchy("/sys/fs/cgroup");
	MUST(cgroup_host_find(&host, &err) < 0 && err.errnum == ENOENT);
	MUST(cgroup_host_open(&host, &err) < 0 && host.unified < 0);
	MUST(strstr(err.text, "cgroup.subtree_control"));
	MUST(cgroup_host_find(&host, &err) == 0 && !host.hybrid);
	MUST(strcmp(host.base, "/pam_jail") == 0);
}

static bool
are_in(const char *line)
{
	char text[CGROUP_ORIGIN_MAX];

	MUST(file_read(AT_FDCWD, "/proc/self/cgroup", text, sizeof(text), &err) > 0);
	return strstr(text, line);
}

static void
under_systemd(void)
{
	own_hierarchy("/sys/fs/cgroup");
	MUST(mkdir("/run/systemd", 0755) == 0 && mkdir("/run/systemd/system", 0755) == 0);
	MUST(cgroup_host_hold(&host, &err) < 0 && err.errnum == ENOENT);
	MUST(cgroup_host_open(&host, &err) < 0);
	MUST(strstr(err.text, "run `systemctl enable --now pam_jail.service`"));
	MUST(mkdir("/sys/fs/cgroup/jail.slice", 0755) == 0);
	MUST(mkdir("/sys/fs/cgroup/jail.slice/pam_jail.service", 0755) == 0);
	MUST(cgroup_host_find(&host, &err) == 0);
	MUST(strcmp(host.base, "/jail.slice/pam_jail.service") == 0);
	cgroup_host_close(&host);
	put("/sys/fs/cgroup/jail.slice/pam_jail.service/cgroup.procs", "0");
	MUST(cgroup_host_hold(&host, &err) < 0); /* jail.slice has no controllers here */
	MUST(strstr(err.text, "cgroup.subtree_control"));
	MUST(are_in("0::/jail.slice/pam_jail.service/supervisors\n"));
}

static pid_t
sleeper(int *pidfd)
{
	pid_t pid = fork();

	if (pid == 0)
		pause();
	*pidfd = pidfd_open(pid, 0);
	MUST(*pidfd >= 0);
	return pid;
}

static void
a_leafs_life(void)
{
	char origin[CGROUP_ORIGIN_MAX];
	struct cgroup_leaf leaf;
	size_t count;
	pid_t pid, *pids;
	uid_t *uids;
	int pidfd;

	own_hierarchy("/sys/fs/cgroup");
	MUST(mkdir("/sys/fs/cgroup/pam_jail", 0755) == 0);
	MUST(mkdir("/sys/fs/cgroup/pam_jail/2001", 0755) == 0);
	MUST(cgroup_host_find(&host, &err) == 0);
	MUST(cgroup_leaf_make(&host, USER, "shell", &leaf, &err) == 0);
	pid = sleeper(&pidfd);
	MUST(cgroup_attach(&host, &leaf, pid, pidfd, origin, &err) == 0);
	MUST(cgroup_leaf_pids(&host, leaf.path, &pids, &count, &err) == 0);
	MUST(count == 1 && pids[0] == pid);
	MUST(cgroup_leaf_remove(&host, leaf.path, &err) < 0 && err.errnum == EBUSY);
	cgroup_restore(&host, pid, pidfd, origin);
	MUST(cgroup_leaf_pids(&host, leaf.path, &pids, &count, &err) == 0 && count == 0);

	MUST(cgroup_attach(&host, &leaf, pid, pidfd, origin, &err) == 0);
	MUST(cgroup_users(&host, &uids, &count, &err) == 0 && count == 1 && uids[0] == USER);
	cgroup_sweep(&host, USER, 60000); /* kills, and waits for the end */
	MUST(waitpid(pid, NULL, WNOHANG) == pid);
	MUST(cgroup_leaf_remove(&host, leaf.path, &err) == 0);
	MUST(cgroup_attach(&host, &leaf, pid, pidfd, origin, &err) < 0);
	cgroup_restore(&host, pid, pidfd, origin); /* nobody: nothing happens */
	MUST(cgroup_user_remove(&host, USER, &err) == 0);
}

/* It may be in its cgroup: once it is reaped, its number is somebody else's. */
static void
a_move_of_the_dead(void)
{
	char origin[CGROUP_ORIGIN_MAX];
	struct cgroup_leaf leaf;
	siginfo_t info;
	pid_t pid;
	int pidfd;

	own_hierarchy("/sys/fs/cgroup");
	MUST(mkdir("/sys/fs/cgroup/pam_jail", 0755) == 0);
	MUST(mkdir("/sys/fs/cgroup/pam_jail/2001", 0755) == 0);
	MUST(cgroup_host_find(&host, &err) == 0);
	MUST(cgroup_leaf_make(&host, USER, "shell", &leaf, &err) == 0);
	pid = sleeper(&pidfd);
	MUST(cgroup_attach(&host, &leaf, pid, pidfd, origin, &err) == 0);
	MUST(kill(pid, SIGKILL) == 0);
	MUST(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
	MUST(cgroup_attach(&host, &leaf, pid, pidfd, origin, &err) < 0);
	MUST(err.errnum == ESRCH);
}

/* A directory in cgroup2, wherever it is mounted; false: none for us. */
static bool
make_own_cgroup(void)
{
	static const char *const roots[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	char controllers[64];

	for (size_t i = 0; i < 2; i++) {
		snprintf(controllers, sizeof(controllers), "%s/cgroup.controllers", roots[i]);
		snprintf(own_cgroup, sizeof(own_cgroup), "%s/pam_jail-unit-%d", roots[i],
			getpid());
		if (access(controllers, F_OK) == 0)
			return mkdir(own_cgroup, 0755) == 0;
	}
	return false;
}

/* The inner ones first; what has ended is gone at once. */
static void
remove_own_cgroup(void)
{
	char command[160];

	snprintf(command, sizeof(command), "find %s -depth -type d -exec rmdir {} +",
		own_cgroup);
	assert_int_equal(system(command), 0);
}

static void
in_own_cgroup(void (*act)(void))
{
	int status;
	pid_t child;

	if (!make_own_cgroup()) {
		if (getenv("MUST_RUN"))
			fail_msg("no cgroup can be made: run as root");
		skip();
	}
	child = fork();
	if (child == 0) {
		act();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	remove_own_cgroup();
	assert_int_equal(status, 0);
}

static void
without_a_cgroup2_there_is_no_login(void **state)
{
	(void)state;
	in_own_cgroup(in_no_hierarchy);
}

static void
a_hybrid_host_may_lack_a_controller_but_not_hide_it(void **state)
{
	(void)state;
	in_own_cgroup(in_hybrid_without_controllers);
}

static void
a_pure_host_has_to_hand_controllers_down(void **state)
{
	(void)state;
	in_own_cgroup(in_pure_without_controllers);
}

/* Else its own processes would be in the way of the controllers. */
static void
the_unit_of_systemd_moves_out_of_its_base(void **state)
{
	(void)state;
	in_own_cgroup(under_systemd);
}

static void
a_leaf_is_entered_left_and_swept(void **state)
{
	(void)state;
	in_own_cgroup(a_leafs_life);
}

static void
a_process_that_has_ended_is_in_no_leaf(void **state)
{
	(void)state;
	in_own_cgroup(a_move_of_the_dead);
}

#define PURE(f)   cmocka_unit_test_setup_teardown(f, pure, tear_down)
#define HYBRID(f) cmocka_unit_test_setup_teardown(f, hybrid, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PURE(a_plan_in_words_of_cgroup_v2),
		HYBRID(a_plan_in_words_of_cgroup_v1),
		HYBRID(a_limit_that_cannot_be_set_refuses_unless_the_plan_does_without),
		HYBRID(a_user_whose_cgroup_cannot_be_made_is_refused),
		PURE(usage_that_cannot_be_told_is_none),
		HYBRID(usage_is_read_from_the_controllers_of_v1),
		PURE(processes_that_cannot_be_listed_are_an_error),
		HYBRID(a_user_goes_from_every_hierarchy_or_is_in_use),
		HYBRID(a_leaf_without_its_controllers_is_not_left_behind),
		HYBRID(a_supervisor_that_cannot_leave_the_limits_is_refused),
		PURE(a_move_is_not_believed),
		cmocka_unit_test(without_a_cgroup2_there_is_no_login),
		cmocka_unit_test(a_hybrid_host_may_lack_a_controller_but_not_hide_it),
		cmocka_unit_test(a_pure_host_has_to_hand_controllers_down),
		cmocka_unit_test(the_unit_of_systemd_moves_out_of_its_base),
		cmocka_unit_test(a_leaf_is_entered_left_and_swept),
		cmocka_unit_test(a_process_that_has_ended_is_in_no_leaf),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
