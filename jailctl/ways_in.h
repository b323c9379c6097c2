/*
 * ways_in.h - the PAM services of this host by which a user can come to run code.
 */
#pragma once

#include "pam_stack.h"

enum { WAYS_MAX = 64, SERVICE_MAX = 64 };

struct ways_in {
	char services[WAYS_MAX][SERVICE_MAX];
	size_t count;
};

/* Those whose program is installed, and the names that vsftpd's files give. */
void ways_in_find(struct ways_in *ways);

/* One more, unless it is there. */
void ways_in_add(struct ways_in *ways, const char *service);
