/*
 * seccomp_test.c - what the filters answer. The shipped lists are compiled and
 * run in a simulator against tables of calls.
 */
#include "bpf_sim.h"
#include "scratch_lists.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define ALLOW    SECCOMP_RET_ALLOW
#define ERROR(e) (SECCOMP_RET_ERRNO | (e))
#define REFUSED  ERROR(ENOSYS)

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#define X32_BIT 0x40000000
#define HIGH    0x500000000ULL /* the kernel does not look at these bits of an int */

static uint32_t
answer(const struct seccomp_program *program, const struct seccomp_data *call)
{
	return bpf_sim(program->filter, program->len, call, NULL);
}

/* --- The shipped lists, simulated ------------------------------------------- */

struct call_row {
	const char *what;
	struct seccomp_data call;
	uint32_t expected;
};

#define CALL(name, ...) \
	{ \
		.nr = SYS_##name, .arch = NATIVE, .args = { __VA_ARGS__ } \
	}

/* clang-format off */
static const struct call_row base_calls[] = {
	{ "read", CALL(read), ALLOW },
	{ "our verify step: prctl", CALL(prctl, PR_GET_SECCOMP), ALLOW },
	{ "our verify step: capget", CALL(capget), ALLOW },
	{ "our verify step: statx", CALL(statx), ALLOW },
	{ "our verify step: statfs", CALL(statfs), ALLOW },
	{ "our verify step: close_range", CALL(close_range), ALLOW },
	{ "our verify step: recvmsg", CALL(recvmsg), ALLOW },
	{ "sshd becomes the user", CALL(setresuid), ALLOW },
	{ "openat2", CALL(openat2), ALLOW },
	{ "rseq", CALL(rseq), ALLOW },

	{ "clone3", CALL(clone3), ERROR(ENOSYS) },
	{ "io_uring_setup", CALL(io_uring_setup), ERROR(ENOSYS) },
	{ "userfaultfd", CALL(userfaultfd), ERROR(ENOSYS) },
	{ "bpf", CALL(bpf), ERROR(ENOSYS) },
	{ "perf_event_open", CALL(perf_event_open), ERROR(ENOSYS) },
	{ "fsopen", CALL(fsopen), ERROR(ENOSYS) },
	{ "open_tree", CALL(open_tree), ERROR(ENOSYS) },
	{ "move_mount", CALL(move_mount), ERROR(ENOSYS) },
	{ "keyctl", CALL(keyctl), ERROR(EPERM) },
	{ "add_key", CALL(add_key), ERROR(EPERM) },
	{ "request_key", CALL(request_key), ERROR(EPERM) },
	{ "mount", CALL(mount), ERROR(EPERM) },
	{ "umount2", CALL(umount2), ERROR(EPERM) },
	{ "pivot_root", CALL(pivot_root), ERROR(EPERM) },
	{ "chroot", CALL(chroot), ERROR(EPERM) },
	{ "unshare nothing", CALL(unshare, 0), ERROR(EPERM) },
	{ "unshare a user namespace", CALL(unshare, CLONE_NEWUSER), ERROR(EPERM) },
	{ "setns", CALL(setns), ERROR(EPERM) },
	{ "ptrace", CALL(ptrace), ERROR(EPERM) },
	{ "process_vm_readv", CALL(process_vm_readv), ERROR(EPERM) },
	{ "process_vm_writev", CALL(process_vm_writev), ERROR(EPERM) },
	{ "pidfd_open", CALL(pidfd_open), ERROR(ENOSYS) },
	{ "pidfd_send_signal", CALL(pidfd_send_signal), ERROR(ENOSYS) },
	{ "pidfd_getfd", CALL(pidfd_getfd), ERROR(EPERM) },
	{ "kcmp", CALL(kcmp), ERROR(EPERM) },
	{ "open_by_handle_at", CALL(open_by_handle_at), ERROR(EPERM) },
	{ "reboot", CALL(reboot), ERROR(EPERM) },
	{ "init_module", CALL(init_module), ERROR(EPERM) },
	{ "syslog", CALL(syslog), ERROR(EPERM) },

	{ "window size", CALL(ioctl, 0, TIOCGWINSZ), ALLOW },
	{ "TIOCSTI", CALL(ioctl, 0, TIOCSTI), ERROR(EPERM) },
	{ "TIOCSTI with high bits (CVE-2019-10063)", CALL(ioctl, 0, HIGH | TIOCSTI), ERROR(EPERM) },
	{ "TIOCSTI, descriptor with high bits", CALL(ioctl, HIGH, TIOCSTI), ERROR(EPERM) },
	{ "TIOCLINUX (CVE-2023-1523)", CALL(ioctl, 0, TIOCLINUX), ERROR(EPERM) },
	{ "TIOCLINUX with high bits", CALL(ioctl, 0, HIGH | TIOCLINUX), ERROR(EPERM) },
	{ "TIOCSETD", CALL(ioctl, 0, TIOCSETD), ERROR(EPERM) },
	{ "another project, out of the quota", CALL(ioctl, 0, FS_IOC_FSSETXATTR), ERROR(EPERM) },
	{ "TIOCSTI as another argument", CALL(ioctl, TIOCSTI, FIONREAD, TIOCSTI), ALLOW },

	{ "fork by clone", CALL(clone, 0x01200011), ALLOW },
	{ "thread", CALL(clone, 0x003d0f00), ALLOW },
	{ "clone CLONE_NEWUSER", CALL(clone, CLONE_NEWUSER | 17), ERROR(EPERM) },
	{ "clone CLONE_NEWUSER with high bits", CALL(clone, HIGH | CLONE_NEWUSER), ERROR(EPERM) },
	{ "clone CLONE_NEWNS", CALL(clone, CLONE_NEWNS), ERROR(EPERM) },
	{ "clone CLONE_NEWCGROUP", CALL(clone, CLONE_NEWCGROUP), ERROR(EPERM) },
	{ "clone CLONE_NEWUTS", CALL(clone, CLONE_NEWUTS), ERROR(EPERM) },
	{ "clone CLONE_NEWIPC", CALL(clone, CLONE_NEWIPC), ERROR(EPERM) },
	{ "clone CLONE_NEWPID", CALL(clone, CLONE_NEWPID), ERROR(EPERM) },
	{ "clone CLONE_NEWNET: vsftpd", CALL(clone, CLONE_NEWNET | 17), ERROR(EPERM) },

	{ "AF_UNIX", CALL(socket, AF_UNIX, SOCK_STREAM), ALLOW },
	{ "AF_INET", CALL(socket, AF_INET, SOCK_STREAM), ALLOW },
	{ "AF_INET6 TCP", CALL(socket, AF_INET6, SOCK_STREAM, IPPROTO_TCP), ALLOW },
	{ "AF_INET UDP", CALL(socket, AF_INET, SOCK_DGRAM, IPPROTO_UDP), ALLOW },
	{ "ping", CALL(socket, AF_INET, SOCK_DGRAM, IPPROTO_ICMP), ALLOW },
	{ "SCTP", CALL(socket, AF_INET, SOCK_STREAM, IPPROTO_SCTP), ERROR(EPROTONOSUPPORT) },
	{ "SMC as protocol", CALL(socket, AF_INET, SOCK_STREAM, 256), ERROR(EPROTONOSUPPORT) },
	{ "L2TP", CALL(socket, AF_INET6, SOCK_DGRAM, 115), ERROR(EPROTONOSUPPORT) },
	{ "NETLINK_ROUTE", CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), ALLOW },
	{ "NETLINK_AUDIT", CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT), ALLOW },
	{ "NETLINK_NETFILTER", CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER), ERROR(EPROTONOSUPPORT) },
	{ "NETLINK_GENERIC", CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), ERROR(EPROTONOSUPPORT) },
	{ "NETLINK_GENERIC with high bits", CALL(socket, HIGH | AF_NETLINK, SOCK_RAW, HIGH | NETLINK_GENERIC), ERROR(EPROTONOSUPPORT) },
	{ "AF_PACKET", CALL(socket, AF_PACKET, SOCK_RAW), ERROR(EAFNOSUPPORT) },
	{ "AF_PACKET with high bits", CALL(socket, HIGH | AF_PACKET, SOCK_RAW), ERROR(EAFNOSUPPORT) },
	{ "AF_VSOCK", CALL(socket, AF_VSOCK, SOCK_STREAM), ERROR(EAFNOSUPPORT) },
	{ "AF_ALG", CALL(socket, AF_ALG, SOCK_SEQPACKET), ERROR(EAFNOSUPPORT) },
	{ "family -1", CALL(socket, ~0ULL, SOCK_STREAM), ERROR(EAFNOSUPPORT) },
	{ "socketpair AF_UNIX", CALL(socketpair, AF_UNIX, SOCK_STREAM), ALLOW },
	{ "socketpair AF_TIPC", CALL(socketpair, AF_TIPC, SOCK_SEQPACKET), ERROR(EAFNOSUPPORT) },

	{ "personality, asked", CALL(personality, 0xffffffff), ALLOW },
	{ "personality, asked by -1", CALL(personality, ~0ULL), ALLOW },
	{ "PER_LINUX", CALL(personality, 0), ALLOW },
	{ "ADDR_NO_RANDOMIZE", CALL(personality, 0x0040000), ERROR(EPERM) },
	{ "MMAP_PAGE_ZERO", CALL(personality, 0x0100000), ERROR(EPERM) },

	{ "mkfifo", CALL(mknodat, 0, 0, S_IFIFO | 0644), ALLOW },
	{ "character device", CALL(mknodat, 0, 0, S_IFCHR | 0644), ERROR(EPERM) },
	{ "block device", CALL(mknodat, 0, 0, S_IFBLK | 0644), ERROR(EPERM) },
	{ "block device, mode with high bits", CALL(mknodat, 0, 0, HIGH | S_IFBLK), ERROR(EPERM) },

	{ "no number yet", { .nr = 1000, .arch = NATIVE }, REFUSED },
	{ "the highest number", { .nr = 0x7fffffff, .arch = NATIVE }, REFUSED },
	{ "number -1", { .nr = -1, .arch = NATIVE }, REFUSED },
	{ "the lowest number", { .nr = (int)0x80000000, .arch = NATIVE }, REFUSED },
	{ "x32 read", { .nr = X32_BIT, .arch = NATIVE }, REFUSED },
	{ "i386 read by int 0x80", { .nr = 3, .arch = AUDIT_ARCH_I386 }, REFUSED },
	{ "no architecture", { .nr = SYS_read, .arch = 0 }, REFUSED },
};

