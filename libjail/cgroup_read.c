/*
 * cgroup_read.c - what the users' cgroups say, and what is left of those who have
 * gone. For jailctl; no login comes here.
 */
#include "cgroup.h"

#include "fd.h"
#include "files.h"
#include "uids.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static uint64_t
read_number(int base, uid_t uid, const char *file)
{
	struct jail_error ignored;
	char path[64], text[32], *end;
	uint64_t number;

	snprintf(path, sizeof(path), "%u/%s", uid, file);
	if (base < 0 || file_read(base, path, text, sizeof(text), &ignored) <= 0)
		return LIMIT_NONE;
	number = strtoull(text, &end, 10);
	return end == text ? LIMIT_NONE : number;
}

void
cgroup_user_usage(const struct cgroup_host *host, uid_t uid, struct cgroup_usage *usage)
{
	usage->memory = host->hybrid ? read_number(host->v1[CGROUP_MEMORY], uid,
					       "memory.usage_in_bytes")
				     : read_number(host->unified, uid, "memory.current");
	usage->tasks = read_number(host->hybrid ? host->v1[CGROUP_PIDS] : host->unified, uid,
		"pids.current");
}

int
cgroup_leaf_pids(const struct cgroup_host *host, const char *path, pid_t **pids, size_t *count,
	struct jail_error *err)
{
	char file[160];
	autoclose int fd = -1;
	FILE *in;
	int pid, result = 0;

	*pids = NULL;
	*count = 0;
	snprintf(file, sizeof(file), "%s/cgroup.procs", path);
	fd = openat(host->unified, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return jail_fail(err, errno, "open cgroup %s", file);
	in = fdopen(fd, "r");
	if (!in)
		return jail_fail(err, errno, "read cgroup %s", file);
	fd = -1;
	while (result == 0 && fscanf(in, "%d", &pid) == 1) {
		pid_t *more = reallocarray(*pids, *count + 1, sizeof(*more));

		if (more) {
			*pids = more;
			more[(*count)++] = pid;
		} else {
			result = jail_fail(err, ENOMEM, "read cgroup %s", file);
		}
	}
	if (result == 0 && ferror(in))
		result = jail_fail(err, errno, "read cgroup %s", file);
	fclose(in);
	return result;
}

int
cgroup_users(const struct cgroup_host *host, uid_t **uids, size_t *count,
	struct jail_error *err)
{
	return uids_in(host->unified, uids, count, err);
}

int
cgroup_user_remove(const struct cgroup_host *host, uid_t uid, struct jail_error *err)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", uid);
	if (unlinkat(host->unified, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return jail_fail(err, errno, "rmdir cgroup %s", name);
	for (int i = 0; i < CGROUP_CONTROLLERS; i++)
		if (host->v1[i] >= 0 && unlinkat(host->v1[i], name, AT_REMOVEDIR) < 0 &&
			errno != ENOENT)
			return jail_fail(err, errno, "rmdir v1 cgroup %s", name);
	return 0;
}
