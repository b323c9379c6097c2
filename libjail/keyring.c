/*
 * keyring.c - the session keyring, which goes down to children like the working
 * directory: su(1) and cron(8) have their caller's, and what it holds is the
 * possession of whoever has it, whatever their uid.
 *
 * It is made on the host, as root's: who is root of a jail only may have 200 keys
 * (keyrings(7)), and sessions may be more. It stays when "cross" fails, for then
 * the process ends.
 */
#include "entry.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int
keyring_renew(void *work, struct jail_error *err)
{
	(void)work;
	/* keyctl(2): a new and empty one. ENOSYS: this kernel has no keys. */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return jail_fail(err, errno, "join a session keyring");
	return 0;
}
