/*
 * terminal.c - the terminal that login(1) was called on. login gives it to the
 * user after the session was opened; in a user namespace it has power only over
 * what belongs to ids of there. So we give it to the jail's root before.
 *
 * When the user is gone it is getty's to take back, as without a jail.
 */
#include "entry.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
terminal_lend(void *work, struct jail_error *err)
{
	struct jail_entry *entry = work;
	uid_t root = (uid_t)entry->identity.root_uid;
	struct stat st;

	if (strcmp(entry->login.service, "login") != 0 || !isatty(STDIN_FILENO))
		return 0;
	if (fstat(STDIN_FILENO, &st) < 0 || fchown(STDIN_FILENO, root, root) < 0)
		return jail_fail(err, errno, "give the terminal to the jail's root");
	entry->terminal = (struct jail_lender){ true, st.st_uid, st.st_gid };
	return 0;
}

void
terminal_return(void *work)
{
	const struct jail_entry *entry = work;

	if (entry->terminal.lent &&
		fchown(STDIN_FILENO, entry->terminal.uid, entry->terminal.gid) < 0)
		return; /* getty takes it back, too */
}
