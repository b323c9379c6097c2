/*
 * attempts_files.c - what others are to trust, changed; what is not the jail's,
 * read. What is opened for writing is not written.
 */
#include "attempts.h"

#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <time.h>

enum { TOUCH_PATIENCE_MS = 15000 };

/* args: a file */
enum answer
try_write(struct trial *trial)
{
	autoclose int fd = open(trial->args[0], O_WRONLY | O_CLOEXEC);

	return fd < 0 ? blocked(trial, trial->args[0])
		      : worked(trial, "%s opened for writing", trial->args[0]);
}

/* args: a file */
enum answer
try_read(struct trial *trial)
{
	autoclose int fd = open(trial->args[0], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char text[8192]; /* kmsg wants room for a record */

	if (fd < 0)
		return blocked(trial, trial->args[0]);
	if (read(fd, text, sizeof(text)) <= 0)
		return blocked(trial, "read");
	return worked(trial, "read %s", trial->args[0]);
}

/* args: a directory; the file is removed again */
enum answer
try_create(struct trial *trial)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/pam_jail.%s", trial->args[0], trial->bait->tag);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return blocked(trial, trial->args[0]);
	close(fd);
	unlink(path);
	return worked(trial, "made a file in %s", trial->args[0]);
}

/* args: a directory; where the monitor, as root, asks for names and groups */
enum answer
try_plant_socket(struct trial *trial)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/pam_jail.%s", trial->args[0],
		trial->bait->tag);
	if (bind(fd, (const void *)&address, sizeof(address)) < 0)
		return blocked(trial, trial->args[0]);
	unlink(address.sun_path);
	return worked(trial, "made a socket in %s", trial->args[0]);
}

/* None that does something when it is opened, as watchdog and snapshot do. */
enum answer
try_devices(struct trial *trial)
{
	static const char *const devices[] = { "mem", "kmem", "port", "kmsg", "console", "tty0",
		"sda", "vda", "nvme0n1", "loop0", "loop-control", "mapper/control", "fuse",
		"kvm", "net/tun", "input/event0", "uinput", "vhost-net", "vsock", "autofs",
		"btrfs-control" };

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		autoclose int fd = -1;
		char path[64];

		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0)
			return worked(trial, "opened %s", path);
	}
	return blocked(trial, "the last of them");
}

/* kmsg: every kernel has it, and it is read without consequence. */
enum answer
try_node(struct trial *trial)
{
	autoclose int fd = -1;
	char path[PIT_SIZE];

	rmdir(make_pit(trial, path));
	if (mknod(path, S_IFCHR | 0600, makedev(1, 11)) < 0)
		return blocked(trial, "mknod");
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		blocked(trial, "open the node");
	unlink(path);
	return fd < 0 ? BLOCKED : worked(trial, "opened a device of its own making");
}

/* args: a directory that the user can write. Nothing is run: what decides is
 * whether exec(2) would obey the bits. */
enum answer
try_set_id_file(struct trial *trial)
{
	struct statvfs fs;

	if (statvfs(trial->args[0], &fs) < 0)
		return blocked(trial, trial->args[0]);
	errno = 0;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return blocked(trial, "no_new_privs");
	if (fs.f_flag & ST_NOSUID)
		return blocked(trial, "nosuid");
	return worked(trial, "neither no_new_privs nor nosuid holds for %s", trial->args[0]);
}

static bool
was_touched(const struct trial *trial)
{
	for (int i = 0; i < TOUCH_PATIENCE_MS; i++) {
		if (__atomic_load_n(trial->bait->touch, __ATOMIC_ACQUIRE) == TOUCH_DONE)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return false;
}

/* The image's root directory is opened and closed outside meanwhile, more often
 * than anybody inside would. */
enum answer
try_watch_root(struct trial *trial)
{
	autoclose int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct inotify_event events[4 * TOUCHES];
	ssize_t size;

	if (!trial->bait->touch)
		return SENSELESS;
	if (fd < 0 || inotify_add_watch(fd, "/", IN_OPEN | IN_CLOSE) < 0)
		return blocked(trial, "inotify");
	__atomic_store_n(trial->bait->touch, getpid(), __ATOMIC_RELEASE);
	if (!was_touched(trial))
		return SENSELESS;
	size = read(fd, events, sizeof(events)); /* without names: all of one size */
	if (size >= (ssize_t)(sizeof(events) / 2))
		return worked(trial, "saw the host open the image");
	errno = 0;
	return blocked(trial, "nothing was seen");
}
