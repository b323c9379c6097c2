/*
 * facts.c - one table: what is looked at, and what it must be in a jail.
 */
#include "facts.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

enum kind { LINK, FILE_ID, FILE_SYSTEM, STATUS, LIMIT, TEXT, CHILDREN, OPEN_FILES };

/* In a jail: */
enum rule {
	ANY,
	OTHER,     /* not the host's */
	NETWORK,   /* the same, but where the policy says network = host */
	IS,        /* this text */
	FEW,       /* no capability beyond those of the monitor; none, as the user */
	NO_MORE,   /* each line was there before the login */
	IN_CGROUP, /* the jail's leaf */
};

struct fact {
	const char *name;
	enum kind kind;
	const char *of; /* file below /proc/PID, or field */
	enum rule rule;
	const char *is;
};

#define NO_CAPS "0000000000000000"

/* clang-format off */
static const struct fact table[] = {
	{ "its mounts",       LINK, "ns/mnt", OTHER },
	{ "its processes",    LINK, "ns/pid_for_children", OTHER },
	{ "its IPC",          LINK, "ns/ipc", OTHER },
	{ "its host name",    LINK, "ns/uts", OTHER },
	{ "its network",      LINK, "ns/net", NETWORK },
	{ "its cgroup view",  LINK, "ns/cgroup", OTHER },
	{ "its uptime",       LINK, "ns/time_for_children", OTHER },
	{ "its users",        LINK, "ns/user", ANY },
	{ "its root",         FILE_ID, "root", OTHER },
	{ "what its root is", FILE_SYSTEM, "root", IS, "794c7630 ro nosuid" },
	{ "its directory",    FILE_ID, "cwd", OTHER },
	{ "its cgroup",       TEXT, "cgroup", IN_CGROUP },
	{ "its uids",         STATUS, "Uid", ANY },
	{ "its gids",         STATUS, "Gid", ANY },
	{ "its groups",       STATUS, "Groups", ANY },
	{ "inheritable capabilities", STATUS, "CapInh", IS, NO_CAPS },
	{ "permitted capabilities",   STATUS, "CapPrm", FEW },
	{ "effective capabilities",   STATUS, "CapEff", FEW },
	{ "bounding set",             STATUS, "CapBnd", IS, NO_CAPS },
	{ "ambient capabilities",     STATUS, "CapAmb", IS, NO_CAPS },
	{ "no_new_privs",     STATUS, "NoNewPrivs", IS, "1" },
	{ "its filter",       STATUS, "Seccomp", IS, "2" },
	{ "blocked signals",  STATUS, "SigBlk", IS, NO_CAPS },
	{ "ignored signals",  STATUS, "SigIgn", ANY },
	{ "caught signals",   STATUS, "SigCgt", ANY },
	{ "its umask",        STATUS, "Umask", ANY },
	{ "its core limit",   LIMIT, "Max core file size", IS, "1 1 bytes" },
	{ "its file limit",   LIMIT, "Max open files", ANY },
	{ "open files",       OPEN_FILES, "fd", NO_MORE },
	{ "its children",     CHILDREN, "", ANY },
};
/* clang-format on */

bool facts_network_of_host;
uint64_t facts_caps =
	1U << CAP_CHOWN | 1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_AUDIT_WRITE;

enum { COUNT = sizeof(table) / sizeof(table[0]) };
_Static_assert((int)COUNT <= (int)FACTS, "more facts than there is place for");

static void
read_text(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, out, size - 1);

	if (fd >= 0)
		close(fd);
	out[got > 0 ? got : 0] = '\0';
}

