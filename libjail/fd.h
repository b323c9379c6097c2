/*
 * fd.h - descriptors that say who closes them. -1 is "none"; parameters are
 * borrowed; ownership moves through fd_steal() only.
 */
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define autoclose __attribute__((cleanup(fd_close)))
#define autofree  __attribute__((cleanup(memory_free)))

/* Closes *fd if open and leaves -1 behind. Keeps errno for the message about
 * to be written. No retry on EINTR: Linux has released the number already and
 * another thread of the host program may own it by now (close(2), NOTES). */
static inline void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static inline int
fd_steal(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

/* For `autofree char *p`: cleanup hands us the address of the variable. */
static inline void
memory_free(void *pointer)
{
	int saved = errno;

	free(*(void **)pointer);
	errno = saved;
}
