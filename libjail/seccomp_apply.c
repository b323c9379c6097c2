/*
 * seccomp_apply.c - the one call that starts the filter. Apart from the
 * compiler so that the module, which runs inside sshd, brings no libseccomp.
 */
#include "seccomp_filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

int
seccomp_apply(const struct seccomp_program *program, struct jail_error *err)
{
	struct sock_fprog fprog = { .len = program->len, .filter = program->filter };
	long thread;

	/* TSYNC: a thread that the host program started earlier must not stay
	 * behind without the filter (seccomp(2)). */
	thread = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
		&fprog);
	if (thread < 0)
		return jail_fail(err, errno, "apply the filter");
	if (thread > 0)
		return jail_fail(err, 0, "apply the filter: thread %ld has one already",
			thread);
	return 0;
}
