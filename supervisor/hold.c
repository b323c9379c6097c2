/*
 * hold.c - jail-supervisor --hold: systemd removes the cgroup of a delegated
 * unit that has no process, so one sleeps in it. It makes room first: a cgroup
 * with processes cannot hand controllers down.
 */
#include "supervisor.h"

#include <stdio.h>
#include <unistd.h>

int
supervisor_hold(void)
{
	struct cgroup_host host;
	struct jail_error err;

	if (cgroup_host_hold(&host, &err) < 0) {
		fprintf(stderr, "jail-supervisor: %s\n", err.text);
		return 1;
	}
	cgroup_host_close(&host);
	for (;;)
		pause();
}
