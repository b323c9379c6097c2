/*
 * init_settle.c - the way of init-to-be from the stub into its jail. The order
 * is one that was attacked and held (docs/DECISIONS.md); each call fails closed, and the host's
 * mounts are never copied.
 *
 * All mounts are made in a mount namespace that the host owns: no root of a jail
 * will ever have power over one.
 */
#include "fd.h"
#include "jail.h"
#include "root.h"
#include "layer.h"
#include "stub.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

static int
enter_stub(const struct jail *jail, struct jail_error *err)
{
	if (setns(jail->stub, CLONE_NEWNS) < 0)
		return jail_fail(err, errno, "setns the empty namespace");
	if (unshare(CLONE_NEWNS) < 0)
		return jail_fail(err, errno, "unshare mounts");
	return 0;
}

static int
stand(int tree, const char *place, struct jail_error *err)
{
	if (move_mount(tree, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return jail_fail(err, errno, "move_mount to %s", place);
	return 0;
}

/*
 * The overlay of layer and image, both standing in the stub while it is made:
 * layers by descriptor need 6.13, by path they work everywhere. mountinfo then
 * shows no path of the host.
 */
static int
make_overlay(const struct jail *jail, struct jail_error *err)
{
	static const char read_only[] = "lowerdir=" STUB_LAYER LAYER_ROOT ":" STUB_IMAGE;
	static const char scratch[] = "lowerdir=" STUB_IMAGE ",upperdir=" STUB_LAYER LAYER_ROOT
				      ",workdir=" STUB_LAYER LAYER_WORK;
	const uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

	return jail->policy.root == ROOT_SCRATCH
		       ? mounts_create("overlay", scratch, attributes, err)
		       : mounts_create("overlay", read_only, attributes | MOUNT_ATTR_RDONLY,
				 err);
}

/* The nodes work on a mount of their own only. */
static int
take_dev(struct jail_error *err)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
	};
	int dev = open_tree(AT_FDCWD, STUB_LAYER LAYER_ROOT "/dev",
		OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (dev < 0)
		return jail_fail(err, errno, "open_tree /dev");
	if (mount_setattr(dev, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0) {
		fd_close(&dev);
		return jail_fail(err, errno, "mount_setattr /dev");
	}
	return dev;
}

static int
make_root(const struct jail *jail, struct jail_error *err)
{
	autoclose int root = -1, dev = -1;

	if (stand(jail->layer, STUB_LAYER, err) < 0 ||
		stand(jail->image.tree, STUB_IMAGE, err) < 0)
		return -1;
	root = make_overlay(jail, err);
	dev = root < 0 ? -1 : take_dev(err);
	if (dev < 0)
		return -1;
	if (umount2(STUB_LAYER, MNT_DETACH) < 0 || umount2(STUB_IMAGE, MNT_DETACH) < 0)
		return jail_fail(err, errno, "umount the layers' own places");
	if (stand(root, "/", err) < 0)
		return -1;
	/* "/.." steps onto the topmost mount; plain "/" does not. */
	if (chroot("/..") < 0 || chdir("/") < 0)
		return jail_fail(err, errno, "step onto the root");
	return stand(dev, "/dev", err);
}

static int
raise_loopback(struct jail_error *err)
{
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return jail_fail(err, errno, "bring lo up");
	return 0;
}

static int
take_namespaces(const struct jail *jail, struct jail_error *err)
{
	bool own_network = jail->policy.network != NETWORK_HOST;

	if (unshare(CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
		    (own_network ? CLONE_NEWNET : 0)) < 0)
		return jail_fail(err, errno, "unshare");
	if (own_network && raise_loopback(err) < 0)
		return -1;
	if (sethostname(jail->hostname, strlen(jail->hostname)) < 0)
		return jail_fail(err, errno, "sethostname");
	return 0;
}

/* Last: the namespaces and mounts made before belong to the host, so that not
 * even uid 0 with all capabilities has power over a mount, an interface or the
 * host name. */
static int
enter_user_namespace(const struct jail *jail, struct jail_error *err)
{
	if (jail->user_namespace < 0)
		return 0;
	if (setns(jail->user_namespace, CLONE_NEWUSER) < 0)
		return jail_fail(err, errno, "setns the user namespace");
	return root_become(err);
}

static int
record(const struct jail *jail, struct jail_identity *identity, struct jail_error *err)
{
	autoclose int ns_dir = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (ns_dir < 0)
		return jail_fail(err, errno, "open /proc/self/ns");
	if (identity_namespaces(ns_dir, identity->namespaces, err) < 0)
		return -1;
	identity->root_uid = jail->ids.root;
	return identity_root(identity, err);
}

int
init_settle(const struct jail *jail, struct jail_identity *identity, struct jail_error *err)
{
	if (enter_stub(jail, err) < 0 || make_root(jail, err) < 0 ||
		mounts_attach(&jail->policy, jail->mounts, err) < 0 ||
		take_namespaces(jail, err) < 0 || enter_user_namespace(jail, err) < 0)
		return -1;
	return record(jail, identity, err);
}
