/*
 * crossing.c - the step over: all namespaces of the jail in one setns(2), by
 * init's pidfd, so that there is no moment between two worlds; then the first
 * name lookup.
 */
#include "entry.h"
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <sys/stat.h>

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

/* setns(2) made us nobody there, with all capabilities over it. */
int
identity_take(void *work, struct jail_error *err)
{
	(void)work;
	return root_become(err);
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
