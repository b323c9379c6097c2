/*
 * budget.c - a token bucket, in thousandths: a rate for each second is as many
 * thousandths for each millisecond.
 */
#include "budget.h"

#include "policy.h"

enum { THOUSANDTHS = 1000, BURST_MS = BUDGET_BURST_S * 1000 };

static uint64_t
refilled(uint64_t left, uint64_t rate, uint64_t elapsed)
{
	uint64_t full = rate * BURST_MS;

	return elapsed >= BURST_MS || left + rate * elapsed > full ? full
								   : left + rate * elapsed;
}

bool
budget_spend(struct budget *budget, struct budget_rate rate, uint64_t now, size_t bytes)
{
	uint64_t lines = refilled(budget->lines, rate.lines, now - budget->at);
	uint64_t size = refilled(budget->bytes, rate.bytes, now - budget->at);
	bool enough = (rate.lines == LIMIT_NONE || lines >= THOUSANDTHS) &&
		      (rate.bytes == LIMIT_NONE || size >= bytes * THOUSANDTHS);

	budget->at = now;
	budget->lines = lines;
	budget->bytes = size;
	if (!enough)
		return false;
	budget->lines -= rate.lines == LIMIT_NONE ? 0 : THOUSANDTHS;
	budget->bytes -= rate.bytes == LIMIT_NONE ? 0 : bytes * THOUSANDTHS;
	return true;
}