static const struct call_row build_calls[] = {
	{ "read", CALL(read), ALLOW },
	{ "ptrace", CALL(ptrace, PTRACE_SEIZE), ALLOW },
	{ "process_vm_readv", CALL(process_vm_readv), ALLOW },
	{ "gdb: ADDR_NO_RANDOMIZE", CALL(personality, 0x0040000), ALLOW },
	{ "personality, asked", CALL(personality, 0xffffffff), ALLOW },
	{ "READ_IMPLIES_EXEC beside it", CALL(personality, 0x0440000), ERROR(EPERM) },
	{ "MMAP_PAGE_ZERO", CALL(personality, 0x0100000), ERROR(EPERM) },
	{ "process_vm_writev", CALL(process_vm_writev), ERROR(EPERM) },
	{ "pidfd_getfd", CALL(pidfd_getfd), ERROR(EPERM) },
	{ "kcmp", CALL(kcmp), ERROR(EPERM) },
	{ "perf_event_open", CALL(perf_event_open), ERROR(ENOSYS) },
	{ "bpf", CALL(bpf), ERROR(ENOSYS) },
	{ "TIOCSTI", CALL(ioctl, 0, TIOCSTI), ERROR(EPERM) },
	{ "clone CLONE_NEWUSER", CALL(clone, CLONE_NEWUSER | 17), ERROR(EPERM) },
	{ "i386 ptrace by int 0x80", { .nr = 26, .arch = AUDIT_ARCH_I386 }, REFUSED },
	{ "x32 ptrace", { .nr = X32_BIT | 521, .arch = NATIVE }, REFUSED },
	{ "number of ptrace with the x32 bit", { .nr = X32_BIT | SYS_ptrace, .arch = NATIVE }, REFUSED },
};
/* clang-format on */

