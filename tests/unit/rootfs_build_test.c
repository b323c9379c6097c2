/* From a host to an image: what arrives, what does not, and what is shared. */
#include "rootfs_fixture.h"

#include "commands.h"

#include <dirent.h>
#include <sys/file.h>

static struct jail_error err;
static struct options options;

static int
build(const char *manifest)
{
	static char paths[3][256];
	int saved = dup(STDOUT_FILENO);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int result;

	put_text("a.list", manifest);
	for (int i = 0; i < 3; i++)
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", scratch,
			(const char *[]){ "a.list", "root", "images" }[i]);
	options.name = "a";
	options.manifest = paths[0];
	options.root = paths[1];
	options.images = paths[2];
	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	result = command_build(&options, &err);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(null);
	options.force = false;
	return result;
}

static const char *
current(void)
{
	static char target[64];
	ssize_t length = readlink(in_scratch("images/a/current"), target, sizeof(target) - 1);

	assert_true(length > 0);
	target[length] = '\0';
	return target;
}

static struct stat
look(const char *name)
{
	struct stat st;

	if (lstat(in_scratch(name), &st) != 0)
		fail_msg("%s is missing", name);
	return st;
}

static void
modes_and_times_are_made_not_copied(void **state)
{
	const struct timespec past[] = { { 1000000000, 5 }, { 1000000000, 5 } };
	struct stat st;

	(void)state;
	put("root/usr/bin/su", "x", 1, 06777);
	put("root/usr/share/data", "x", 1, 0666);
	assert_int_equal(chmod(in_scratch("root/usr/share"), 01777), 0);
	assert_int_equal(utimensat(AT_FDCWD, in_scratch("root/usr/bin/su"), past, 0), 0);
	assert_int_equal(build("program su\ntree /usr/share\n"), 0);
	st = look("images/a/00000001/usr/bin/su");
	assert_int_equal(st.st_mode, S_IFREG | 0755);
	assert_int_equal(st.st_mtim.tv_sec, 1000000000);
	assert_int_equal(st.st_mtim.tv_nsec, 5);
	assert_int_equal(look("images/a/current/usr/share/data").st_mode, S_IFREG | 0644);
	assert_int_equal(look("images/a/current/usr/share").st_mode, S_IFDIR | 0755);
	assert_int_equal(look("images/a/00000001").st_mode, S_IFDIR | 0755);
}

static void
no_inode_is_shared_with_the_host_and_all_are_shared_between_generations(void **state)
{
	struct stat host;
	struct stat first;

	(void)state;
	put_text("root/usr/bin/x", "#!/bin/none\n");
	assert_int_equal(build("program x\n"), 0);
	options.force = true;
	assert_int_equal(build("program x\n"), 0);
	assert_string_equal(current(), "00000002");
	host = look("root/usr/bin/x");
	first = look("images/a/00000001/usr/bin/x");
	assert_int_not_equal(host.st_ino, first.st_ino);
	assert_int_equal(host.st_nlink, 1);
	assert_int_equal(first.st_ino, look("images/a/00000002/usr/bin/x").st_ino);
}

static void
a_reinstalled_file_is_not_stored_twice(void **state)
{
	const struct timespec then[] = { { 1000000000, 0 }, { 1000000000, 0 } };

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_text("root/usr/new", "same");
		assert_int_equal(utimensat(AT_FDCWD, in_scratch("root/usr/new"), then, 0), 0);
		assert_int_equal(rename(in_scratch("root/usr/new"), in_scratch("root/usr/x")),
			0);
		assert_int_equal(build("file /usr/x\n"), 0);
	}
	assert_string_equal(current(), "00000002");
	assert_int_equal(look("images/a/00000001/usr/x").st_ino,
		look("images/a/00000002/usr/x").st_ino);
}

static void
the_same_size_and_time_is_not_the_same_file(void **state)
{
	const struct timespec then[] = { { 1000000000, 0 }, { 1000000000, 0 } };
	char bytes[5] = "";
	int fd;

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_text("root/usr/x", i == 0 ? "good" : "evil");
		assert_int_equal(utimensat(AT_FDCWD, in_scratch("root/usr/x"), then, 0), 0);
		assert_int_equal(build("file /usr/x\n"), 0);
	}
	fd = open(in_scratch("images/a/00000002/usr/x"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, bytes, 4), 4);
	close(fd);
	assert_string_equal(bytes, "evil");
}

