/* open.h - openat2(2), which glibc does not wrap. */
#pragma once

#include <stdint.h>

/* As openat2(2) with how.flags and how.resolve; mode is 0. */
int sys_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve);
