/* open.c - openat2(2). */
#include "open.h"

#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int
sys_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve)
{
	const struct open_how how = { .flags = flags, .resolve = resolve };

	return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}