#define assert_answers(list, table) \
	list_answers_rows(list, table, sizeof(table) / sizeof((table)[0]))

static void
list_answers_rows(const char *list, const struct call_row *rows, size_t count)
{
	struct seccomp_program program = lists_compile(list);

	for (size_t i = 0; i < count; i++) {
		uint32_t action = answer(&program, &rows[i].call);

		if (action != rows[i].expected)
			fail_msg("%s, %s: %#x, not %#x", list, rows[i].what, action,
				rows[i].expected);
	}
	seccomp_program_free(&program);
}

static void
base_answers_the_table(void **state)
{
	(void)state;
	assert_answers("base", base_calls);
	assert_answers("shell", base_calls);
}

static void
build_lets_a_debugger_trace_and_nothing_more(void **state)
{
	(void)state;
	assert_answers("build", build_calls);
}

/* The second key: to allow one of these takes a change of the list and of this. */
static void
no_list_allows_what_was_decided_against(void **state)
{
	/* clang-format off */
	static const int never[] = {
		SYS_add_key, SYS_request_key, SYS_keyctl, SYS_mount, SYS_umount2,
		SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_fsopen, SYS_fsconfig,
		SYS_fsmount, SYS_fspick, SYS_open_tree, SYS_move_mount, SYS_mount_setattr,
		SYS_quotactl, SYS_quotactl_fd, SYS_sethostname, SYS_setdomainname,
		SYS_process_vm_writev, SYS_process_madvise,
		SYS_process_mrelease, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_pidfd_getfd,
		SYS_kcmp, SYS_move_pages, SYS_migrate_pages, SYS_clone3, SYS_io_uring_setup,
		SYS_io_uring_enter, SYS_io_uring_register, SYS_userfaultfd, SYS_bpf,
		SYS_perf_event_open, SYS_memfd_secret, SYS_vmsplice, SYS_remap_file_pages,
		SYS_fanotify_init, SYS_fanotify_mark, SYS_name_to_handle_at,
		SYS_open_by_handle_at, SYS_syslog, SYS_reboot, SYS_kexec_load,
		SYS_kexec_file_load, SYS_init_module, SYS_finit_module, SYS_delete_module,
		SYS_swapon, SYS_swapoff, SYS_acct, SYS_settimeofday, SYS_clock_settime,
		SYS_adjtimex, SYS_clock_adjtime, SYS_vhangup,
#ifdef __x86_64__
		SYS_modify_ldt, SYS_iopl, SYS_ioperm, SYS_uselib, SYS_set_thread_area,
#endif
	};
	static const int only_in_build[] = { SYS_ptrace, SYS_process_vm_readv };
	/* clang-format on */

	(void)state;
	for (size_t n = 0; n < LISTS_SHIPPED; n++) {
		bool build = strcmp(lists_shipped[n], "build") == 0;
		struct seccomp_program program = lists_compile(lists_shipped[n]);

		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
			struct seccomp_data call = { .nr = never[i], .arch = NATIVE };

			assert_int_not_equal(answer(&program, &call), ALLOW);
		}
		for (size_t i = 0; i < 2; i++) {
			struct seccomp_data call = { .nr = only_in_build[i], .arch = NATIVE };

			assert_int_equal(answer(&program, &call) == ALLOW, build);
		}
		seccomp_program_free(&program);
	}
}

