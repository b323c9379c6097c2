/* pidfd_info.c - ioctl_pidfd(2), which Debian 12's headers do not know. */
#include "pidfd_info.h"

#include <stdint.h>
#include <sys/ioctl.h>

#define INFO_PID 1 /* PIDFD_INFO_PID */

/* struct pidfd_info as of its first version. */
struct info {
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid;
	uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	uint32_t spare;
};

#define GET_INFO _IOWR(0xFF, 11, struct info) /* PIDFD_GET_INFO */

pid_t
sys_pidfd_pid(int pidfd)
{
	struct info info = { .mask = INFO_PID };

	return ioctl(pidfd, GET_INFO, &info) < 0 ? -1 : (pid_t)info.tgid;
}
