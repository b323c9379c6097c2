/*
 * facts.h - what a process is, in the kernel's words: read from its /proc, from
 * outside, and by nobody that the product has touched.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { FACTS = 32, FACT_SIZE = 1500 };

struct facts {
	char text[FACTS][FACT_SIZE];
};

/* The policy says network = host. */
extern bool facts_network_of_host;

/* What the server's root process may keep (SECURITY-MODEL.md: capabilities). */
extern uint64_t facts_caps;

void facts_read(pid_t pid, struct facts *out);

/* As it was: NULL, or which fact is not. */
const char *facts_differ(const struct facts *before, const struct facts *now);

/*
 * In a jail: NULL, or the sentence that is not true of it.
 *   host     of a process on the host
 *   cgroup   what its line of cgroup2 must hold
 *   user     it has become the user: no capability is left
 */
const char *facts_jailed(const struct facts *host, const struct facts *before,
	const struct facts *now, const char *cgroup, bool user);
