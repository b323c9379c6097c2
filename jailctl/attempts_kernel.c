/*
 * attempts_kernel.c - the kernel itself: calls that need a power which no jail
 * has, and doors beside the usual one.
 */
#include "attempts.h"

#include "fd.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>

/* The error of a caller who would be allowed it, had the argument a sense. */
enum answer
try_call(struct trial *trial)
{
	const struct kernel_call *call = &trial->attempt->call;
	const unsigned long *args = call->args;
	long result;

	errno = 0;
	result = syscall(call->number, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (result >= 0 ? call->passed == 0 : errno == call->passed)
		return worked(trial, "the kernel lets it pass");
	return blocked(trial, "the kernel");
}

/* A terminal of our own, as the controlling one. */
static int
open_terminal(void)
{
	autoclose int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int locked = 0, terminal;

	if (master < 0 || ioctl(master, TIOCSPTLCK, &locked) < 0)
		return -1;
	terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	setsid();
	ioctl(terminal, TIOCSCTTY, 0);
	fd_steal(&master); /* its end would be the terminal's */
	return terminal;
}

/* args: what to add to the request: the kernel looks at its low 32 bits only */
enum answer
try_type_into_terminal(struct trial *trial)
{
	unsigned long request = TIOCSTI | strtoul(trial->args[0], NULL, 0);
	int terminal = open_terminal();

	if (terminal < 0)
		return SENSELESS;
	return syscall(SYS_ioctl, terminal, request, "x") < 0
		       ? blocked(trial, "TIOCSTI")
		       : worked(trial, "typed into a terminal");
}

/* Of a pty the kernel says ENOTTY; what must not be is that it is asked. */
enum answer
try_paste_into_console(struct trial *trial)
{
	unsigned long request = TIOCLINUX | strtoul(trial->args[0], NULL, 0);
	int terminal = open_terminal();
	char code = 3;

	if (terminal < 0)
		return SENSELESS;
	errno = 0;
	syscall(SYS_ioctl, terminal, request, &code);
	return errno == EPERM ? blocked(trial, "TIOCLINUX")
			      : worked(trial, "TIOCLINUX reaches the kernel");
}

/* getpid(2) by the 32-bit door, where a filter for 64 bits may not look */
enum answer
try_int_0x80(struct trial *trial)
{
	long result = -ENOSYS;

#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(20L)
			 : "memory", "r8", "r9", "r10", "r11");
#endif
	errno = (int)-result;
	return result > 0 ? worked(trial, "system calls of i386 pass")
			  : blocked(trial, "int 0x80");
}

/* args: the id of a segment of the host's */
enum answer
try_host_memory(struct trial *trial)
{
	const char *memory = shmat(atoi(trial->args[0]), NULL, SHM_RDONLY);

	if (memory == (const void *)-1) // NOLINT(performance-no-int-to-ptr)
		return blocked(trial, "shmat");
	errno = 0;
	return strcmp(memory, trial->bait->tag) == 0
		       ? worked(trial, "read shared memory of the host's")
		       : blocked(trial, "the id is another segment's");
}