static void
ftp_starts_no_program(void **state)
{
	struct seccomp_program ftp = lists_compile("ftp");
	struct seccomp_program base = lists_compile("base");
	const struct seccomp_data calls[] = { CALL(execve), CALL(execveat) };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(answer(&base, &calls[i]), ALLOW);
		assert_int_equal(answer(&ftp, &calls[i]), ERROR(EPERM));
	}
	seccomp_program_free(&ftp);
	seccomp_program_free(&base);
}

static void
every_namespace_flag_of_clone_is_refused(void **state)
{
	static const uint64_t known = 0x7e020000; /* all CLONE_NEW* that clone(2) takes */
	struct seccomp_program program = lists_compile("base");

	(void)state;
	for (int bit = 0; bit < 32; bit++) {
		struct seccomp_data call = CALL(clone, 1ULL << bit);

		assert_int_equal(answer(&program, &call),
			((1ULL << bit) & known) ? ERROR(EPERM) : ALLOW);
	}
	seccomp_program_free(&program);
}

static void
other_architectures_get_nothing(void **state)
{
	static const uint32_t others[] = { AUDIT_ARCH_I386, AUDIT_ARCH_ARM, NATIVE ^ 1,
		NATIVE & ~0x80000000u, 0, UINT32_MAX };

	(void)state;
	for (size_t n = 0; n < LISTS_SHIPPED; n++) {
		struct seccomp_program program = lists_compile(lists_shipped[n]);

		for (int nr = -2; nr < 2048; nr++) {
			struct seccomp_data x32 = { .nr = nr | X32_BIT, .arch = NATIVE };

			assert_int_equal(answer(&program, &x32), REFUSED);
			for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
				struct seccomp_data call = { .nr = nr, .arch = others[i] };

				assert_int_equal(answer(&program, &call), REFUSED);
			}
		}
		seccomp_program_free(&program);
	}
}