/* The rest of the line that begins with `name`, runs of blanks as one. */
static void
find_line(const char *text, const char *name, char *out, size_t size)
{
	const char *at = strstr(text, name);
	size_t used = 0;

	if (!at)
		return;
	for (at += strlen(name); *at && *at != '\n' && used + 2 < size; at++) {
		bool blank = *at == ' ' || *at == '\t' || *at == ':';

		if (!blank)
			out[used++] = *at;
		else if (used > 0 && out[used - 1] != ' ')
			out[used++] = ' ';
	}
	while (used > 0 && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
}

static void
read_link(const char *path, char *out, size_t size)
{
	ssize_t length = readlink(path, out, size - 1);

	out[length > 0 ? length : 0] = '\0';
}

static void
read_id(const char *path, char *out, size_t size)
{
	struct stat st;

	if (stat(path, &st) == 0)
		snprintf(out, size, "%lx:%lx", (unsigned long)st.st_dev,
			(unsigned long)st.st_ino);
}

static void
read_file_system(const char *path, char *out, size_t size)
{
	struct statfs fs;

	if (statfs(path, &fs) == 0)
		snprintf(out, size, "%lx%s%s", (unsigned long)fs.f_type,
			fs.f_flags & ST_RDONLY ? " ro" : "",
			fs.f_flags & ST_NOSUID ? " nosuid" : "");
}

static int
not_hidden(const struct dirent *row)
{
	return row->d_name[0] != '.';
}

static void
read_open_files(const char *path, char *out, size_t size)
{
	struct dirent **found = NULL;
	int count = scandir(path, &found, not_hidden, versionsort);

	for (int i = 0; i < count; i++) {
		char name[400], target[200];
		size_t used = strlen(out);

		snprintf(name, sizeof(name), "%s/%s", path, found[i]->d_name);
		read_link(name, target, sizeof(target));
		if (strncmp(target, "socket:", 7) == 0)
			target[7] = '\0'; /* syslog(3) may connect again */
		snprintf(out + used, size - used, "%s %s\n", found[i]->d_name, target);
		free(found[i]);
	}
	free(found);
}

static void
read_fact(pid_t pid, const struct fact *fact, char *out, size_t size)
{
	const char *file = fact->kind == STATUS  ? "status"
			   : fact->kind == LIMIT ? "limits"
						 : fact->of;
	char path[100], text[4096];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	out[0] = '\0';
	switch (fact->kind) {
	case LINK:
		read_link(path, out, size);
		return;
	case FILE_ID:
		read_id(path, out, size);
		return;
	case FILE_SYSTEM:
		read_file_system(path, out, size);
		return;
	case STATUS:
	case LIMIT:
		read_text(path, text, sizeof(text));
		find_line(text, fact->of, out, size);
		return;
	case TEXT:
		read_text(path, out, size);
		return;
	case CHILDREN:
		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
		read_text(path, out, size);
		return;
	case OPEN_FILES:
		read_open_files(path, out, size);
		return;
	}
}

void
facts_read(pid_t pid, struct facts *out)
{
	for (size_t i = 0; i < COUNT; i++)
		read_fact(pid, &table[i], out->text[i], sizeof(out->text[i]));
}

const char *
facts_differ(const struct facts *before, const struct facts *now)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(before->text[i], now->text[i]) != 0)
			return table[i].name;
	return NULL;
}

static bool
lines_were_there(const char *before, const char *now)
{
	for (const char *end; (end = strchr(now, '\n')); now = end + 1) {
		char line[300];

		snprintf(line, sizeof(line), "%.*s", (int)(end - now + 1), now);
		if (!strstr(before, line))
			return false;
	}
	return true;
}

static bool
holds(const struct fact *fact, const char *host, const char *before, const char *now,
	const char *cgroup, bool user)
{
	switch (fact->rule) {
	case ANY:
		return true;
	case OTHER:
		return now[0] && strcmp(now, host) != 0;
	case NETWORK:
		return now[0] && (strcmp(now, host) == 0) == facts_network_of_host;
	case IS:
		return strcmp(now, fact->is) == 0;
	case FEW:
		return (strtoull(now, NULL, 16) & ~(uint64_t)(user ? 0 : facts_caps)) == 0;
	case NO_MORE:
		return lines_were_there(before, now);
	case IN_CGROUP:
		return strstr(now, cgroup) != NULL;
	}
	return false;
}

const char *
facts_jailed(const struct facts *host, const struct facts *before, const struct facts *now,
	const char *cgroup, bool user)
{
	for (size_t i = 0; i < COUNT; i++)
		if (!holds(&table[i], host->text[i], before->text[i], now->text[i], cgroup,
			    user))
			return table[i].name;
	return NULL;
}
