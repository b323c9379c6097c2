/* What options of a policy add to its list: nested = yes. */
#include "bpf_sim.h"
#include "fd.h"
#include "filter.h"
#include "scratch_lists.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <cmocka.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#define ERROR(e) (SECCOMP_RET_ERRNO | (e))

struct row {
	int number;
	uint64_t first, second; /* arguments */
	uint32_t nested, plain; /* answers */
};

/* clang-format off */
static const struct row rows[] = {
	{ SYS_clone, CLONE_NEWUSER | CLONE_NEWNS, 0, SECCOMP_RET_ALLOW, ERROR(EPERM) },
	{ SYS_unshare, CLONE_NEWUSER, 0,          SECCOMP_RET_ALLOW, ERROR(EPERM) },
	{ SYS_setns, 3, 0,                        SECCOMP_RET_ALLOW, ERROR(EPERM) },
	{ SYS_mount, 0, 0,                        SECCOMP_RET_ALLOW, ERROR(EPERM) },
	{ SYS_umount2, 0, 0,                      SECCOMP_RET_ALLOW, ERROR(EPERM) },
	{ SYS_pivot_root, 0, 0,                   SECCOMP_RET_ALLOW, ERROR(EPERM) },
	{ SYS_read, 0, 0,                         SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW },
	/* what nobody needs for it is refused as ever */
	{ SYS_clone3, 0, 0,                       ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_open_tree, 0, 0,                    ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_move_mount, 0, 0,                   ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_mount_setattr, 0, 0,                ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_fsopen, 0, 0,                       ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_bpf, 0, 0,                          ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_io_uring_setup, 0, 0,               ERROR(ENOSYS), ERROR(ENOSYS) },
	{ SYS_ptrace, 0, 0,                       ERROR(EPERM), ERROR(EPERM) },
	{ SYS_pidfd_getfd, 0, 0,                  ERROR(EPERM), ERROR(EPERM) },
	{ SYS_keyctl, 0, 0,                       ERROR(EPERM), ERROR(EPERM) },
	{ SYS_open_by_handle_at, 0, 0,            ERROR(EPERM), ERROR(EPERM) },
	{ SYS_ioctl, 0, TIOCSTI,                  ERROR(EPERM), ERROR(EPERM) },
	{ SYS_init_module, 0, 0,                  ERROR(EPERM), ERROR(EPERM) },
};
/* clang-format on */

static struct seccomp_program
compile(const char *list, bool nested)
{
	struct jail_policy policy = { .user_namespace = true, .nested = nested };
	struct seccomp_program program;
	struct jail_error err;

	strcpy(policy.seccomp, list);
	if (filter_compile(lists_fd, &policy, &program, &err) < 0)
		fail_msg("%s", err.text);
	return program;
}

static uint32_t
answer(const struct seccomp_program *program, int number, uint64_t first, uint64_t second)
{
	const struct seccomp_data call = {
		.nr = number,
		.arch = NATIVE,
		.args = { first, second },
	};

	return bpf_sim(program->filter, program->len, &call, NULL);
}

static void
nested_permits_namespaces_and_their_mounts_and_nothing_else(void **state)
{
	struct seccomp_program nested = compile("shell", true), plain = compile("shell", false);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		if (answer(&nested, row->number, row->first, row->second) != row->nested ||
			answer(&plain, row->number, row->first, row->second) != row->plain)
			fail_msg("row %zu, system call %d", i, row->number);
	}
	seccomp_program_free(&nested);
	seccomp_program_free(&plain);
}

static void
a_list_keeps_what_it_refuses_behind_nested(void **state)
{
	struct seccomp_program program = compile("ftp", true);

	(void)state;
	assert_int_equal(answer(&program, SYS_execve, 0, 0), ERROR(EPERM));
	assert_int_equal(answer(&program, SYS_unshare, 0, 0), SECCOMP_RET_ALLOW);
	seccomp_program_free(&program);
}

static int
compiles(const char *list, bool user_namespace)
{
	struct jail_policy policy = { .user_namespace = user_namespace };
	struct seccomp_program program;
	struct jail_error err;

	strcpy(policy.seccomp, list);
	if (filter_compile(lists_fd, &policy, &program, &err) < 0) {
		assert_non_null(strstr(err.text, "user_namespace = no"));
		return 0;
	}
	seccomp_program_free(&program);
	return 1;
}

static void
what_traces_is_only_for_a_user_namespace(void **state)
{
	static const char *const tracing[] = { "ptrace # x\n",
		"ptrace EPERM if arg0 == 3 # x\nptrace if arg0 == 4 # x\nptrace EPERM # x\n",
		"process_vm_readv # x\n", "process_vm_writev # x\n", "pidfd_getfd # x\n",
		"kcmp # x\n" };
	static const char harmless[] = "ptrace EPERM # x\ninclude u # x\n";

	(void)state;
	assert_true(compiles("build", true));
	assert_false(compiles("build", false));
	for (size_t i = 0; i < LISTS_SHIPPED; i++)
		if (strcmp(lists_shipped[i], "build") != 0)
			assert_true(compiles(lists_shipped[i], false));
	for (size_t i = 0; i < sizeof(tracing) / sizeof(tracing[0]); i++) {
		lists_put("t.list", tracing[i], strlen(tracing[i]));
		assert_true(compiles("t", true));
		assert_false(compiles("t", false));
	}
	/* a line that is overruled allows nothing */
	lists_put("u.list", tracing[0], strlen(tracing[0]));
	lists_put("t.list", harmless, strlen(harmless));
	assert_true(compiles("t", false));
}

static int
setup(void **state)
{
	char text[8192];
	autoclose int fd = open("policies/seccomp/nested.list", O_RDONLY | O_CLOEXEC);
	ssize_t size = read(fd, text, sizeof(text));

	if (lists_setup(state) != 0 || size <= 0)
		return -1;
	lists_put("nested.list", text, (size_t)size);
	return 0;
}

static int
teardown(void **state)
{
	unlinkat(lists_fd, "nested.list", 0);
	return lists_teardown(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nested_permits_namespaces_and_their_mounts_and_nothing_else),
		cmocka_unit_test(a_list_keeps_what_it_refuses_behind_nested),
		cmocka_unit_test(what_traces_is_only_for_a_user_namespace),
	};

	return cmocka_run_group_tests_name("filter", tests, setup, teardown);
}
