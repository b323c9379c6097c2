/*
 * Who is to become the user does so, or runs nothing. Each call on the way fails, or
 * only says that it has succeeded: by a filter, in a process that ends with it.
 */
#include "errand.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOBODY = 65534 };

static const struct fault {
	int call;
	unsigned argument; /* the first; 0: whatever it is */
	int error;         /* 0: it says that it has succeeded */
	const char *text;
} faults[] = {
	{ SCMP_SYS(setsid), 0, EPERM, "setsid: Operation not permitted" },
	{ SCMP_SYS(ioctl), 0, EPERM, "take the terminal: Operation not permitted" },
	{ SCMP_SYS(dup2), 0, EMFILE, "dup2: Too many open files" },
	{ SCMP_SYS(setgroups), 0, EPERM, "setgroups: Operation not permitted" },
	{ SCMP_SYS(setgroups), 0, EINVAL,
		"a group of the user's is newer than the jail: Invalid argument" },
	{ SCMP_SYS(setresgid), 0, EPERM, "become user alice: Operation not permitted" },
	{ SCMP_SYS(setresuid), 0, EAGAIN,
		"become user alice: Resource temporarily unavailable" },
	{ SCMP_SYS(getresuid), 0, EFAULT, "still not user alice" },
	{ SCMP_SYS(setuid), 0, 0, "still not user alice" }, /* root again */
	{ SCMP_SYS(prctl), PR_SET_DUMPABLE, EINVAL, "PR_SET_DUMPABLE: Invalid argument" },
	{ SCMP_SYS(prctl), PR_SET_PDEATHSIG, EINVAL, "PR_SET_PDEATHSIG: Invalid argument" },
	{ SCMP_SYS(getppid), 0, EINVAL, "the session: No such process" },
	{ SCMP_SYS(chdir), 0, ENOENT, "chdir /: No such file or directory" },
	{ SCMP_SYS(close_range), 0, ENOSYS, "close_range: Function not implemented" },
};

/* What takes root, a terminal, or a parent outside the PID namespace. */
static const int pretended[] = { SCMP_SYS(setsid), SCMP_SYS(ioctl), SCMP_SYS(setgroups),
	SCMP_SYS(setresgid), SCMP_SYS(setresuid), SCMP_SYS(getppid) };

static int
answer(scmp_filter_ctx filter, int call, unsigned argument, int error)
{
	const struct scmp_arg_cmp first = SCMP_A0(SCMP_CMP_EQ, argument);

	return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint16_t)error), call,
		argument ? 1 : 0, &first);
}

static void
put_on(const struct fault *fault)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int result = fault ? answer(filter, fault->call, fault->argument, fault->error) : 0;

	for (size_t i = 0; i < sizeof(pretended) / sizeof(pretended[0]); i++)
		if (!fault || fault->call != pretended[i])
			result |= answer(filter, pretended[i], 0, 0);
	if (result != 0 || seccomp_load(filter) < 0)
		_exit(EXIT_USAGE);
	seccomp_release(filter);
}

/* alice has the uid that we have by then, for that is what the kernel says. */
static void
plan(struct errand *errand, char **argv)
{
	if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		_exit(EXIT_USAGE);
	*errand = (struct errand){
		.login = { .user = "alice", .uid = getuid(), .gid = getgid(), .home = "/" },
		.argv = argv,
		.streams = { .kinds = { STREAM_TERMINAL } },
	};
}

/* The status, and in *err what it said. */
static int
run(const struct fault *fault, uid_t other, char **argv, struct jail_error *err)
{
	struct jail_error *said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child;

	assert_ptr_not_equal(said, MAP_FAILED);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char *const environment[] = { NULL };
		int terminal = open("/dev/null", O_RDWR | O_CLOEXEC);
		struct errand errand;

		plan(&errand, argv);
		errand.login.uid += other;
		put_on(fault);
		_exit(user_side_run(&errand, environment, terminal, said));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	*err = *said;
	munmap(said, sizeof(*said));
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
nothing_runs_after_a_call_that_failed(void **state)
{
	char *argv[] = { (char *)"/bin/true", NULL };
	struct jail_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		assert_int_equal(run(&faults[i], 0, argv, &err), EXIT_OURS);
		assert_string_equal(err.text, faults[i].text);
	}
	assert_int_equal(run(NULL, 0, argv, &err), 0);
}

static void
nothing_runs_with_ids_that_only_seem_to_be_the_users(void **state)
{
	char *argv[] = { (char *)"/bin/true", NULL };
	struct jail_error err;

	(void)state;
	assert_int_equal(run(NULL, 1, argv, &err), EXIT_OURS);
	assert_string_equal(err.text, "still not user alice");
}

static void
a_command_that_cannot_be_run_is_told_from_one_that_is_not_there(void **state)
{
	char *missing[] = { (char *)"/nonexistent", NULL },
	     *directory[] = { (char *)"/", NULL };
	struct jail_error err;

	(void)state;
	assert_int_equal(run(NULL, 0, missing, &err), EXIT_NOT_FOUND);
	assert_string_equal(err.text, "run /nonexistent: No such file or directory");
	assert_int_equal(run(NULL, 0, directory, &err), EXIT_CANNOT_RUN);
	assert_string_equal(err.text, "run /: Permission denied");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_runs_after_a_call_that_failed),
		cmocka_unit_test(nothing_runs_with_ids_that_only_seem_to_be_the_users),
		cmocka_unit_test(
			a_command_that_cannot_be_run_is_told_from_one_that_is_not_there),
	};

	return cmocka_run_group_tests_name("jailctl_user_side", tests, NULL, NULL);
}
