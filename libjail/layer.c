/*
 * layer.c - what differs from jail to jail in a root that is otherwise shared.
 *
 * It is written through descriptors into a tmpfs that is attached nowhere; the
 * overlay makes it read-only for good, or, with root = scratch, obeys the owners
 * and modes that are given here: /etc and all the rest of the root stay root's.
 */
#include "layer.h"

#include "fd.h"
#include "files.h"
#include "mounts.h"
#include "owner.h"
#include "place.h"
#include "values.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* clang-format off */
static const struct { const char *path; unsigned major, minor; } dev_nodes[] = {
	{ "dev/null", 1, 3 }, { "dev/zero", 1, 5 }, { "dev/full", 1, 7 },
	{ "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
};

static const struct { const char *path, *target; } links[] = {
	{ "dev/ptmx", "pts/ptmx" },
	{ "dev/fd", "/proc/self/fd" },
	{ "dev/stdin", "/proc/self/fd/0" },
	{ "dev/stdout", "/proc/self/fd/1" },
	{ "dev/stderr", "/proc/self/fd/2" },
	{ "dev/log", MOUNTS_LOG },
};
/* clang-format on */

/* The user's own in a scratch root: nothing that the monitor loads, reads or
 * connects to as root is looked for here. */
static const char *const scratch_places[] = { "/opt", "/srv" };

enum {
	COUNT_NODES = sizeof(dev_nodes) / sizeof(dev_nodes[0]),
	COUNT_LINKS = sizeof(links) / sizeof(links[0]),
	FILE_MAX = 65536
};

static int
make_dev(int layer, struct jail_error *err)
{
	for (size_t i = 0; i < COUNT_NODES; i++) {
		dev_t device = makedev(dev_nodes[i].major, dev_nodes[i].minor);

		/* mknod(2) obeys the umask, and programs expect 0666 */
		if (mknodat(layer, dev_nodes[i].path, S_IFCHR | 0666, device) < 0 ||
			fchmodat(layer, dev_nodes[i].path, 0666, 0) < 0)
			return jail_fail(err, errno, "mknod %s", dev_nodes[i].path);
	}
	for (size_t i = 0; i < COUNT_LINKS; i++)
		if (symlinkat(links[i].target, layer, links[i].path) < 0)
			return jail_fail(err, errno, "symlink %s", links[i].path);
	return 0;
}

/* A file of /etc under construction. */
struct text {
	size_t used;
	char data[FILE_MAX];
};

__attribute__((format(printf, 2, 3))) static void
add(struct text *text, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(text->data + text->used, FILE_MAX - text->used, format, args);
	va_end(args);
	text->used += (size_t)size;
	if (text->used >= FILE_MAX) /* put_file() will refuse it */
		text->used = FILE_MAX;
}

static int
put_file(int layer, const char *path, const struct text *text, struct jail_error *err)
{
	autoclose int fd = openat(layer, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		return jail_fail(err, errno, "create %s", path);
	if (text->used == FILE_MAX)
		return jail_fail(err, EFBIG, "%s", path);
	if (write(fd, text->data, text->used) != (ssize_t)text->used)
		return jail_fail(err, errno, "write %s", path);
	return 0;
}

static void
passwd_text(struct text *text, const struct jail_login *login)
{
	if (login->uid != 0)
		add(text, "root:x:0:0:root:/root:/usr/sbin/nologin\n");
	add(text, "%s:x:%u:%u::%s:%s\n", login->user, login->uid, login->gid, login->home,
		login->shell);
	add(text, "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
}

/* The user's supplementary groups come from here: sshd's child calls
 * initgroups(3) inside. "tty" is not the user's but the pty's. */
static void
group_text(struct text *text, const struct jail_login *login)
{
	add(text, "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n");
	for (size_t i = 0; i < login->group_count; i++) {
		const struct jail_group *group = &login->groups[i];

		if (group->gid == 0 || group->gid == 5 || group->gid == 65534)
			continue;
		add(text, "%s:x:%u:%s\n", group->name, group->gid, login->user);
	}
}

/* With the host's network its resolver is reachable too; without, none is. */
static void
resolv_text(struct text *text, const struct jail_policy *policy)
{
	struct jail_error ignored;
	ssize_t size;

	if (policy->network != NETWORK_HOST)
		return;
	size = file_read(AT_FDCWD, "/etc/resolv.conf", text->data, FILE_MAX / 2, &ignored);
	text->used = size > 0 ? (size_t)size : 0;
}

static int
make_etc(int layer, const struct jail_login *login, const struct jail_policy *policy,
	const char *hostname, struct jail_error *err)
{
	autofree struct text *texts = calloc(6, sizeof(*texts));
	static const char *const paths[] = { "etc/passwd", "etc/group", "etc/hostname",
		"etc/hosts", "etc/resolv.conf", "etc/nsswitch.conf" };

	if (!texts)
		return jail_fail(err, ENOMEM, "make /etc");
	passwd_text(&texts[0], login);
	group_text(&texts[1], login);
	add(&texts[2], "%s\n", hostname);
	add(&texts[3], "127.0.0.1 localhost %s\n::1 localhost ip6-localhost %s\n", hostname,
		hostname);
	resolv_text(&texts[4], policy);
	add(&texts[5], "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
		       "networks: files\nprotocols: files\nservices: files\n");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (put_file(layer, paths[i], &texts[i], err) < 0)
			return -1;
	return 0;
}

static int
make_places(int layer, const struct jail_login *login, const struct jail_policy *policy,
	int image, struct jail_error *err)
{
	if (place_make(layer, image, login->home, PLACE_DIRECTORY, err) < 0)
		return jail_fail_in(err, "home");
	for (size_t i = 0; i < policy->mount_count; i++) {
		const char *target = policy->mounts[i].target;

		if (place_make(layer, image, target, PLACE_DIRECTORY, err) < 0)
			return jail_fail_in(err, "mount");
	}
	for (size_t i = 0; i < policy->socket_count; i++) {
		const char *target = policy->sockets[i].target;

		if (!mounts_cover(target) &&
			place_make(layer, image, target, PLACE_FILE, err) < 0)
			return jail_fail_in(err, "socket");
	}
	return 0;
}

static int
make_directories(int layer, struct jail_error *err)
{
	static const char *const extra[] = { "etc", "dev", "var" };

	for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++)
		if (mkdirat(layer, extra[i], 0755) < 0)
			return jail_fail(err, errno, "mkdir %s", extra[i]);
	for (size_t i = 0; i < mount_row_count; i++)
		if (mkdirat(layer, mount_rows[i].target + 1, 0755) < 0)
			return jail_fail(err, errno, "mkdir %s", mount_rows[i].target);
	return 0;
}

/* A place on the way to a mount stays root's: whoever owns it could move what
 * stands below, and root looks it up by its path. */
static bool
leads_to_a_mount(const char *place, const struct jail_login *login,
	const struct jail_policy *policy)
{
	bool leads = path_is_at_or_below(login->home, place);

	for (size_t i = 0; i < policy->mount_count; i++)
		leads |= path_is_at_or_below(policy->mounts[i].target, place);
	for (size_t i = 0; i < policy->socket_count; i++)
		leads |= path_is_at_or_below(policy->sockets[i].target, place);
	return leads;
}

static int
make_scratch(int layer, const struct jail_login *login, const struct jail_policy *policy,
	const struct jail_ids *ids, int image, struct jail_error *err)
{
	const uid_t uid = ids_uid(ids, login->uid);
	const gid_t gid = ids_gid(ids, login->gid);

	for (size_t i = 0; i < sizeof(scratch_places) / sizeof(scratch_places[0]); i++) {
		const char *place = scratch_places[i];

		if (policy->root != ROOT_SCRATCH || leads_to_a_mount(place, login, policy))
			continue;
		if (place_make(layer, image, place, PLACE_DIRECTORY, err) < 0)
			return -1;
		if (fchownat(layer, place + 1, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
			return jail_fail(err, errno, "chown %s", place);
	}
	return 0;
}

/* Of an empty tmpfs. A scratch root is as large as /tmp, and no larger. */
static int
make_room(const struct jail_policy *policy, struct jail_error *err)
{
	enum { SIZE = 512 << 10, INODES = 256 };
	bool scratch = policy->root == ROOT_SCRATCH;
	autoclose int layer = -1;
	char options[96];

	snprintf(options, sizeof(options), "mode=0755,size=%" PRIu64 ",nr_inodes=%" PRIu64,
		SIZE + (scratch ? policy->tmp_size : 0),
		INODES + (scratch ? policy->tmp_inodes : 0));
	layer = mounts_create("tmpfs", options, MOUNT_ATTR_NOSUID, err);
	if (layer < 0)
		return -1;
	if (mkdirat(layer, &LAYER_ROOT[1], 0755) < 0 || mkdirat(layer, &LAYER_WORK[1], 0) < 0)
		return jail_fail(err, errno, "mkdir %s", LAYER_ROOT);
	return fd_steal(&layer);
}

int
layer_make(const struct jail_login *login, const struct jail_policy *policy,
	const struct jail_ids *ids, const char *hostname, int image, struct jail_error *err)
{
	autoclose int layer = make_room(policy, err);
	autoclose int root = -1;

	if (layer < 0)
		return -1;
	root = openat(layer, &LAYER_ROOT[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return jail_fail(err, errno, "open %s", LAYER_ROOT);
	if (make_directories(root, err) < 0 || make_dev(root, err) < 0 ||
		make_etc(root, login, policy, hostname, err) < 0 ||
		make_places(root, login, policy, image, err) < 0)
		return -1;
	if (ids->root != 0 && owner_set(root, ids->root, err) < 0)
		return -1;
	if (make_scratch(root, login, policy, ids, image, err) < 0)
		return -1;
	return fd_steal(&layer);
}
