/*
 * judge.c - what came of a login: a process that is whole in its jail, or one
 * that is as it was, and nothing else.
 */
#include "inject.h"

#include "cgroup.h"
#include "paths.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first complaint is the one that counts. */
__attribute__((format(printf, 2, 3))) static void
complain(struct run *run, const char *format, ...)
{
	va_list args;

	if (run->complaint[0])
		return;
	va_start(args, format);
	vsnprintf(run->complaint, sizeof(run->complaint), format, args);
	va_end(args);
}

/* "mount point, root, type, source, options" of each mount but the stub, which a
 * host's first login makes: what the kernel numbers is left out. */
static char *
mounts_of(pid_t pid)
{
	char path[40], line[2000], *text = NULL;
	size_t size = 0;
	FILE *in, *out = open_memstream(&text, &size);

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	in = fopen(path, "re");
	while (in && out && fgets(line, sizeof(line), in)) {
		char root[600], place[600], options[200];
		const char *rest = strstr(line, " - ");

		if (rest &&
			sscanf(line, "%*d %*d %*s %599s %599s %199s", root, place, options) ==
				3 &&
			strcmp(place, JAIL_STUB) != 0)
			fprintf(out, "%s %s %s%s", place, root, options, rest);
	}
	if (in)
		fclose(in);
	if (!out || fclose(out) != 0)
		err(2, "memory");
	return text;
}

void
judge_before(struct run *run)
{
	facts_read(run->application, &run->before);
	if (run->clean)
		return;
	facts_read(run->host, &run->host_facts);
	run->mounts = mounts_of(run->host);
}

static const struct cgroup_host *
cgroups(void)
{
	static struct cgroup_host host;
	struct jail_error error;

	if (!host.base[0] && cgroup_host_find(&host, &error) < 0)
		errx(2, "%s", error.text);
	return &host;
}

/* libpam itself may refuse, after the module has said yes: its audit record. */
bool
judge_has_crossed(const struct run *run, pid_t pid)
{
	char path[40], link[40] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return readlink(path, link, sizeof(link) - 1) > 0 &&
	       !strstr(run->host_facts.text[0], link);
}

static void
judge_jailed(struct run *run, pid_t pid, bool user)
{
	struct facts *now = calloc(1, sizeof(*now));
	char cgroup[128];
	const char *bad;

	if (!now)
		err(2, "memory");
	snprintf(cgroup, sizeof(cgroup), "0::%s/%u/", cgroups()->base, run->uid);
	facts_read(pid, now);
	bad = facts_jailed(&run->host_facts, &run->before, now, cgroup, user);
	if (bad)
		complain(run, "%s%s %s not as in a jail", run->clean ? "next login: " : "",
			user ? "the user's program:" : "the session:", bad);
	free(now);
}

void
judge_session(struct run *run, pid_t pid)
{
	judge_jailed(run, pid, false);
}

void
judge_user(struct run *run, pid_t pid)
{
	run->user_ran = true;
	judge_jailed(run, pid, true);
}

/* Somebody's session that had begun before is not this login's to end. */
void
judge_bystander(struct run *run)
{
	if (!run->bystander)
		complain(run, "the session of before has ended");
	else
		judge_jailed(run, run->bystander, true);
}

void
judge_refused(struct run *run, pid_t pid)
{
	struct facts *now = calloc(1, sizeof(*now));
	const char *bad;

	if (!now)
		err(2, "memory");
	facts_read(pid, now);
	bad = facts_differ(&run->before, now);
	if (bad)
		complain(run, "%srefused, and %s changed", run->clean ? "next login: " : "",
			bad);
	free(now);
}

/* Adds to `out` what is in a directory, but for `expected`. */
static void
list(int at, const char *path, const char *expected, char *out, size_t size)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *row;

	while (directory && (row = readdir(directory))) {
		size_t used = strlen(out);

		if (row->d_name[0] == '.' || strcmp(row->d_name, expected) == 0 ||
			(expected[0] == '/' && row->d_type != DT_DIR))
			continue;
		snprintf(out + used, size - used, " %s/%s", path, row->d_name);
	}
	if (directory)
		closedir(directory);
}

void
judge_left(struct run *run)
{
	char *out = run->clean ? run->left : run->swept, *mounts = mounts_of(run->host);
	const size_t size = sizeof(run->left);
	char path[64], uid[16];

	snprintf(path, sizeof(path), "/proc/%d/root" JAIL_RUN, run->host);
	list(AT_FDCWD, path, "stub", out, size);
	snprintf(uid, sizeof(uid), "%u", run->uid);
	list(cgroups()->unified, uid, "/", out, size);
	if (!run->mounts || strcmp(mounts, run->mounts) != 0)
		snprintf(out + strlen(out), size - strlen(out), " mounts");
	free(mounts);
	if (run->clean && run->clean_verdict != JAILED)
		snprintf(out + strlen(out), size - strlen(out), " the next login was refused");
}
