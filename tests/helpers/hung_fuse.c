/*
 * hung_fuse DIRECTORY: mounts a FUSE file system there that answers nothing but
 * its greeting. It reads every request first: whoever waits for the answer to
 * one that was read cannot even be killed, as with a dead NFS server.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int
greet(int fd, const struct fuse_in_header *in)
{
	struct {
		struct fuse_out_header header;
		struct fuse_init_out init;
	} out = {
		.header = { .len = sizeof(out), .unique = in->unique },
		.init = { .major = FUSE_KERNEL_VERSION,
			.minor = FUSE_KERNEL_MINOR_VERSION,
			.max_write = 4096 },
	};

	return write(fd, &out, sizeof(out)) == (ssize_t)sizeof(out) ? 0 : -1;
}

int
main(int argc, char **argv)
{
	static char request[1 << 17];
	char options[96];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (argc != 2 || fd < 0)
		return fprintf(stderr, "hung_fuse DIRECTORY: /dev/fuse: %s\n", strerror(errno)),
		       2;
	snprintf(options, sizeof(options),
		"fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("hung", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0)
		return fprintf(stderr, "mount %s: %s\n", argv[1], strerror(errno)), 2;
	for (;;) {
		const struct fuse_in_header *in = (const void *)request;

		if (read(fd, request, sizeof(request)) < 0 && errno != EINTR)
			return 1;
		if (in->opcode == FUSE_INIT && greet(fd, in) < 0)
			return 1;
	}
}
