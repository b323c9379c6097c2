/*
 * sealed.h - this program, run from memory that nobody can write.
 */
#pragma once

#include "error.h"

/*
 * Executes a sealed copy of the running program with the same arguments and
 * environment; returns 0 in that copy. Descriptors from 3 up are closed there,
 * and the process is not dumpable.
 *   fails   where memory may not be executed (sysctl vm.memfd_noexec = 2)
 */
int sealed_become(char **argv, struct jail_error *err);
