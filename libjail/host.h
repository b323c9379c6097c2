/*
 * host.h - is this host one that jails can be made on? Asked at the birth of every
 * supervisor, and by jailctl doctor.
 */
#pragma once

#include "error.h"

/* The floor, 6.1. */
int host_kernel_check(struct jail_error *err);

/* SELinux is not enforcing. */
int host_selinux_check(struct jail_error *err);