static void
nothing_is_built_when_nothing_has_changed(void **state)
{
	const char *const manifest = "file /etc/x\noptional file /etc/later\ntree /etc/d\n";

	(void)state;
	put_text("root/etc/x", "1");
	put_text("root/etc/d/y", "1");
	assert_int_equal(build(manifest), 0);
	assert_int_equal(build(manifest), 0);
	assert_string_equal(current(), "00000001");

	put_text("root/etc/x", "2");
	assert_int_equal(build(manifest), 0);
	assert_string_equal(current(), "00000002");

	put_text("root/etc/later", "was missing");
	assert_int_equal(build(manifest), 0);
	assert_string_equal(current(), "00000003");

	put_text("root/etc/d/z", "new in a tree");
	assert_int_equal(build(manifest), 0);
	assert_string_equal(current(), "00000004");

	put_text("root/etc/unrelated", "not asked for");
	assert_int_equal(build(manifest), 0);
	assert_string_equal(current(), "00000004");
}

static void
another_manifest_is_a_change_but_a_comment_makes_no_generation(void **state)
{
	(void)state;
	put_text("root/etc/x", "1");
	put_text("root/etc/y", "1");
	assert_int_equal(build("file /etc/x\n"), 0);
	assert_int_equal(build("file /etc/x # for y\n"), 0);
	assert_string_equal(current(), "00000001");
	assert_int_equal(build("file /etc/x /etc/y\n"), 0);
	assert_string_equal(current(), "00000002");
}

static void
a_failed_build_leaves_the_old_generation_and_nothing_else(void **state)
{
	(void)state;
	put_text("root/etc/x", "1");
	assert_int_equal(build("file /etc/x\n"), 0);
	assert_int_equal(build("file /etc/x /etc/missing\n"), -1);
	assert_non_null(strstr(err.text, "a.list:1: file /etc/missing is not on this host"));
	assert_string_equal(current(), "00000001");
	assert_int_equal(access(in_scratch("images/a/.building"), F_OK), -1);
}

static void
everything_to_install_is_named_at_once(void **state)
{
	(void)state;
	assert_int_equal(build("from git\nprogram git git-shell\nfrom tmux\nprogram tmux\n"
			       "optional program nano\npackage less\n"),
		-1);
	assert_non_null(strstr(err.text, "a.list:2: program git is not on this host"));
	assert_non_null(strstr(err.text, "apt-get install git tmux less"));
}

static void
packages_are_read_from_the_lists_of_dpkg(void **state)
{
	(void)state;
	put_link("root/bin", "usr/bin");
	put_text("root/usr/bin/p", "x");
	put_text("root/usr/share/doc/p/README", "x");
	put_text("root/var/lib/dpkg/info/p:amd64.list",
		"/.\n/bin\n/bin/p\n/usr/share/doc/p/README\n/usr/share/gone\n");
	put_text("root/var/lib/dpkg/info/removed.list", "/etc/left\n");
	put_text("root/etc/left", "x");
	assert_int_equal(build("package p\nexclude /usr/share/doc/*\n"), 0);
	assert_int_equal(look("images/a/current/bin").st_mode & S_IFMT, S_IFLNK);
	look("images/a/current/usr/bin/p");
	assert_int_equal(access(in_scratch("images/a/current/usr/share"), F_OK), -1);
	assert_int_equal(build("package removed\n"), -1);
	assert_non_null(strstr(err.text, "apt-get install removed"));
}

static void
scripts_bring_their_interpreters(void **state)
{
	(void)state;
	put("root/usr/bin/s", "#! /usr/bin/env -S perl -w\n", 27, 0755);
	put("root/usr/bin/env", "x", 1, 0755);
	put("root/usr/bin/perl", "#!/opt/lib/loader\n", 18, 0755);
	put("root/opt/lib/loader", "x", 1, 0755);
	assert_int_equal(build("program s\n"), 0);
	look("images/a/current/usr/bin/perl");
	look("images/a/current/opt/lib/loader");
}

static void
a_malformed_elf_file_is_an_error_with_its_line(void **state)
{
	char bytes[128] = "\177ELF\2\1\1";

	(void)state;
	bytes[16] = 3;
	bytes[18] = 62;
	bytes[20] = 1;
	bytes[32] = 64; /* e_phoff */
	bytes[54] = 56;
	bytes[56] = 100; /* more headers than there are bytes */
	put("root/usr/bin/hostile", bytes, sizeof(bytes), 0755);
	assert_int_equal(build("\nprogram hostile\n"), -1);
	assert_non_null(strstr(err.text, "a.list:2: /usr/bin/hostile: malformed ELF"));
}

