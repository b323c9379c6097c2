/* root.c - the ids of root. */
#include "root.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

int
root_become(struct jail_error *err)
{
	if (setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return jail_fail(err, errno, "become root alone");
	return 0;
}
