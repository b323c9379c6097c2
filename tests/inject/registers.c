/*
 * registers.c - what a processor's registers are to us: a call that is skipped,
 * its result, and functions that return NULL without having run.
 */
#include "inject.h"

#include <elf.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__x86_64__)
void
registers_skip_call(pid_t pid)
{
	struct user_regs_struct registers;

	ptrace(PTRACE_GETREGS, pid, NULL, &registers);
	registers.orig_rax = (unsigned long)-1;
	ptrace(PTRACE_SETREGS, pid, NULL, &registers);
}

void
registers_set_result(pid_t pid, long result)
{
	struct user_regs_struct registers;

	ptrace(PTRACE_GETREGS, pid, NULL, &registers);
	registers.rax = (unsigned long)result;
	ptrace(PTRACE_SETREGS, pid, NULL, &registers);
}

static bool
set_debug(pid_t pid, size_t number, unsigned long value)
{
	size_t at = offsetof(struct user, u_debugreg) + number * sizeof(value);

	return ptrace(PTRACE_POKEUSER, pid, at, value) == 0;
}

/* Hardware breakpoints: a process's own, gone with exec and not handed to a child.
 * The kernel steps over them (RF). */
bool
registers_break_at(pid_t pid, const uintptr_t at[ALLOCATORS])
{
	unsigned long control = 0;
	bool good = set_debug(pid, 7, 0);

	for (size_t i = 0; i < ALLOCATORS; i++) {
		good = good && set_debug(pid, i, at[i]);
		control |= at[i] ? 1UL << (2 * i) : 0; /* local, execution, a byte */
	}
	return good && set_debug(pid, 7, control);
}

bool
registers_are_at(pid_t pid, const uintptr_t at[ALLOCATORS])
{
	struct user_regs_struct registers;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) < 0)
		return false;
	for (size_t i = 0; i < ALLOCATORS; i++)
		if (at[i] && registers.rip == at[i])
			return true;
	return false;
}

/* At a function's first instruction. */
void
registers_return_null(pid_t pid)
{
	struct user_regs_struct registers;

	ptrace(PTRACE_GETREGS, pid, NULL, &registers);
	registers.rip = (unsigned long)ptrace(PTRACE_PEEKDATA, pid, registers.rsp, NULL);
	registers.rsp += sizeof(long);
	registers.rax = 0;
	ptrace(PTRACE_SETREGS, pid, NULL, &registers);
}

#elif defined(__aarch64__)
void
registers_skip_call(pid_t pid)
{
	int number = -1;
	struct iovec set = { &number, sizeof(number) };

	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &set);
}

void
registers_set_result(pid_t pid, long result)
{
	struct user_regs_struct registers;
	struct iovec set = { &registers, sizeof(registers) };

	ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &set);
	registers.regs[0] = (unsigned long)result;
	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &set);
}

/* Not on this architecture yet. */
bool
registers_break_at(pid_t pid, const uintptr_t at[ALLOCATORS])
{
	(void)pid;
	(void)at;
	return false;
}

bool
registers_are_at(pid_t pid, const uintptr_t at[ALLOCATORS])
{
	(void)pid;
	(void)at;
	return false;
}

void
registers_return_null(pid_t pid)
{
	(void)pid;
}
#else
#error "registers of this architecture"
#endif
