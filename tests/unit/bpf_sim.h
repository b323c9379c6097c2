/*
 * bpf_sim.h - runs a seccomp program as the kernel would, for tests that ask
 * what a filter answers without making the call.
 */
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/* No action of the kernel's: the program is one that it would not load. */
#define BPF_SIM_INVALID UINT32_MAX

/* What the program returns for a call, and how many instructions it took
 * (`steps`, if not NULL). Knows the instructions that our compiler writes;
 * any other is invalid. */
uint32_t bpf_sim(const struct sock_filter *filter, size_t len, const struct seccomp_data *data,
	size_t *steps);
