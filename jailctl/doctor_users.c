/*
 * doctor_users.c - the jailed users themselves: what of theirs runs outside, or
 * will.
 */
#include "doctor.h"
#include "cgroup.h"
#include "fd.h"
#include "processes.h"
#include "text_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int
check_jail_conf(struct doctor *doctor, struct jail_error *err)
{
	struct ways_in ways;
	struct exempt exempt;
	struct others others;

	if (!doctor->config)
		doctor_find(doctor, NULL, 0, "%s", doctor->config_error->text);
	ways_in_find(&ways);
	exempt_load(&ways, &exempt);
	if (others_load(&exempt, &others, err) < 0)
		doctor_find(doctor, NULL, 0, "%s", err->text);
	others_free(&others);
	exempt_free(&exempt);
	return 0;
}

/* Where people can look the user up; 0: in a directory service. */
static int
passwd_line(const char *name)
{
	autotext struct text_file text = { .bytes = NULL };
	struct jail_error ignored;
	size_t length = strlen(name);
	const char *line;

	if (text_file_read("/etc/passwd", &text, &ignored) < 0)
		return 0;
	while ((line = text_file_line(&text)))
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			return text.line;
	return 0;
}

/* With uid 0 there is nothing to be had that root's other names do not have. */
int
check_same_uid(struct doctor *doctor, struct jail_error *err)
{
	const struct people *people = doctor->people;

	(void)err;
	for (size_t i = 0; i < people->count; i++) {
		const struct person *person = &people->list[i], *other;

		if (person->jailed)
			continue;
		other = people_jailed_uid(people, person->uid);
		if (other)
			doctor_find(doctor, "/etc/passwd", passwd_line(person->name),
				"%s has the uid of %s, who is jailed, and is not jailed",
				person->name, other->name);
	}
	return 0;
}

/* --- processes ------------------------------------------------------------------ */

struct search {
	struct doctor *doctor;
	char base[80]; /* "0::/pam_jail/" */
	ino_t mounts;  /* our mount namespace: the host's */
};

/* The lowest of the four uids of "Uid:" that is a jailed user's. */
static const struct person *
jailed_owner(const struct doctor *doctor, const char *status)
{
	const char *at = strstr(status, "\nUid:");
	unsigned uid[4];

	if (!at || sscanf(at, "\nUid: %u %u %u %u", &uid[0], &uid[1], &uid[2], &uid[3]) != 4)
		return NULL;
	for (size_t i = 0; i < 4; i++) {
		const struct person *person = people_jailed_uid(doctor->people, uid[i]);

		if (person)
			return person;
	}
	return NULL;
}

/* In a cgroup of ours, and not in the host's mount namespace: nobody else can
 * bring a process there, and none leaves. */
static bool
is_jailed(pid_t pid, const struct search *search)
{
	char path[48], cgroups[PROCESS_TEXT_MAX];
	const char *at;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	if (stat(path, &st) < 0)
		return errno == ENOENT; /* gone */
	process_text(pid, "cgroup", cgroups, sizeof(cgroups));
	at = strstr(cgroups, search->base);
	return st.st_ino != search->mounts && at && (at == cgroups || at[-1] == '\n');
}

static void
judge_process(pid_t pid, void *context)
{
	struct search *search = context;
	char status[PROCESS_TEXT_MAX], arguments[PROCESS_TEXT_MAX];
	const struct person *person;

	process_text(pid, "status", status, sizeof(status));
	if (strstr(status, "\nState:\tZ"))
		return;
	person = jailed_owner(search->doctor, status);
	if (!person || is_jailed(pid, search))
		return;
	process_arguments(pid, arguments, sizeof(arguments));
	doctor_find(search->doctor, NULL, 0, "process %d of %s runs outside: %.100s", pid,
		person->name, arguments);
}

int
check_processes(struct doctor *doctor, struct jail_error *err)
{
	struct search search = { .doctor = doctor, .base = "no jail has ever been" };
	struct cgroup_host cgroups;
	struct jail_error ignored;
	struct stat st;

	if (stat("/proc/self/ns/mnt", &st) < 0)
		return jail_fail(err, errno, "/proc/self/ns/mnt");
	search.mounts = st.st_ino;
	if (cgroup_host_find(&cgroups, &ignored) == 0) {
		snprintf(search.base, sizeof(search.base), "0::%s/", cgroups.base);
		cgroup_host_close(&cgroups);
	}
	processes_each(judge_process, &search);
	return 0;
}

/* --- at(1) -------------------------------------------------------------------------- */

static bool
at_is_jailed(void)
{
	autostack struct pam_stack stack = { .rows = NULL };
	struct jail_error ignored;

	return pam_stack_load(pam_directories, "atd", &stack, &ignored) == 0 &&
	       pam_stack_find(&stack, PAM_SESSION, "pam_jail.so") >= 0;
}

static void
judge_spool(struct doctor *doctor, const char *spool)
{
	DIR *jobs = opendir(spool);
	const struct dirent *entry;

	while (jobs && (entry = readdir(jobs))) {
		const struct person *person;
		struct stat st;
		char path[PATH_MAX];

		if (fstatat(dirfd(jobs), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
			!S_ISREG(st.st_mode))
			continue;
		person = people_jailed_uid(doctor->people, st.st_uid);
		snprintf(path, sizeof(path), "%s/%s", spool, entry->d_name);
		if (person)
			doctor_find(doctor, path, 0, "a job of %s, to be run outside",
				person->name);
	}
	if (jobs)
		closedir(jobs);
}

int
check_at_jobs(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	if (at_is_jailed())
		return 0;
	judge_spool(doctor, "/var/spool/cron/atjobs");
	judge_spool(doctor, "/var/spool/at");
	judge_spool(doctor, "/var/spool/atjobs");
	return 0;
}
