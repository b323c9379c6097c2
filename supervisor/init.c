/*
 * init.c - PID 1 of a jail: it reaps, and it dies with its supervisor. It holds
 * no descriptor, no capability and no secret; its file is 0711, so nobody in
 * the jail can read or trace it.
 *
 * It has no libc, whose start would cost each jail 0.3 ms (on virtual machines
 * CPUID traps) and 50 KiB.
 */
#include <linux/capability.h>
#include <linux/prctl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SIGNAL_SET_SIZE = 8 }; /* the kernel's, not libc's sigset_t */

static long
call(long number, long a, long b, long c, long d, long e)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
#else
#error "system calls of this architecture"
#endif
}

static long
prctl(long option, long value)
{
	return call(SYS_prctl, option, value, 0, 0, 0);
}

static int
drop_power(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	for (int cap = 0; prctl(PR_CAPBSET_DROP, cap) == 0; cap++)
		;
	if (call(SYS_capset, (long)&header, (long)none, 0, 0, 0) < 0 ||
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

	call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, 0, SIGNAL_SET_SIZE, 0);
	if (drop_power() < 0)
		call(SYS_exit_group, 1, 0, 0, 0, 0);
	call(SYS_setsid, 0, 0, 0, 0, 0);
	for (;;) {
		while (call(SYS_wait4, -1, 0, WNOHANG, 0, 0) > 0)
			;
		/* SIGCHLD; anything else is ignored. */
		call(SYS_rt_sigtimedwait, (long)&all, 0, 0, SIGNAL_SET_SIZE, 0);
	}
}

/* The kernel enters here with an aligned stack, and calls nobody back. */
#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n call init_main\n");
#else
__asm__(".globl _start\n_start: bl init_main\n");
#endif
