/*
 * seccomp_apply_test.c - a filter that is on holds: in this process, in all its
 * threads, on every architecture that the kernel runs.
 */
#include "scratch_lists.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs `attempt` in a child, under the filter or not; what it returns (0-127). */
static int
in_child(int (*attempt)(void), const struct seccomp_program *program)
{
	struct jail_error err;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (program && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
				       seccomp_apply(program, &err) < 0))
			_exit(127);
		_exit(attempt());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

/* Each gives the errno, 0 for success. */
static int
attempt_keyctl(void)
{
	return syscall(SYS_keyctl, 0, -3, 1, 0, 0) < 0 ? errno : 0;
}

static int
attempt_unshare(void)
{
	return unshare(0) < 0 ? errno : 0;
}

static int
attempt_pidfd(void)
{
	return syscall(SYS_pidfd_open, getpid(), 0) < 0 ? errno : 0;
}

#ifdef __x86_64__
static int
attempt_int80_getpid(void)
{
	long rc = 20; /* getpid of i386 */

	__asm__ volatile("int $0x80" : "+a"(rc) : : "memory", "r8", "r9", "r10", "r11");
	return rc < 0 ? (int)-rc : 0;
}
#endif

static void
refusals_hold_in_a_real_process(void **state)
{
	static const struct {
		int (*attempt)(void);
		int refusal;
	} rows[] = {
		{ attempt_keyctl, EPERM },
		{ attempt_unshare, EPERM },
		{ attempt_pidfd, ENOSYS },
#ifdef __x86_64__
		{ attempt_int80_getpid, ENOSYS },
#endif
	};
	struct seccomp_program program = lists_compile("base");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* A refusal says something only where the call works without. */
		if (in_child(rows[i].attempt, NULL) != 0)
			print_message("attempt %zu fails here without a filter, too\n", i);
		else
			assert_int_equal(in_child(rows[i].attempt, &program), rows[i].refusal);
	}
	seccomp_program_free(&program);
}

struct second_thread {
	pthread_barrier_t applied;
	int before, after; /* errno of the attempt */
};

static void *
second_thread(void *argument)
{
	struct second_thread *thread = argument;

	thread->before = attempt_unshare();
	pthread_barrier_wait(&thread->applied);
	pthread_barrier_wait(&thread->applied);
	thread->after = attempt_unshare();
	return NULL;
}

static struct seccomp_program threads_program;

static int
attempt_from_an_older_thread(void)
{
	struct second_thread thread = { .before = -1, .after = -1 };
	struct jail_error err;
	pthread_t id;

	pthread_barrier_init(&thread.applied, NULL, 2);
	if (pthread_create(&id, NULL, second_thread, &thread) != 0)
		return 125;
	pthread_barrier_wait(&thread.applied);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		seccomp_apply(&threads_program, &err) < 0)
		return 124;
	pthread_barrier_wait(&thread.applied);
	pthread_join(id, NULL);
	return thread.before == 0 ? thread.after : 123;
}

static void
no_thread_stays_outside_the_filter(void **state)
{
	(void)state;
	threads_program = lists_compile("base");
	assert_int_equal(in_child(attempt_from_an_older_thread, NULL), EPERM);
	seccomp_program_free(&threads_program);
}

/* A thread of the host program that has a filter of its own would keep it. */
static void *
thread_with_its_own(void *argument)
{
	struct second_thread *thread = argument;
	struct sock_fprog own = { .len = threads_program.len,
		.filter = threads_program.filter };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	thread->before = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &own) < 0 ? errno : 0;
	pthread_barrier_wait(&thread->applied);
	pthread_barrier_wait(&thread->applied);
	return NULL;
}

static int
apply_beside_another_filter(void)
{
	struct second_thread thread = { .before = -1 };
	struct jail_error err = { .text = "" };
	pthread_t id;

	pthread_barrier_init(&thread.applied, NULL, 2);
	if (pthread_create(&id, NULL, thread_with_its_own, &thread) != 0)
		return 125;
	pthread_barrier_wait(&thread.applied);
	if (thread.before != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 124;
	return seccomp_apply(&threads_program, &err) < 0 && strstr(err.text, "has one already")
		       ? 0
		       : 1;
}

static void
a_thread_with_a_filter_of_its_own_is_an_error(void **state)
{
	(void)state;
	threads_program = lists_compile("base");
	assert_int_equal(in_child(apply_beside_another_filter, NULL), 0);
	seccomp_program_free(&threads_program);
}

static int
apply_alone(void)
{
	struct jail_error err;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return seccomp_apply(&threads_program, &err) < 0 ? err.errnum : 0;
}

static void
a_program_the_kernel_refuses_is_an_error(void **state)
{
	static struct sock_filter endless = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);

	(void)state;
	threads_program = (struct seccomp_program){ .len = 1, .filter = &endless };
	assert_int_equal(in_child(apply_alone, NULL), EINVAL);
}

int
main(void)
{
	const struct CMUnitTest seccomp_apply_tests[] = {
		cmocka_unit_test(refusals_hold_in_a_real_process),
		cmocka_unit_test(no_thread_stays_outside_the_filter),
		cmocka_unit_test(a_thread_with_a_filter_of_its_own_is_an_error),
		cmocka_unit_test(a_program_the_kernel_refuses_is_an_error),
	};

	return cmocka_run_group_tests(seccomp_apply_tests, lists_setup, lists_teardown);
}
