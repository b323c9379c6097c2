/*
 * init.c - PID 1 of a jail: it reaps, and it dies with its supervisor. It holds
 * no descriptor, no capability and no secret; its file is 0711, so nobody in
 * the jail can read or trace it.
 *
 * It has no libc, whose start would cost each jail 0.3 ms (on virtual machines
 * CPUID traps) and 50 KiB.
 */
#include "sys/raw.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SIGNAL_SET_SIZE = 8 }; /* the kernel's, not libc's sigset_t */

static long
prctl(long option, long value)
{
	return raw_syscall(SYS_prctl, option, value, 0, 0, 0);
}

static int
drop_power(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	long dropped, cap = 0;

	do
		dropped = prctl(PR_CAPBSET_DROP, cap++);
	while (dropped == 0);
	if (dropped != -EINVAL) /* that is: no more of them */
		return -1;
	if (raw_syscall(SYS_capset, (long)&header, (long)none, 0, 0, 0) < 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
		prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -1;
	return 0;
}

__attribute__((noreturn)) void init_main(void);

void
init_main(void)
{
	const unsigned long all = ~0UL;

	raw_syscall(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, 0, SIGNAL_SET_SIZE, 0);
	if (drop_power() < 0)
		raw_syscall(SYS_exit_group, 1, 0, 0, 0, 0);
	raw_syscall(SYS_setsid, 0, 0, 0, 0, 0);
	for (;;) {
		while (raw_syscall(SYS_wait4, -1, 0, WNOHANG, 0, 0) > 0)
			;
		/* SIGCHLD; anything else is ignored. */
		raw_syscall(SYS_rt_sigtimedwait, (long)&all, 0, 0, SIGNAL_SET_SIZE, 0);
	}
}

/* The kernel enters here with an aligned stack, and calls nobody back. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n call init_main\n");
#else
__asm__(".globl _start\n_start: bl init_main\n");
#endif
