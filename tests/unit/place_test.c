/* Where something of the host's may stand in a jail, and how the place is made. */
#include "scratch_conf.h"

#include "fd.h"
#include "place.h"

#include <errno.h>

static int layer = -1, image = -1;

static int
set_up(void **state)
{
	if (scratch_setup(state) != 0 || mkdir("layer", 0755) < 0 || mkdir("image", 0755) < 0)
		return -1;
	layer = open("layer", O_PATH | O_DIRECTORY | O_CLOEXEC);
	image = open("image", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return layer < 0 || image < 0;
}

static int
tear_down(void **state)
{
	fd_close(&layer);
	fd_close(&image);
	return scratch_teardown(state);
}

static bool
is(const char *path, mode_t type)
{
	struct stat st;

	return lstat(path, &st) == 0 && (st.st_mode & S_IFMT) == type;
}

static void
a_place_is_made_with_all_that_leads_to_it(void **state)
{
	(void)state;
	assert_int_equal(place_make(layer, image, "/data/home/alice", PLACE_DIRECTORY, &err),
		0);
	assert_true(is("layer/data/home/alice", S_IFDIR));
	assert_int_equal(place_make(layer, image, "/data/home/bob", PLACE_DIRECTORY, &err), 0);
	assert_int_equal(place_make(layer, image, "/data/home/bob", PLACE_DIRECTORY, &err), 0);
	assert_int_equal(place_make(layer, -1, "/mysql/socket", PLACE_FILE, &err), 0);
	assert_true(is("layer/mysql/socket", S_IFREG));
}

/* The layer would hide it, or it would lead elsewhere. */
static void
what_the_image_has_there_must_be_a_directory(void **state)
{
	(void)state;
	assert_int_equal(mkdir("image/srv", 0755), 0);
	write_text("image/file", "");
	assert_int_equal(symlink("srv", "image/link"), 0);
	assert_int_equal(place_make(layer, image, "/srv/www", PLACE_DIRECTORY, &err), 0);
	assert_int_equal(place_make(layer, image, "/file/www", PLACE_DIRECTORY, &err), -1);
	assert_string_equal(err.text,
		"/file is no directory in the image: Operation not permitted");
	assert_int_equal(place_make(layer, image, "/link/www", PLACE_DIRECTORY, &err), -1);
	assert_non_null(strstr(err.text, "/link is no directory in the image"));
	assert_int_equal(place_make(layer, image, "/link", PLACE_DIRECTORY, &err), -1);
	assert_false(is("layer/file", S_IFDIR));
}

static void
places_of_the_system_are_refused(void **state)
{
	(void)state;
	assert_int_equal(place_make(layer, image, "/etc/alice", PLACE_DIRECTORY, &err), -1);
	assert_false(is("layer/etc", S_IFDIR));
}

static void
what_cannot_be_made_is_an_error(void **state)
{
	char path[5000] = "/";

	(void)state;
	write_text("layer/file", "");
	assert_int_equal(place_make(layer, -1, "/file/x/y", PLACE_DIRECTORY, &err), -1);
	assert_int_equal(err.errnum, ENOTDIR);
	assert_int_equal(place_make(layer, -1, "/file/x", PLACE_FILE, &err), -1);
	assert_int_equal(err.errnum, ENOTDIR);
	memset(path + 1, 'x', sizeof(path) - 2);
	assert_int_equal(place_make(layer, -1, path, PLACE_FILE, &err), -1);
	assert_int_equal(err.errnum, ENAMETOOLONG);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_place_is_made_with_all_that_leads_to_it),
		TEST(what_the_image_has_there_must_be_a_directory),
		TEST(places_of_the_system_are_refused),
		TEST(what_cannot_be_made_is_an_error),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
