/* Paths from passwd and jail.conf are walked whole or not at all. */
#include "scratch_conf.h"

#include "fd.h"
#include "walk.h"

#include <limits.h>

enum { SOMEBODY = 2001 };

static void
a_directory_is_found(void **state)
{
	autoclose int fd = walk_open("/usr/../usr", &err);
	autoclose int plain = walk_open("//usr/", &err);

	(void)state;
	assert_true(fd < 0); /* ".." never */
	assert_true(plain >= 0);
}

static void
a_name_too_long_is_not_its_parent(void **state)
{
	char path[NAME_MAX + 64] = "/usr/";

	(void)state;
	memset(path + strlen(path), 'x', NAME_MAX + 1);
	assert_int_equal(walk_open(path, &err), -1);
	assert_int_equal(err.errnum, ENAMETOOLONG);
}

static void
a_path_too_long_is_refused_whole(void **state)
{
	char path[PATH_MAX + 16];

	(void)state;
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(walk_open(path, &err), -1);
	assert_int_equal(err.errnum, ENAMETOOLONG);
}

/* In a tree of the test's own; what it finds: a name in there, or why not. */
static const char *
walked(const char *path)
{
	char whole[PATH_MAX], proc[64];
	static char found[PATH_MAX];
	autoclose int fd = -1;
	ssize_t length;

	snprintf(whole, sizeof(whole), "%s/%s", scratch, path);
	fd = walk_open(whole, &err);
	if (fd < 0)
		return strerror(err.errnum);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	length = readlink(proc, found, sizeof(found) - 1);
	assert_true(length > (ssize_t)strlen(scratch));
	found[length] = '\0';
	return found + strlen(scratch) + 1;
}

static void
what_is_no_directory_is_opened_as_itself_and_leads_nowhere(void **state)
{
	(void)state;
	write_text("file", "");
	assert_string_equal(walked("file"), "file");
	assert_string_equal(walked("file/x"), strerror(ENOTDIR));
	assert_string_equal(walked("missing/x"), strerror(ENOENT));
}

/* Links that only root can have made, which only root can make. */
static bool
roots_links(void)
{
	char absolute[64];

	snprintf(absolute, sizeof(absolute), "%s/data", scratch);
	assert_int_equal(mkdir("data", 0755), 0);
	assert_int_equal(mkdir("data/alice", 0755), 0);
	assert_int_equal(symlink(absolute, "home"), 0);
	assert_int_equal(symlink("data", "relative"), 0);
	return geteuid() == 0;
}

static void
a_link_of_roots_is_followed(void **state)
{
	(void)state;
	if (!roots_links())
		skip();
	assert_string_equal(walked("home/alice"), "data/alice");
	assert_string_equal(walked("relative//alice/"), "data/alice");
}

static void
a_link_that_others_could_have_made_is_not(void **state)
{
	(void)state;
	if (!roots_links())
		skip();
	assert_int_equal(symlink("alice", "data/link"), 0);
	assert_string_equal(walked("data/link"), "data/alice");
	assert_int_equal(chmod("data", 0757), 0);
	assert_string_equal(walked("data/link"), strerror(EPERM));
	assert_int_equal(chmod("data", 0775), 0);
	assert_string_equal(walked("data/link"), strerror(EPERM));
	assert_int_equal(chmod("data", 0755), 0);
	assert_int_equal(chown("data", SOMEBODY, 0), 0);
	assert_string_equal(walked("data/link"), strerror(EPERM));
	assert_non_null(
		strstr(err.text, "link is a symlink that others than root could have made"));
	assert_int_equal(lchown("relative", SOMEBODY, 0), 0);
	assert_string_equal(walked("relative/alice"), strerror(EPERM));
}

/* Not even root's: where it leads depends on what was followed before. */
static void
a_link_does_not_lead_upwards(void **state)
{
	(void)state;
	if (!roots_links())
		skip();
	assert_int_equal(symlink("data/../data", "up"), 0);
	assert_string_equal(walked("up/alice"), strerror(EPERM));
	assert_non_null(strstr(err.text, "\"..\" on the way"));
}

static void
links_without_end_are_given_up(void **state)
{
	char target[PATH_MAX - 64], rest[128];

	(void)state;
	if (!roots_links())
		skip();
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_string_equal(walked("loop"), strerror(ELOOP));
	memset(target, '/', sizeof(target)); /* as many as one link takes */
	target[sizeof(target) - 1] = '\0';
	assert_int_equal(symlink(target, "long"), 0);
	snprintf(rest, sizeof(rest), "long/%064d", 0);
	assert_string_equal(walked(rest), strerror(ENAMETOOLONG));
}

#define IN_SCRATCH(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_is_found),
		cmocka_unit_test(a_name_too_long_is_not_its_parent),
		cmocka_unit_test(a_path_too_long_is_refused_whole),
		IN_SCRATCH(what_is_no_directory_is_opened_as_itself_and_leads_nowhere),
		IN_SCRATCH(a_link_of_roots_is_followed),
		IN_SCRATCH(a_link_that_others_could_have_made_is_not),
		IN_SCRATCH(a_link_does_not_lead_upwards),
		IN_SCRATCH(links_without_end_are_given_up),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