/* --- The compiler, against the plain meaning of a list ----------------------- */

static bool
fits(const struct seccomp_rule *rule, const struct seccomp_data *call)
{
	if (rule->number != (uint32_t)call->nr)
		return false;
	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct seccomp_condition *c = &rule->conditions[i];
		uint32_t low = (uint32_t)call->args[c->arg];

		if ((c->test == SECCOMP_EQUAL && low != c->value) ||
			(c->test == SECCOMP_DIFFERS && low == c->value) ||
			(c->test == SECCOMP_ANY_BIT && (low & c->value) == 0))
			return false;
	}
	return true;
}

static uint32_t
meaning(const struct seccomp_list *list, const struct seccomp_data *call)
{
	for (size_t i = 0; i < list->rule_count; i++)
		if (fits(&list->rules[i], call))
			return list->rules[i].action;
	return REFUSED;
}

/* Arguments that some rule asks for, near misses of them, and noise. */
static void
vary_arguments(const struct seccomp_list *list, struct seccomp_data *call)
{
	for (int arg = 0; arg < 6; arg++) {
		const struct seccomp_rule *rule =
			&list->rules[(size_t)rand() % list->rule_count];
		uint32_t value = rule->conditions[0].value;

		switch (rand() % 4) {
		case 0:
			call->args[arg] = value;
			break;
		case 1:
			call->args[arg] = (uint64_t)rand() << 32 | value;
			break;
		case 2:
			call->args[arg] = (uint64_t)value + (uint64_t)(rand() % 3) - 1;
			break;
		default:
			call->args[arg] = (uint64_t)(rand() % 20);
		}
	}
}

static void
assert_means(const struct seccomp_list *list, int tries)
{
	struct seccomp_program program;
	struct jail_error err;

	if (seccomp_compile(list, &program, &err) < 0)
		fail_msg("%s", err.text);
	for (int nr = -1; nr < 4096; nr++) {
		for (int i = 0; i < tries; i++) {
			struct seccomp_data call = { .nr = nr, .arch = NATIVE };

			vary_arguments(list, &call);
			assert_int_equal(answer(&program, &call), meaning(list, &call));
		}
	}
	seccomp_program_free(&program);
}

