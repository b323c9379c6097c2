/* Bytes go on in order and whole; an end on one side is known on the other. */
#include "pump.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int in[2], out[2];
static struct pump pump;

static int
prepare(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (pipe2(in, O_NONBLOCK) < 0 || pipe2(out, O_NONBLOCK) < 0)
		return -1;
	pump = (struct pump){ .state = PUMP_RUNS, .from = in[0], .to = out[1] };
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
	}
	return 0;
}

static void
turn(void)
{
	struct pollfd polls[PUMP_POLLS];

	pump_poll(&pump, polls);
	poll(polls, PUMP_POLLS, 0);
	pump_turn(&pump, polls);
}

static void
bytes_go_on_whole(void **state)
{
	char got[8] = "";

	(void)state;
	assert_int_equal(write(in[1], "hello", 5), 5);
	turn();
	turn();
	assert_int_equal(read(out[0], got, sizeof(got)), 5);
	assert_string_equal(got, "hello");
	turn();
	assert_int_equal(pump.state, PUMP_RUNS);
}

static void
an_end_is_an_end_after_the_last_byte(void **state)
{
	char got[8] = "";

	(void)state;
	assert_int_equal(write(in[1], "x", 1), 1);
	close(in[1]);
	for (int i = 0; i < 3; i++)
		turn();
	assert_int_equal(pump.state, PUMP_DRY);
	assert_int_equal(read(out[0], got, sizeof(got)), 1);
	turn(); /* and stays one */
	assert_int_equal(pump.state, PUMP_DRY);
}

static void
a_reader_that_left_is_noticed(void **state)
{
	(void)state;
	close(out[0]);
	turn();
	assert_int_equal(pump.state, PUMP_BROKEN);
}

/* Readiness may be gone when it comes to reading, or writing. */
static void
nothing_to_read_or_no_room_to_write_is_no_end(void **state)
{
	struct pollfd polls[PUMP_POLLS] = { { .revents = POLLIN }, { .revents = 0 } };
	static const char block[4096];

	(void)state;
	pump_turn(&pump, polls);
	assert_int_equal(pump.state, PUMP_RUNS);
	while (write(out[1], block, sizeof(block)) > 0)
		;
	assert_int_equal(write(in[1], "x", 1), 1);
	turn();
	polls[0].revents = 0;
	polls[1].revents = POLLOUT;
	pump_turn(&pump, polls);
	assert_int_equal(pump.state, PUMP_RUNS);
}

static void
what_was_written_before_the_end_is_drained(void **state)
{
	char got[16] = "";

	(void)state;
	assert_int_equal(write(in[1], "first", 5), 5);
	turn();
	assert_int_equal(write(in[1], " last", 5), 5);
	pump_drain(&pump);
	assert_int_equal(read(out[0], got, sizeof(got)), 10);
	assert_string_equal(got, "first last");
	close(out[0]);
	assert_int_equal(write(in[1], "x", 1), 1);
	pump_drain(&pump);
	assert_int_equal(pump.state, PUMP_BROKEN);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, prepare, finish)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_go_on_whole),
		TEST(an_end_is_an_end_after_the_last_byte),
		TEST(a_reader_that_left_is_noticed),
		TEST(nothing_to_read_or_no_room_to_write_is_no_end),
		TEST(what_was_written_before_the_end_is_drained),
	};

	return cmocka_run_group_tests_name("jailctl_pump", tests, NULL, NULL);
}
