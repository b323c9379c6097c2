/* Manifests are read whole or not at all, and every complaint names its line. */
#include "rootfs_fixture.h"

#include "manifest.h"

static struct manifest manifest;
static struct jail_error err;

static int
read_text(const char *text)
{
	put_text("a.list", text);
	return manifest_read(&manifest, in_scratch("a.list"), in_scratch("shipped"), &err);
}

static void
a_row_for_each_word(void **state)
{
	(void)state;
	assert_int_equal(
		read_text(
			"# why\n\nfrom git\nprogram git\tls # tools\n"
			"optional file /etc/profile\nlink /usr/bin/sh /usr/bin/ash busybox\n"),
		0);
	assert_int_equal(manifest.count, 5);
	assert_string_equal(manifest.row[1].word, "ls");
	assert_string_equal(manifest.row[1].package, "git");
	assert_int_equal(manifest.row[1].origin.line, 4);
	assert_false(manifest.row[1].optional);
	assert_true(manifest.row[2].optional);
	assert_string_equal(manifest.row[4].word, "/usr/bin/ash");
	assert_string_equal(manifest.row[4].target, "busybox");
	manifest_free(&manifest);
}

static void
includes_stand_beside_the_file_and_count_once(void **state)
{
	(void)state;
	put_text("b.list", "include a\nprogram b\n");
	assert_int_equal(read_text("include b b\nprogram a\n"), 0);
	assert_int_equal(manifest.count, 2);
	assert_string_equal(manifest.row[0].word, "b");
	assert_string_equal(manifest.row[0].origin.file, in_scratch("b.list"));
	manifest_free(&manifest);
}

static void
an_administrators_manifest_builds_on_the_shipped_ones(void **state)
{
	(void)state;
	put_text("shipped/base.list", "program sh\n");
	assert_int_equal(read_text("include base\n"), 0);
	assert_int_equal(manifest.count, 1);
	assert_int_equal(manifest.absent.count, 1);
	manifest_free(&manifest);
	assert_int_equal(read_text("\ninclude nowhere\n"), -1);
	assert_non_null(strstr(err.text, "a.list:2: include nowhere: No such file"));
	manifest_free(&manifest);
}

static void
what_is_not_understood_is_refused_with_its_line(void **state)
{
	static const char *const bad[] = {
		"program ok\nprogramm x\n",
		"\nfile etc/profile\n",
		"\nfile /etc/../root\n",
		"\nfile /etc/..\n",
		"\nfile /etc//x\n",
		"\nfile /etc/\n",
		"\nprogram /bin/sh\n",
		"\nprogram ../sh\n",
		"\noptional\n",
		"\noptional include b\n",
		"\ninclude ../b\n",
		"\nfrom\n",
		"\nlink /a\n",
		"\nprogram a\x1b[2J\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_text(bad[i]), -1);
		if (!strstr(err.text, "a.list:2: "))
			fail_msg("%zu: %s", i, err.text);
		manifest_free(&manifest);
	}
}

static void
a_manifest_that_others_can_write_is_refused(void **state)
{
	(void)state;
	put("a.list", "program a\n", 10, 0664);
	assert_int_equal(manifest_read(&manifest, in_scratch("a.list"), in_scratch("shipped"),
				 &err),
		-1);
	assert_non_null(strstr(err.text, "nobody else's to write"));
	manifest_free(&manifest);
}

static void
only_text_files_of_sane_size_are_read(void **state)
{
	static char large[(1 << 20) + 1];

	(void)state;
	put("a.list", "program a\0b\n", 12, 0644);
	assert_int_equal(manifest_read(&manifest, in_scratch("a.list"), in_scratch("shipped"),
				 &err),
		-1);
	manifest_free(&manifest);
	put("a.list", large, sizeof(large), 0644);
	assert_int_equal(manifest_read(&manifest, in_scratch("a.list"), in_scratch("shipped"),
				 &err),
		-1);
	manifest_free(&manifest);
	assert_int_equal(mkfifo(in_scratch("fifo.list"), 0644), 0);
	assert_int_equal(manifest_read(&manifest, in_scratch("fifo.list"),
				 in_scratch("shipped"), &err),
		-1);
	manifest_free(&manifest);
	assert_int_equal(manifest_read(&manifest, in_scratch("root"), in_scratch("shipped"),
				 &err),
		-1);
	manifest_free(&manifest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_world(a_row_for_each_word),
		in_world(includes_stand_beside_the_file_and_count_once),
		in_world(an_administrators_manifest_builds_on_the_shipped_ones),
		in_world(what_is_not_understood_is_refused_with_its_line),
		in_world(a_manifest_that_others_can_write_is_refused),
		in_world(only_text_files_of_sane_size_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
