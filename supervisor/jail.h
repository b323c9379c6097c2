/*
 * jail.h - one jail of this supervisor's user: the context of build_steps[].
 */
#pragma once

#include "cgroup.h"
#include "identity.h"
#include "ids.h"
#include "image.h"
#include "login.h"
#include "mounts.h"
#include "policy.h"
#include "seccomp_filter.h"
#include "step.h"
#include "watch.h"

enum { CONFIG_PATH_MAX = 256 };

enum jail_state {
	JAIL_LIVE,
	JAIL_ENDING, /* init is killed or dead; nobody may join */
};

/* The jail's /dev/log, relay.c's. */
struct relay {
	struct watch socket;
	uint64_t resume; /* monotonic ms: it is read again then; 0: it is being read */
	int child;       /* pidfd of who takes a datagram with descriptors away; -1: none */
	uint64_t dropped;
	uint64_t report_due; /* monotonic ms: the log is told of them then; 0: there are none */
};

struct jail {
	struct jail *next;
	struct supervisor *supervisor; /* borrowed */
	enum jail_state state;
	char name[96]; /* unique on this host: the leaf's name, in logs and lists */
	char hostname[65];
	struct jail_login login;      /* of the session that had it built */
	char config[CONFIG_PATH_MAX]; /* the jail.conf that its policy is from */
	struct jail_policy policy;
	struct jail_plan plan;
	uint64_t started;  /* seconds since 1970 */
	uint64_t deadline; /* monotonic ms: end it then, if no session has come; 0: none */
	unsigned sessions;
	unsigned admissions;
	bool home_bound;

	/* what the rows of build_steps[] made, in their order */
	size_t done;
	struct cgroup_leaf leaf;
	struct seccomp_program filter;
	int stub;
	struct jail_ids ids;
	int user_namespace;
	struct image image;
	int layer;
	struct relay log;
	int mounts[MOUNT_ROWS_MAX];
	pid_t init;
	struct watch init_watch; /* its pidfd */
	int mount_namespace;
	struct jail_identity identity;
};

extern const struct jail_step build_steps[];
extern const size_t build_step_count;

/* Kills init, and with it every process of the jail but the monitors. Returns at
 * once: zap_pid_ns_processes() may take seconds. */
void jail_end(struct jail *jail);

uint64_t jail_namespaces(const struct jail_policy *policy); /* CLONE_NEW* */

/* The rows' functions. */
int birth_take(void *jail, struct jail_error *err);
int init_start(void *jail, struct jail_error *err);

/*
 * In the child that becomes init: enters the stub, stacks the jail's root, takes
 * its namespaces. Records `identity`, which lies in shared memory.
 */
int init_settle(const struct jail *jail, struct jail_identity *identity,
	struct jail_error *err);

/*
 * Mounts the home and the policy's mounts and sockets in the jail, by a child
 * that may hang alone: automounts, NFS and FUSE are the user's.
 *   fails   ETIMEDOUT; EPERM for a home that is not the user's
 */
int home_bind(struct jail *jail, const struct jail_login *login, struct jail_error *err);
