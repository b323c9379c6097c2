/*
 * budget.h - so many lines and bytes in a second, and some at once: a token
 * bucket that holds BUDGET_BURST_S seconds' worth.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUDGET_BURST_S = 10 };

struct budget_rate {
	uint64_t lines, bytes; /* in a second; LIMIT_NONE of policy.h: as it comes */
};

struct budget {                /* all zero: full */
	uint64_t lines, bytes; /* thousandths of what may still be spent at `at` */
	uint64_t at;           /* monotonic ms */
};

/* Spends one line of `bytes` bytes, or nothing and returns false. */
bool budget_spend(struct budget *budget, struct budget_rate rate, uint64_t now, size_t bytes);
