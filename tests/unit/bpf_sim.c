/*
 * bpf_sim.c - classic BPF in one screen. Written from the kernel's description
 * (Documentation/networking/filter.rst), not from our compiler, so that one
 * mistake is not made twice.
 */
#include "bpf_sim.h"

#include <stdbool.h>
#include <string.h>

/* How far to jump beyond the next instruction. */
static uint32_t
jump(const struct sock_filter *in, uint32_t a)
{
	switch (BPF_OP(in->code)) {
	case BPF_JA:
		return in->k;
	case BPF_JEQ:
		return a == in->k ? in->jt : in->jf;
	case BPF_JGT:
		return a > in->k ? in->jt : in->jf;
	case BPF_JGE:
		return a >= in->k ? in->jt : in->jf;
	case BPF_JSET:
		return (a & in->k) != 0 ? in->jt : in->jf;
	default:
		return UINT32_MAX;
	}
}

/* The kernel allows aligned words inside struct seccomp_data only. */
static bool
load(const struct seccomp_data *data, uint32_t offset, uint32_t *a)
{
	if (offset % sizeof(*a) != 0 || offset > sizeof(*data) - sizeof(*a))
		return false;
	memcpy(a, (const char *)data + offset, sizeof(*a));
	return true;
}

uint32_t
bpf_sim(const struct sock_filter *filter, size_t len, const struct seccomp_data *data,
	size_t *steps)
{
	uint32_t a = 0;
	size_t done = 0;

	if (len > BPF_MAXINSNS)
		return BPF_SIM_INVALID;
	for (size_t pc = 0; pc < len; pc++) {
		const struct sock_filter *in = &filter[pc];

		done++;
		if (in->code == (BPF_RET | BPF_K)) {
			if (steps)
				*steps = done;
			return in->k;
		}
		if (in->code == (BPF_LD | BPF_W | BPF_ABS)) {
			if (!load(data, in->k, &a))
				return BPF_SIM_INVALID;
		} else if (BPF_CLASS(in->code) == BPF_JMP && BPF_SRC(in->code) == BPF_K) {
			uint32_t away = jump(in, a);

			if (away >= len)
				return BPF_SIM_INVALID;
			pc += away;
		} else {
			return BPF_SIM_INVALID;
		}
	}
	return BPF_SIM_INVALID; /* ran off the end */
}
