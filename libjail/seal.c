/*
 * seal.c - what a session gives up for good: core dumps, capabilities, the
 * power of exec. The filter has a file of its own.
 */
#include "entry.h"

#include <errno.h>
#include <linux/securebits.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* One byte, not zero: core(5) - with a piped core_pattern zero does not stop
 * the handler, which the kernel runs on the host as root. */
enum { CORE_LIMIT = 1 };

int
rlimits_set(void *work, struct jail_error *err)
{
	const struct rlimit core = { .rlim_cur = CORE_LIMIT, .rlim_max = CORE_LIMIT };

	(void)work;
	if (setrlimit(RLIMIT_CORE, &core) < 0)
		return jail_fail(err, errno, "RLIMIT_CORE");
	return 0;
}

static int
keep_only(uint64_t mask, struct jail_error *err)
{
	cap_t caps = cap_init();
	int result = 0;

	if (!caps)
		return jail_fail(err, errno, "cap_init");
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++) {
		if (!(mask & (1ULL << cap)))
			continue;
		if (cap_set_flag(caps, CAP_PERMITTED, 1, &cap, CAP_SET) < 0 ||
			cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap, CAP_SET) < 0)
			result = jail_fail(err, errno, "cap_set_flag");
	}
	if (result == 0 && cap_set_proc(caps) < 0)
		result = jail_fail(err, errno, "capset");
	cap_free(caps);
	return result;
}

/*
 * The order is the kernel's: the bounding set and the securebits can be changed
 * only while CAP_SETPCAP is still there (capabilities(7)). Never
 * SECBIT_NO_SETUID_FIXUP: the fall from uid 0 must go on dropping everything.
 */
int
caps_bound(void *work, struct jail_error *err)
{
	const struct jail_entry *entry = work;
	const unsigned bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
			      SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
			      SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		if (cap_drop_bound(cap) < 0)
			return jail_fail(err, errno, "drop capability %d from the bounding set",
				cap);
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return jail_fail(err, errno, "clear ambient capabilities");
	if (cap_set_secbits(bits) < 0)
		return jail_fail(err, errno, "securebits");
	return keep_only(entry->caps, err);
}

int
privileges_freeze(void *work, struct jail_error *err)
{
	(void)work;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return jail_fail(err, errno, "no_new_privs");
	return 0;
}
