/* The way through a host's files: links stay inside, strange things stay out. */
#include "rootfs_fixture.h"

#include "pattern.h"
#include "refuse.h"
#include "route.h"

static struct tree tree;
static struct jail_error err;
static const struct origin origin = { .file = "x.list", .line = 7 };

static void
open_root(void)
{
	assert_int_equal(tree_open(&tree, in_scratch("root"), &err), 0);
}

/* Where a path leads; NULL when nowhere; "!" when refused. */
static const char *
leads_to(const char *path)
{
	struct route route;

	if (route_find(&tree, path, &route, &err) != 0)
		return "!";
	return route.found ? route.found->path : NULL;
}

/* Wants a path; the error text when that is refused. */
static const char *
want(const char *path)
{
	struct route route;

	if (route_find(&tree, path, &route, &err) == 0 && route.found &&
		route_want(&tree, &route, &origin, &err) == 0)
		return NULL;
	return err.text;
}

static void
links_are_resolved_inside_the_root(void **state)
{
	(void)state;
	put_text("root/usr/bin/git", "x");
	put_link("root/bin", "usr/bin");
	put_link("root/usr/bin/absolute", "/bin/git");
	put_link("root/usr/bin/up", "../bin/./git");
	open_root();
	assert_string_equal(leads_to("/bin/git"), "/usr/bin/git");
	assert_string_equal(leads_to("/bin/absolute"), "/usr/bin/git");
	assert_string_equal(leads_to("/bin/up"), "/usr/bin/git");
	assert_null(leads_to("/bin/nothing"));
	assert_null(leads_to("/bin/git/below"));
	assert_null(want("/bin/absolute"));
	assert_int_equal(tree.wanted_count, 6); /* / bin usr usr/bin absolute git */
	tree_close(&tree);
}

static void
links_that_leave_the_tree_are_refused(void **state)
{
	(void)state;
	put_link("root/usr/out", "../../../etc/passwd");
	put_link("root/usr/dots", "../..");
	open_root();
	assert_string_equal(leads_to("/usr/out"), "!");
	assert_non_null(strstr(err.text, "leaves the tree"));
	assert_string_equal(leads_to("/usr/dots/x"), "!");
	assert_string_equal(leads_to("/.."), "!");
	tree_close(&tree);
}

static void
circles_of_links_end(void **state)
{
	(void)state;
	put_link("root/a", "b");
	put_link("root/b", "a");
	put_link("root/self", "self/x");
	open_root();
	assert_string_equal(leads_to("/a"), "!");
	assert_string_equal(leads_to("/self"), "!");
	tree_close(&tree);
}

static void
strange_files_are_refused(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(in_scratch("root/fifo"), 0644), 0);
	put("root/secret", "x", 1, 0640);
	assert_int_equal(mkdir(in_scratch("root/closed"), 0700), 0);
	put_text("root/closed/file", "x");
	put_text("root/large", "");
	assert_int_equal(truncate(in_scratch("root/large"), (off_t)5 << 30), 0);
	open_root();
	assert_non_null(strstr(want("/fifo"), "x.list:7: /fifo is a FIFO"));
	assert_non_null(strstr(want("/secret"), "holds no secrets"));
	assert_non_null(strstr(want("/closed/file"), "holds no secrets"));
	assert_non_null(strstr(want("/large"), "File too large"));
	tree_close(&tree);
}

static void
names_that_would_forge_lines_are_refused(void **state)
{
	struct names names = { .count = 0 };

	(void)state;
	put_text("root/etc/a\nb", "x");
	put_link("root/link", "x\ny");
	open_root();
	assert_int_equal(tree_list(&tree, tree_look(&tree, tree.root, "etc", &err), &names,
				 &err),
		-1);
	assert_non_null(strstr(err.text, "'a\\x0ab'"));
	assert_null(tree_look(&tree, tree.root, "link", &err));
	names_free(&names);
	tree_close(&tree);
}

