/* wire_test.c - a supervisor outlives a confused peer. */
#include "wire.h"

#include "fd.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

struct ends {
	int a, b;
	struct wire_message *m;
};

static int
set_up(void **state)
{
	static struct ends ends;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	ends = (struct ends){ .a = pair[0], .b = pair[1], .m = wire_new(WIRE_ADMIT) };
	assert_non_null(ends.m);
	*state = &ends;
	return 0;
}

static int
tear_down(void **state)
{
	struct ends *ends = *state;

	close(ends->a);
	close(ends->b);
	wire_free(&ends->m);
	return 0;
}

static struct jail_login
alice(void)
{
	struct jail_login login = { .user = "alice",
		.uid = 2001,
		.gid = 2001,
		.home = "/home/alice",
		.shell = "/bin/bash",
		.service = "sshd",
		.rhost = "192.0.2.1",
		.group_count = 2,
		.groups = { { 2001, "alice" }, { 2000, "customers" } } };

	return login;
}

static void
a_login_arrives_as_it_was_sent(void **state)
{
	struct ends *ends = *state;
	struct jail_login sent = alice(), got = { .uid = 0 };
	struct jail_error err = { .errnum = 0 };

	wire_put_login(ends->m, &sent);
	assert_int_equal(wire_send(ends->a, ends->m, 1000, &err), 0);
	assert_int_equal(wire_receive(ends->b, ends->m, 1000, &err), 0);
	assert_int_equal(ends->m->type, WIRE_ADMIT);
	assert_int_equal(wire_login(ends->m, &got, &err), 0);
	assert_memory_equal(&sent, &got, sizeof(sent));
}

static void
a_descriptor_travels_and_is_close_on_exec(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;
	int null = open("/dev/null", O_RDONLY);

	wire_put_fd(ends->m, null);
	assert_int_equal(wire_send(ends->a, ends->m, 1000, &err), 0);
	assert_int_equal(wire_receive(ends->b, ends->m, 1000, &err), 0);
	assert_int_equal(ends->m->fd_count, 1);
	assert_true(fcntl(ends->m->fds[0], F_GETFD) & FD_CLOEXEC);
	wire_clear(ends->m);
	close(null);
}

/* The supervisor sends init's pidfd, and keeps it: nobody else would see its jail
 * end. */
static void
a_message_that_was_not_sent_closes_no_descriptor_of_its_sender(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;
	int null = open("/dev/null", O_RDONLY);

	wire_put_fd(ends->m, null);
	shutdown(ends->b, SHUT_RDWR);
	assert_int_equal(wire_send(ends->a, ends->m, 1000, &err), -1);
	assert_int_equal(err.errnum, EPIPE);
	wire_clear(ends->m);
	assert_int_equal(close(null), 0);
}

static void
descriptors_of_an_empty_message_are_closed(void **state)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr message = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *part = CMSG_FIRSTHDR(&message);
	struct ends *ends = *state;
	struct jail_error err;
	int next = dup(ends->a);

	*part = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(sizeof(int)) };
	memcpy(CMSG_DATA(part), &ends->a, sizeof(ends->a));
	close(next);
	assert_int_equal(sendmsg(ends->a, &message, 0), 0);
	assert_int_equal(wire_receive(ends->b, ends->m, 1000, &err), -1);
	assert_int_equal(err.errnum, EPIPE);
	assert_int_equal(fcntl(next, F_GETFD), -1);
}

static void
unknown_fields_are_ignored(void **state)
{
	struct ends *ends = *state;
	struct jail_login sent = alice(), got;
	struct jail_error err = { .errnum = 0 };

	wire_put(ends->m, 9999, "later", 5);
	wire_put_login(ends->m, &sent);
	assert_int_equal(wire_login(ends->m, &got, &err), 0);
	assert_string_equal(got.user, "alice");
}

static void
a_missing_field_is_named(void **state)
{
	struct ends *ends = *state;
	struct jail_login got;
	struct jail_error err;

	wire_put_text(ends->m, TAG_USER, "alice");
	assert_int_equal(wire_login(ends->m, &got, &err), -1);
	assert_string_equal(err.text, "login: home missing or too long");
}

static void
a_length_beyond_the_message_ends_the_walk(void **state)
{
	struct ends *ends = *state;
	struct wire_field field;
	uint32_t lie = 0xfffffff0;

	wire_put_text(ends->m, TAG_USER, "alice");
	memcpy(ends->m->data + 8 + 4, &lie, sizeof(lie));
	assert_false(wire_find(ends->m, TAG_USER, &field));
}

static void
a_message_of_another_version_is_refused(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;
	uint32_t packet[2] = { 0x4c49414a, 77 };

	assert_int_equal(send(ends->a, packet, sizeof(packet), 0), (int)sizeof(packet));
	assert_int_equal(wire_receive(ends->b, ends->m, 1000, &err), -1);
	assert_int_equal(err.errnum, EPROTO);
}

static void
garbage_is_refused(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;

	assert_int_equal(send(ends->a, "hello", 5, 0), 5);
	assert_int_equal(wire_receive(ends->b, ends->m, 1000, &err), -1);
	assert_int_equal(err.errnum, EPROTO);
}

static void
a_silent_peer_is_a_time_out(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;

	assert_int_equal(wire_receive(ends->b, ends->m, 1, &err), -1);
	assert_int_equal(err.errnum, ETIMEDOUT);
}

static void
a_peer_that_is_gone_is_not_a_time_out(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;

	shutdown(ends->a, SHUT_RDWR);
	assert_int_equal(wire_receive(ends->b, ends->m, 1000, &err), -1);
	assert_int_equal(err.errnum, EPIPE);
}

static void
a_message_that_overflowed_is_not_sent(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;
	static char much[WIRE_SIZE_MAX];

	wire_put(ends->m, TAG_TEXT, much, sizeof(much));
	wire_put_text(ends->m, TAG_USER, "alice");
	assert_int_equal(wire_send(ends->a, ends->m, 1000, &err), -1);
	assert_int_equal(err.errnum, EMSGSIZE);
}

static void
a_saved_message_loads_back(void **state)
{
	struct ends *ends = *state;
	struct jail_error err;
	FILE *file = tmpfile();
	uint64_t number;

	wire_put_number(ends->m, TAG_INIT, 4711);
	assert_int_equal(wire_save(fileno(file), ends->m, &err), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	wire_clear(ends->m);
	assert_int_equal(wire_load(fileno(file), ends->m, &err), 0);
	assert_true(wire_number(ends->m, TAG_INIT, &number));
	assert_int_equal(number, 4711);
	fclose(file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_arrives_as_it_was_sent),
		TEST(a_descriptor_travels_and_is_close_on_exec),
		TEST(a_message_that_was_not_sent_closes_no_descriptor_of_its_sender),
		TEST(descriptors_of_an_empty_message_are_closed),
		TEST(unknown_fields_are_ignored),
		TEST(a_missing_field_is_named),
		TEST(a_length_beyond_the_message_ends_the_walk),
		TEST(a_message_of_another_version_is_refused),
		TEST(garbage_is_refused),
		TEST(a_silent_peer_is_a_time_out),
		TEST(a_peer_that_is_gone_is_not_a_time_out),
		TEST(a_message_that_overflowed_is_not_sent),
		TEST(a_saved_message_loads_back),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