static void
links_in_a_tree_bring_what_they_lead_to(void **state)
{
	(void)state;
	put_text("root/usr/share/certs/a.crt", "x");
	put_text("root/usr/share/far/deep/b", "x");
	put_link("root/etc/ssl/a.pem", "/usr/share/certs/a.crt");
	put_link("root/etc/ssl/far", "../../usr/share/far");
	put_link("root/etc/ssl/dangling", "nowhere");
	put_link("root/etc/ssl/circle", "../ssl");
	assert_int_equal(build("tree /etc/ssl\n"), 0);
	look("images/a/current/usr/share/certs/a.crt");
	look("images/a/current/usr/share/far/deep/b");
	look("images/a/current/etc/ssl/dangling");
	look("images/a/current/etc/ssl/circle");
}

static void
directories_and_links_are_made_and_never_over_each_other(void **state)
{
	(void)state;
	put_text("root/etc/host-has-a-file", "x");
	put_link("root/home", "/data/home");
	assert_int_equal(build("dir /home /proc /a/b\nlink /bin/sh /bin/ash busybox\n"), 0);
	assert_int_equal(look("images/a/current/home").st_mode, S_IFDIR | 0755);
	assert_int_equal(look("images/a/current/a/b").st_mode, S_IFDIR | 0755);
	assert_int_equal(look("images/a/current/bin/ash").st_mode & S_IFMT, S_IFLNK);
	assert_int_equal(build("dir /x\nlink /x y\n"), -1);
	assert_non_null(strstr(err.text, "a.list:2: /x: File exists"));
	assert_int_equal(build("link /x y\ndir /x/z\n"), -1);
	assert_int_equal(build("link /x y\nlink /x z\n"), -1);
}

static void
chains_of_linked_directories_are_refused_before_the_stack_ends(void **state)
{
	char name[64];
	char target[64];

	(void)state;
	for (int i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "root/d%d/next", i);
		snprintf(target, sizeof(target), "../d%d", i + 1);
		put_link(name, target);
	}
	put_text("root/d400/x", "x");
	assert_int_equal(build("tree /d0\n"), -1);
	assert_non_null(strstr(err.text, "too deep"));
}

static void
gc_keeps_current_and_what_is_locked(void **state)
{
	int fd;

	(void)state;
	put_text("root/x", "1");
	for (int i = 0; i < 3; i++) {
		options.force = true;
		assert_int_equal(build("file /x\n"), 0);
	}
	fd = open(in_scratch("images/a/00000001"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_SH), 0);
	put_text("images/a/.building/left/behind", "x");
	assert_int_equal(command_gc(&options, &err), 0);
	look("images/a/00000001/x");
	look("images/a/00000003/x");
	assert_int_equal(access(in_scratch("images/a/00000002"), F_OK), -1);
	assert_int_equal(access(in_scratch("images/a/.building"), F_OK), -1);
	close(fd);
	assert_int_equal(command_gc(&options, &err), 0);
	assert_int_equal(access(in_scratch("images/a/00000001"), F_OK), -1);
	assert_int_equal(access(in_scratch("images/a/00000001.record"), F_OK), -1);
}

static void
gc_empties_the_pool_of_what_no_image_has(void **state)
{
	DIR *pool;
	struct dirent *entry;
	size_t count = 0;

	(void)state;
	put_text("root/x", "1");
	assert_int_equal(build("file /x\n"), 0);
	put_text("root/x", "22");
	assert_int_equal(build("file /x\n"), 0);
	assert_int_equal(command_gc(&options, &err), 0);
	pool = opendir(in_scratch("images/.pool"));
	while ((entry = readdir(pool)))
		count += entry->d_name[0] != '.';
	closedir(pool);
	assert_int_equal(count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_world(modes_and_times_are_made_not_copied),
		in_world(
			no_inode_is_shared_with_the_host_and_all_are_shared_between_generations),
		in_world(a_reinstalled_file_is_not_stored_twice),
		in_world(the_same_size_and_time_is_not_the_same_file),
		in_world(nothing_is_built_when_nothing_has_changed),
		in_world(another_manifest_is_a_change_but_a_comment_makes_no_generation),
		in_world(a_failed_build_leaves_the_old_generation_and_nothing_else),
		in_world(everything_to_install_is_named_at_once),
		in_world(packages_are_read_from_the_lists_of_dpkg),
		in_world(scripts_bring_their_interpreters),
		in_world(a_malformed_elf_file_is_an_error_with_its_line),
		in_world(links_in_a_tree_bring_what_they_lead_to),
		in_world(directories_and_links_are_made_and_never_over_each_other),
		in_world(chains_of_linked_directories_are_refused_before_the_stack_ends),
		in_world(gc_keeps_current_and_what_is_locked),
		in_world(gc_empties_the_pool_of_what_no_image_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
