/*
 * attempts_processes.c - power over other processes, and more power for this one.
 */
#include "attempts.h"

#include "fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static bool
bears_tag(const struct trial *trial, const char *process)
{
	autoclose int fd = -1;
	char path[300], name[32] = "";

	snprintf(path, sizeof(path), "/proc/%s/comm", process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, name, sizeof(name) - 1) > 0 &&
	       strncmp(name, trial->bait->tag, strlen(trial->bait->tag)) == 0;
}

/*
 * args: the number of a process. In the jail's PID namespace the same number may
 * be somebody else's, who would answer in its place; the jail's own PID 1 is
 * meant as it is.
 */
static pid_t
target(const struct trial *trial)
{
	const char *number = trial->args[0];
	char path[32];

	snprintf(path, sizeof(path), "/proc/%s", number);
	if (!trial->of_host && strcmp(number, trial->bait->first) != 0 &&
		access(path, F_OK) == 0 && !bears_tag(trial, number))
		return INT_MAX; /* nobody's */
	return atoi(number);
}

enum answer
try_see_process(struct trial *trial)
{
	enum answer answer = BLOCKED;
	DIR *proc = opendir("/proc");
	struct dirent *row;

	while (proc && answer == BLOCKED && (row = readdir(proc)))
		if (row->d_name[0] >= '1' && row->d_name[0] <= '9' &&
			bears_tag(trial, row->d_name))
			answer = worked(trial, "/proc/%s is a process of the host's",
				row->d_name);
	if (proc)
		closedir(proc);
	errno = 0;
	return answer == WORKED ? WORKED : blocked(trial, "none of the host's is in sight");
}

/* Signal 0: only asks. */
enum answer
try_signal(struct trial *trial)
{
	return kill(target(trial), 0) < 0
		       ? blocked(trial, "kill")
		       : worked(trial, "may signal process %s of the host", trial->args[0]);
}

/* PTRACE_SEIZE does not stop it, and our end detaches. */
enum answer
try_trace(struct trial *trial)
{
	if (ptrace(PTRACE_SEIZE, target(trial), 0, 0) < 0)
		return blocked(trial, "ptrace");
	return worked(trial, "traces process %s", trial->args[0]);
}

/* All processes of this program have this variable at the same place. */
enum answer
try_read_memory(struct trial *trial)
{
	static const char theirs[8] = "pam_jail";
	char ours[8];
	struct iovec to = { ours, sizeof(ours) }, from = { (void *)theirs, sizeof(theirs) };

	return process_vm_readv(target(trial), &to, 1, &from, 1, 0) < 0
		       ? blocked(trial, "process_vm_readv")
		       : worked(trial, "read the memory of process %s", trial->args[0]);
}

enum answer
try_take_descriptor(struct trial *trial)
{
	autoclose int process = (int)syscall(SYS_pidfd_open, target(trial), 0), fd = -1;

	if (process < 0)
		return blocked(trial, "pidfd_open");
	fd = (int)syscall(SYS_pidfd_getfd, process, 0, 0);
	return fd < 0 ? blocked(trial, "pidfd_getfd")
		      : worked(trial, "took a descriptor of process %s", trial->args[0]);
}

enum answer
try_compare(struct trial *trial)
{
	pid_t process = target(trial);

	return syscall(SYS_kcmp, process, process, KCMP_VM, 0, 0) < 0
		       ? blocked(trial, "kcmp")
		       : worked(trial, "compares process %s", trial->args[0]);
}

/* Sets what is set already. */
enum answer
try_limits_of_others(struct trial *trial)
{
	pid_t process = target(trial);
	struct rlimit limit;

	if (prlimit(process, RLIMIT_CORE, NULL, &limit) < 0 ||
		prlimit(process, RLIMIT_CORE, &limit, NULL) < 0)
		return blocked(trial, "prlimit");
	return worked(trial, "may set the limits of process %s of the host", trial->args[0]);
}

enum answer
try_priority_of_others(struct trial *trial)
{
	pid_t process = target(trial);
	int priority;

	errno = 0;
	priority = getpriority(PRIO_PROCESS, (id_t)process);
	if (errno != 0 || setpriority(PRIO_PROCESS, (id_t)process, priority) < 0)
		return blocked(trial, "setpriority");
	return worked(trial, "may slow down process %s of the host", trial->args[0]);
}

enum answer
try_spare_from_oom(struct trial *trial)
{
	static const char path[] = "/proc/self/oom_score_adj";
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return blocked(trial, path);
	return write(fd, "-1000", 5) < 0 ? blocked(trial, "write")
					 : worked(trial, "no shortage of memory ends it");
}

enum answer
try_core_limit(struct trial *trial)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_CORE, &all) < 0 ? blocked(trial, "setrlimit")
						: worked(trial, "core dumps are on");
}

static bool
may_have(const struct bait *bait, gid_t gid)
{
	for (size_t i = 0; i < bait->group_count; i++)
		if (bait->groups[i] == gid)
			return true;
	return false;
}

/* Those that are there already, then one more. */
enum answer
try_groups(struct trial *trial)
{
	const gid_t root = 0;
	gid_t groups[1024];
	int count = getgroups(1024, groups);

	for (int i = 0; i < count; i++)
		if (!may_have(trial->bait, groups[i]))
			return worked(trial, "is in group %u", groups[i]);
	if (setgroups(1, &root) < 0)
		return blocked(trial, "setgroups");
	return worked(trial, "took group 0");
}

/* All that there are, by each way that needs no file. */
enum answer
try_capabilities(struct trial *trial)
{
	const cap_value_t wanted[] = { CAP_SYS_ADMIN, CAP_DAC_OVERRIDE, CAP_SYS_PTRACE,
		CAP_KILL, CAP_SYS_CHROOT };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		cap_t caps = cap_get_proc();
		int result = caps ? 0 : -1;

		if (caps &&
			(cap_set_flag(caps, CAP_PERMITTED, 1, &wanted[i], CAP_SET) < 0 ||
				cap_set_flag(caps, CAP_EFFECTIVE, 1, &wanted[i], CAP_SET) < 0 ||
				cap_set_proc(caps) < 0))
			result = -1;
		if (caps)
			cap_free(caps);
		if (result == 0)
			return worked(trial, "has capability %d", wanted[i]);
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, wanted[i], 0, 0) == 0)
			return worked(trial, "has ambient capability %d", wanted[i]);
	}
	return blocked(trial, "capset");
}

/* What exec(2) of a set-id or capable file could give. */
enum answer
try_bounding_set(struct trial *trial)
{
	for (cap_value_t cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			return worked(trial, "capability %d is in the bounding set", cap);
	errno = 0;
	return blocked(trial, "the bounding set is empty");
}
