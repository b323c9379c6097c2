/*
 * host.c - what this host must be, or must not be, for jails to be made on it.
 */
#include "host.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/utsname.h>

/* What the jail is made of came with 6.1 at the latest. */
int
host_kernel_check(struct jail_error *err)
{
	struct utsname kernel;
	unsigned major = 0, minor = 0;

	if (uname(&kernel) < 0)
		return jail_fail(err, errno, "uname");
	if (sscanf(kernel.release, "%u.%u", &major, &minor) != 2 || major < 6 ||
		(major == 6 && minor < 1))
		return jail_fail(err, 0, "Linux 6.1 or newer is needed, and this is %s",
			kernel.release);
	return 0;
}

/* SELinux would need a policy of ours; enforcing an unknown one, it would break
 * logins in ways that look like bugs. */
int
host_selinux_check(struct jail_error *err)
{
	static const char path[] = "/sys/fs/selinux/enforce";
	struct jail_error ignored;
	char enforce[8];

	if (file_read(AT_FDCWD, path, enforce, sizeof(enforce), &ignored) > 0 &&
		enforce[0] == '1')
		return jail_fail(err, 0,
			"SELinux is enforcing, which pam_jail does not support yet");
	return 0;
}
