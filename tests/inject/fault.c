/*
 * fault.c - how each system call fails: with an error that its manual page
 * names, and the kernel could really give here.
 */
#include "inject.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

enum { CANNOT = 0 };

/* clang-format off */
static const struct { long call; int error; } errors[] = {
	/* they cannot fail, given what is given to them */
	{ SYS_exit, CANNOT }, { SYS_exit_group, CANNOT }, { SYS_rt_sigreturn, CANNOT },
	{ SYS_getpid, CANNOT }, { SYS_getppid, CANNOT }, { SYS_gettid, CANNOT },
	{ SYS_getuid, CANNOT }, { SYS_geteuid, CANNOT }, { SYS_getgid, CANNOT },
	{ SYS_getegid, CANNOT }, { SYS_umask, CANNOT }, { SYS_set_tid_address, CANNOT },
	{ SYS_set_robust_list, CANNOT }, { SYS_rseq, CANNOT }, { SYS_sched_yield, CANNOT },
	{ SYS_rt_sigprocmask, CANNOT }, { SYS_rt_sigaction, CANNOT },
	{ SYS_restart_syscall, CANNOT }, { SYS_clock_gettime, CANNOT },
	{ SYS_brk, CANNOT }, /* says so by the old break */
	{ SYS_futex, CANNOT },
#ifdef SYS_arch_prctl
	{ SYS_arch_prctl, CANNOT },
#endif
	/* what waits is interrupted */
	{ SYS_wait4, EINTR }, { SYS_waitid, EINTR }, { SYS_ppoll, EINTR },
	{ SYS_epoll_pwait, EINTR }, { SYS_nanosleep, EINTR }, { SYS_clock_nanosleep, EINTR },
	{ SYS_rt_sigtimedwait, EINTR },
#ifdef SYS_poll
	{ SYS_poll, EINTR }, { SYS_epoll_wait, EINTR },
#endif
	/* descriptors are used up */
	{ SYS_openat, EMFILE }, { SYS_openat2, EMFILE }, { SYS_socket, EMFILE },
	{ SYS_dup3, EMFILE }, { SYS_fcntl, EMFILE }, { SYS_pipe2, EMFILE },
	{ SYS_accept4, EMFILE }, { SYS_epoll_create1, EMFILE }, { SYS_pidfd_open, EMFILE },
	{ SYS_open_tree, EMFILE }, { SYS_fsopen, EMFILE }, { SYS_fsmount, EMFILE },
#ifdef SYS_open
	{ SYS_open, EMFILE }, { SYS_dup2, EMFILE }, { SYS_pipe, EMFILE },
#endif
	/* processes are used up */
	{ SYS_clone, EAGAIN }, { SYS_clone3, EAGAIN }, { SYS_setresuid, EAGAIN },
#ifdef SYS_fork
	{ SYS_fork, EAGAIN }, { SYS_vfork, EAGAIN },
#endif
	/* namespaces are used up */
	{ SYS_unshare, ENOSPC },
	/* the disk is full, or breaks */
	{ SYS_write, ENOSPC }, { SYS_writev, ENOSPC }, { SYS_mkdirat, ENOSPC },
	{ SYS_mknodat, ENOSPC }, { SYS_symlinkat, ENOSPC }, { SYS_read, EIO },
	{ SYS_pread64, EIO }, { SYS_getdents64, EIO }, { SYS_close, EIO },
	{ SYS_unlinkat, EIO }, { SYS_renameat, EIO }, { SYS_renameat2, EIO },
	{ SYS_newfstatat, EIO }, { SYS_fstat, EIO }, { SYS_statx, EIO }, { SYS_statfs, EIO },
	{ SYS_fstatfs, EIO }, { SYS_readlinkat, EIO }, { SYS_faccessat, EIO },
	{ SYS_faccessat2, EIO },
#ifdef SYS_mkdir
	{ SYS_mkdir, ENOSPC }, { SYS_unlink, EIO }, { SYS_rmdir, EIO }, { SYS_rename, EIO },
	{ SYS_stat, EIO }, { SYS_lstat, EIO }, { SYS_readlink, EIO }, { SYS_access, EIO },
#endif
	/* a module of the kernel, a sandbox, or a policy says no */
	{ SYS_prctl, EPERM }, { SYS_capset, EPERM }, { SYS_capget, EPERM },
	{ SYS_setgroups, EPERM }, { SYS_setresgid, EPERM }, { SYS_setsid, EPERM },
	{ SYS_setns, EPERM }, { SYS_chroot, EPERM }, { SYS_pivot_root, EPERM },
	{ SYS_mount, EPERM }, { SYS_umount2, EPERM }, { SYS_move_mount, EPERM },
	{ SYS_mount_setattr, EPERM }, { SYS_fsconfig, EPERM }, { SYS_keyctl, EPERM },
	{ SYS_prlimit64, EPERM }, { SYS_setpriority, EPERM }, { SYS_sethostname, EPERM },
	{ SYS_fchmod, EPERM }, { SYS_fchmodat, EPERM }, { SYS_fchown, EPERM },
	{ SYS_fchownat, EPERM }, { SYS_pidfd_send_signal, EPERM }, { SYS_kill, EPERM },
	{ SYS_chdir, EACCES }, { SYS_fchdir, EACCES }, { SYS_execve, EACCES },
	{ SYS_execveat, EACCES }, { SYS_flock, ENOLCK }, { SYS_seccomp, EACCES },
	{ SYS_bind, EACCES }, { SYS_ioctl, ENOTTY }, { SYS_getcwd, ENOENT },
	{ SYS_connect, EAGAIN }, { SYS_sendto, ECONNREFUSED },
	/* anything else: memory is used up */
};
/* clang-format on */

int
fault_errno(long call)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].call == call)
			return errors[i].error;
	return ENOMEM;
}

/* Linux has released the descriptor whatever close(2) says. */
bool
fault_after(long call)
{
	return call == SYS_close;
}

const char *
fault_call_name(long call)
{
	static char name[40];
	char *found = call == MEMORY_CALL
			      ? NULL
			      : seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)call);

	snprintf(name, sizeof(name), "%s", found ? found : "malloc");
	free(found);
	return name;
}