static void
the_safety_list_knows_what_is_secret_and_what_the_jail_makes(void **state)
{
	static const char *const secret[] = { "/etc/shadow", "/etc/shadow-", "/etc/passwd",
		"/etc/gshadow", "/etc/ssh/ssh_host_ed25519_key", "/etc/sudoers.d/x",
		"/root/.ssh/id_rsa", "/etc/jail.conf.d/a.conf", "/var/log/auth.log" };
	static const char *const harmless[] = { "/etc/profile", "/etc/ssh/ssh_config",
		"/usr/bin/passwd", "/etc/ssl/certs/x.pem", "/root", "/usr/share/tabset/std" };

	(void)state;
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		assert_non_null(refuse_find(secret[i]));
		assert_int_equal(refuse_find(secret[i])->kind, SECRET);
	}
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		assert_null(refuse_find(harmless[i]));
	assert_int_equal(refuse_find("/proc/self/mounts")->kind, OF_JAIL);
}

static void
a_link_to_a_secret_is_refused_and_one_to_proc_is_kept(void **state)
{
	struct route route;

	(void)state;
	put_text("root/etc/shadow", "x");
	put_link("root/usr/innocent", "../etc/shadow");
	put_text("root/proc/mounts", "x");
	put_link("root/etc/mtab", "../proc/mounts");
	open_root();
	assert_non_null(strstr(want("/usr/innocent"), "never enters an image"));
	assert_int_equal(route_find(&tree, "/etc/mtab", &route, &err), 0);
	assert_null(route.found);
	assert_int_equal(route.link_count, 1);
	assert_int_equal(route_want(&tree, &route, &origin, &err), 0);
	tree_close(&tree);
}

static void
a_file_that_changes_while_it_is_read_is_noticed(void **state)
{
	struct node *node;
	int fd;

	(void)state;
	put_text("root/file", "old");
	open_root();
	node = tree_look(&tree, tree.root, "file", &err);
	fd = tree_read(&tree, node, &err);
	assert_true(fd >= 0);
	close(fd);
	put_text("root/file", "newer");
	assert_int_equal(tree_read(&tree, node, &err), -1);
	unlink(in_scratch("root/file"));
	assert_int_equal(symlink("/etc/passwd", in_scratch("root/file")), 0);
	assert_int_equal(tree_read(&tree, node, &err), -1);
	assert_int_equal(err.errnum, ELOOP);
	tree_close(&tree);
}

static void
deep_trees_are_refused(void **state)
{
	char path[600] = "";

	(void)state;
	open_root();
	for (int i = 0; i < 70; i++)
		strcat(path, "/d");
	assert_int_equal(mkdir(in_scratch("root/d"), 0755), 0);
	for (size_t length = 4; length <= 140; length += 2) {
		char part[700];

		snprintf(part, sizeof(part), "root%.*s", (int)length, path);
		assert_int_equal(mkdir(in_scratch(part), 0755), 0);
	}
	assert_string_equal(leads_to(path), "!");
	assert_non_null(strstr(err.text, "too deep"));
	tree_close(&tree);
}

static void
patterns_match_within_a_component(void **state)
{
	struct names paths = { .count = 0 };

	(void)state;
	put_text("root/usr/lib/x86_64-linux-gnu/perl/5.36/a", "");
	put_text("root/usr/lib/.hidden/perl/5.36/a", "");
	put_text("root/usr/lib/file", "");
	open_root();
	assert_int_equal(pattern_expand(&tree, "/usr/lib/*/perl/5*", &paths, &err), 0);
	assert_int_equal(paths.count, 1);
	assert_string_equal(paths.item[0], "/usr/lib/x86_64-linux-gnu/perl/5.36");
	names_free(&paths);
	tree_close(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_world(links_are_resolved_inside_the_root),
		in_world(links_that_leave_the_tree_are_refused),
		in_world(circles_of_links_end),
		in_world(strange_files_are_refused),
		in_world(names_that_would_forge_lines_are_refused),
		in_world(the_safety_list_knows_what_is_secret_and_what_the_jail_makes),
		in_world(a_link_to_a_secret_is_refused_and_one_to_proc_is_kept),
		in_world(a_file_that_changes_while_it_is_read_is_noticed),
		in_world(deep_trees_are_refused),
		in_world(patterns_match_within_a_component),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
