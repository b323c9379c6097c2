/* landlock.c - landlock_create_ruleset(2), landlock_restrict_self(2). */
#include "landlock.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ASK_VERSION = 1 }; /* LANDLOCK_CREATE_RULESET_VERSION */

struct ruleset {
	uint64_t files, network, scoped;
};

int
sys_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, ASK_VERSION);

	return abi > 0 ? (int)abi : 0;
}

int
sys_landlock_scope(uint64_t scoped)
{
	const struct ruleset ruleset = { .scoped = scoped };
	int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	int result, error;

	if (fd < 0)
		return -1;
	result = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	error = errno;
	close(fd);
	errno = error;
	return result;
}
