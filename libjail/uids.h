/*
 * uids.h - directories whose entries are named by uid: /run/pam_jail, and the
 * cgroups of users.
 */
#pragma once

#include "error.h"

#include <stddef.h>
#include <sys/types.h>

/* The entries of an open directory that are a uid as we would write it, sorted.
 * *uids is the caller's to free(3). */
int uids_in(int directory, uid_t **uids, size_t *count, struct jail_error *err);
