/*
 * crossing.c - the step over: all namespaces of the jail in one setns(2), by
 * init's pidfd, so that there is no moment between two worlds; then the first
 * name lookup.
 */
#include "entry.h"
#include "ids.h"
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

/* setns(2) into a user namespace is for processes of one thread. A directory of
 * threads has a link for each, beside its own two. */
int
threads_check(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	struct stat threads;

	if (fstatat(entry->process_dir, "..", &threads, 0) < 0)
		return jail_fail(err, errno, "look at the process's threads");
	if (threads.st_nlink != 3)
		return jail_fail(err, 0,
			"the calling process has more than one thread, and a user namespace takes only one: say user_namespace = no for this service");
	return 0;
}

int
namespaces_join(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;

	/* setns(2): a mount namespace also gives its root and working directory. */
	if (setns(entry->init, (int)entry->namespaces) < 0)
		return jail_fail(err, errno, "setns");
	return 0;
}

/* Root's and the terminals' are ids of there that mean something else. */
static size_t
groups_of_the_user(const struct jail_login *login, gid_t *groups, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (groups[i] != 0 && groups[i] != GID_TTY && login_has_gid(login, groups[i]))
			groups[kept++] = groups[i];
	return kept;
}

/*
 * setns(2) made us nobody there, with all capabilities over it. Of the groups
 * that we came with the user's own stay: su(1) and login(1) have taken them
 * already, and will not again.
 */
int
identity_take(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	gid_t groups[LOGIN_GROUPS_MAX];
	int count = getgroups(LOGIN_GROUPS_MAX, groups);

	if (count < 0)
		return jail_fail(err, errno, "look at the process's groups");
	if (root_become(err) < 0)
		return -1;
	count = (int)groups_of_the_user(&entry->login, groups, (size_t)count);
	if (setgroups((size_t)count, groups) < 0)
		return jail_fail(err, errno, "keep the user's groups");
	return 0;
}

/*
 * glibc pins its lookup services when "/" has changed - but if the first call
 * in the new root is initgroups(3), as in sshd's child, it loads libnss from
 * there, as root. One getpwnam(3) now prevents it; before the crossing it would
 * not. The jail's passwd names the user, so finding nobody is an error.
 */
int
names_pin(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	const struct passwd *user = getpwnam(entry->login.user);

	if (!user || user->pw_uid != entry->login.uid)
		return jail_fail(err, 0, "the jail does not know its user");
	return 0;
}
