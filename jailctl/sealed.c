/*
 * sealed.c - a process inside that gets hold of /proc/PID/exe of ours has the
 * very file that the host's root will run next (CVE-2019-5736). It finds an
 * anonymous copy instead, whose contents are sealed.
 */
#include "sealed.h"

#include "fd.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#ifndef MFD_EXEC /* 6.3; an older kernel knows no other */
#define MFD_EXEC 0x0010U
#endif

static const char name[] = "jailctl";

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static bool
is_sealed(int program)
{
	int seals = fcntl(program, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

static int
make_memory(struct jail_error *err)
{
	unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_EXEC);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, flags);
	return fd >= 0 ? fd : jail_fail(err, errno, "memfd_create");
}

static int
copy_program(int program, int memory, struct jail_error *err)
{
	struct stat st;
	off_t done = 0;

	if (fstat(program, &st) < 0)
		return jail_fail(err, errno, "stat /proc/self/exe");
	while (done < st.st_size) {
		ssize_t size = sendfile(memory, program, &done, (size_t)(st.st_size - done));

		if (size <= 0)
			return jail_fail(err, size < 0 ? errno : EIO, "copy /proc/self/exe");
	}
	if (fchmod(memory, 0500) < 0 || fcntl(memory, F_ADD_SEALS, SEALS) < 0)
		return jail_fail(err, errno, "seal the copy");
	return 0;
}

static int
run_copy(int program, char **argv, struct jail_error *err)
{
	autoclose int memory = make_memory(err);

	if (memory < 0 || copy_program(program, memory, err) < 0)
		return -1;
	fexecve(memory, argv, environ);
	return jail_fail(err, errno, "run the sealed copy");
}

int
sealed_become(char **argv, struct jail_error *err)
{
	autoclose int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (program < 0)
		return jail_fail(err, errno, "open /proc/self/exe");
	if (!is_sealed(program))
		return run_copy(program, argv, err);
	if (close_range(3, ~0U, 0) < 0)
		return jail_fail(err, errno, "close_range");
	program = -1; /* among them */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return jail_fail(err, errno, "PR_SET_DUMPABLE");
	prctl(PR_SET_NAME, name, 0, 0, 0); /* execve(2) took the descriptor's number */
	return 0;
}
