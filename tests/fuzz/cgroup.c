/*
 * cgroup.c - /proc/PID/cgroup, by which a process is proven to be in its cgroup or
 * put back into another, and the numbers and lists of the controllers. The
 * library's file_read() and file_write() are ours here: what is written is looked
 * at, and goes nowhere.
 */
#include "cgroup.h"

#include "fd.h"
#include "files.h"
#include "fuzz.h"
#include "input_file.h"

#include <string.h>
#include <sys/eventfd.h>

static bool restoring;

int
file_write(int directory, const char *path, const char *text, struct jail_error *err)
{
	static const char root[] = "/sys/fs/cgroup/", file[] = "/cgroup.procs";

	(void)directory, (void)err;
	must(strtol(text, NULL, 10) == getpid());
	must(!restoring || (strncmp(path, root, sizeof(root) - 1) == 0 &&
				   strcmp(path + strlen(path) - strlen(file), file) == 0));
	return 0;
}

/* Proven only where the line of cgroup2 says just that. */
static void
attach(const struct cgroup_host *host, int alive)
{
	struct cgroup_leaf leaf = CGROUP_LEAF_INITIAL;
	char origin[CGROUP_ORIGIN_MAX];
	struct jail_error err;

	strcpy(leaf.path, "2001/shell-1");
	if (cgroup_attach(host, &leaf, getpid(), alive, origin, &err) == 0)
		must(strstr(origin, "::/pam_jail/2001/shell-1\n"));
	else
		must(err.text[0]);
}

static void
restore(const struct cgroup_host *host, int alive)
{
	autofree char *origin = bytes_text(input, input_size);

	restoring = true;
	cgroup_restore(host, getpid(), alive, origin);
	restoring = false;
}

static void
list(const struct cgroup_host *host)
{
	struct jail_error err;
	size_t count;
	pid_t *pids;

	scratch_put("cgroup.procs", input, input_size);
	must(cgroup_leaf_pids(host, ".", &pids, &count, &err) == 0);
	must(count == 0 || pids);
	free(pids);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autoclose int alive = eventfd(0, EFD_CLOEXEC); /* never ready, as a pidfd of ours */
	struct cgroup_host host = CGROUP_HOST_INITIAL;
	struct cgroup_usage usage;

	input = data;
	input_size = size;
	host.unified = scratch_fd();
	strcpy(host.base, "/pam_jail");
	for (int hybrid = 0; hybrid < 2; hybrid++) {
		host.hybrid = hybrid;
		for (int i = 0; hybrid && i < CGROUP_CONTROLLERS; i++)
			host.v1[i] = scratch_fd();
		cgroup_user_usage(&host, 2001, &usage);
		attach(&host, alive);
		restore(&host, alive);
	}
	list(&host);
	return 0;
}