static void
programs_mean_what_their_lists_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < LISTS_SHIPPED; i++) {
		struct seccomp_list list;
		struct jail_error err;

		assert_int_equal(seccomp_list_read(lists_fd, lists_shipped[i], &list, &err), 0);
		assert_means(&list, 200);
		seccomp_list_free(&list);
	}
}

/* A list of `count` rules; no two neighbours of the numbers share an action. */
static struct seccomp_list
wide_list(size_t count)
{
	struct seccomp_list list = {
		.rules = calloc(count, sizeof(struct seccomp_rule)),
		.rule_count = count,
	};

	assert_non_null(list.rules);
	for (size_t i = 0; i < count; i++)
		list.rules[i] = (struct seccomp_rule){ .number = (uint32_t)i * 2,
			.action = i % 5 ? ALLOW : ERROR(EPERM),
			.condition_count = i % 3 == 0,
			.conditions = { { .arg = i % 6, .value = (uint32_t)i } } };
	return list;
}

static void
jumps_beyond_255_instructions_arrive(void **state)
{
	struct seccomp_list list = wide_list(700);

	(void)state;
	assert_means(&list, 5);
	seccomp_list_free(&list);
}

static void
a_program_too_long_for_the_kernel_is_refused(void **state)
{
	struct seccomp_list list = wide_list(2000);
	struct seccomp_program program;
	struct jail_error err;

	(void)state;
	assert_int_equal(seccomp_compile(&list, &program, &err), -1);
	assert_string_equal(err.text, "more than 4096 instructions");
	seccomp_list_free(&list);
}

static void
the_first_line_that_fits_decides(void **state)
{
	static const char base[] = "getpid # x\ngetppid # x\n";
	static const char stricter[] = "getpid EPERM # x\ninclude u # x\n";
	struct seccomp_program program;
	struct seccomp_data call = CALL(getpid);
	struct seccomp_data kept = CALL(getppid);

	(void)state;
	lists_put("u.list", base, strlen(base));
	lists_put("t.list", stricter, strlen(stricter));
	program = lists_compile("t");
	assert_int_equal(answer(&program, &call), ERROR(EPERM));
	assert_int_equal(answer(&program, &kept), ALLOW);
	seccomp_program_free(&program);
}

/* Whoever asked for it; what was allowed stays so, and nothing is refused. */
static void
a_program_that_only_reports_refuses_nothing(void **state)
{
	struct seccomp_program program = lists_compile("base");

	(void)state;
	seccomp_log_only(&program);
	for (size_t i = 0; i < sizeof(base_calls) / sizeof(base_calls[0]); i++)
		assert_int_equal(answer(&program, &base_calls[i].call),
			base_calls[i].expected == ALLOW ? ALLOW : SECCOMP_RET_LOG);
	seccomp_program_free(&program);
}

int
main(void)
{
	const struct CMUnitTest seccomp_tests[] = {
		cmocka_unit_test(base_answers_the_table),
		cmocka_unit_test(build_lets_a_debugger_trace_and_nothing_more),
		cmocka_unit_test(no_list_allows_what_was_decided_against),
		cmocka_unit_test(ftp_starts_no_program),
		cmocka_unit_test(every_namespace_flag_of_clone_is_refused),
		cmocka_unit_test(other_architectures_get_nothing),
		cmocka_unit_test(programs_mean_what_their_lists_say),
		cmocka_unit_test(jumps_beyond_255_instructions_arrive),
		cmocka_unit_test(a_program_too_long_for_the_kernel_is_refused),
		cmocka_unit_test(the_first_line_that_fits_decides),
		cmocka_unit_test(a_program_that_only_reports_refuses_nothing),
	};

	return cmocka_run_group_tests(seccomp_tests, lists_setup, lists_teardown);
}
