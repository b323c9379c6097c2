/*
 * policy.h - what a jail is made of (policy) and what its user may use up
 * (plan), as plain values. Pure data: filled by schema.c and config.c from
 * jail.conf, read by the step tables.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "none" in jail.conf: no limit. Zero never means infinity. */
#define LIMIT_NONE UINT64_MAX

enum {
	POLICY_MOUNTS_MAX = 32,
	POLICY_SOCKETS_MAX = 16,
	POLICY_NAME_MAX = 64,
	MOUNT_PATH_SIZE = 256
};

enum jail_root {
	ROOT_PRIVATE,    /* read-only */
	ROOT_SCRATCH,    /* writable in memory, gone with the jail */
	ROOT_PERSISTENT, /* not yet: it waits for quotas */
};

enum jail_network {
	NETWORK_NONE, /* own namespace, loopback only */
	NETWORK_HOST, /* the host's */
};

/* What becomes of a system call that the list refuses. */
enum jail_seccomp_mode {
	FILTER_ENFORCE,
	FILTER_LOG, /* it is made, and reported: protects nothing */
};

enum jail_home_owner {
	HOME_OWNER_USER,
	HOME_OWNER_ROOT, /* as sshd's ChrootDirectory demands it */
};

/* Where a value came from; file NULL: the preset. */
struct jail_origin {
	const char *file; /* owned by the configuration */
	int line;
};

/* mount "/srv/www/%u" { target = "/www" } - %u, %h and %% are expanded already
 * when a verdict is handed out; source and target are absolute and clean. */
struct jail_mount {
	char source[MOUNT_PATH_SIZE];
	char target[MOUNT_PATH_SIZE]; /* as source, unless given */
	bool read_only;
	struct jail_origin origin;
};

/* socket "/run/mysqld/mysqld.sock" { } - one named socket of the host. */
struct jail_socket {
	char source[MOUNT_PATH_SIZE];
	char target[MOUNT_PATH_SIZE]; /* as source, unless given */
	struct jail_origin origin;
};

/* One origin for each row of policy_options[] / plan_options[]. */
enum { OPTION_COUNT_MAX = 32 };

struct jail_policy {
	char name[POLICY_NAME_MAX];
	struct jail_origin defined;
	struct jail_origin origins[OPTION_COUNT_MAX];

	char image[POLICY_NAME_MAX]; /* a name below the images directory */
	bool user_namespace;         /* uid 0 inside is nobody outside */
	bool nested;                 /* user namespaces within it */
	enum jail_root root;
	enum jail_network network;
	char seccomp[POLICY_NAME_MAX]; /* a list below policies/seccomp */
	enum jail_seccomp_mode seccomp_mode;
	char hostname[65]; /* "" : the user's name */
	enum jail_home_owner home_owner;
	uint64_t tmp_size;   /* bytes of each of /tmp, /var/tmp, /dev/shm, a scratch root */
	uint64_t tmp_inodes; /* inodes of each */
	bool uid0;           /* may uid 0 be jailed under this policy? */
	bool socket_stdio;   /* accept AF_UNIX sockets as descriptors 0-2 */

	size_t mount_count;
	struct jail_mount mounts[POLICY_MOUNTS_MAX];
	size_t socket_count;
	struct jail_socket sockets[POLICY_SOCKETS_MAX];
};

struct jail_plan {
	char name[POLICY_NAME_MAX];
	struct jail_origin defined;
	struct jail_origin origins[OPTION_COUNT_MAX];

	uint64_t memory_max;   /* bytes */
	uint64_t tasks_max;    /* tasks, of all jails of the user together */
	uint64_t cpu_cap;      /* percent of one CPU: 200 is two CPUs */
	uint64_t cpu_share;    /* weight against other users; 100 is normal */
	uint64_t sessions_max; /* sessions at one time, over all services */
	uint64_t linger;       /* seconds a jail stays after its last session */
	uint64_t log_lines;    /* to the host's log, in a second, of all jails together */
	uint64_t log_bytes;    /* the same */
	uint64_t not_required; /* bit per plan_options[] row: the host may lack it */
};

/* Borrowed texts: they live as long as the configuration. */
struct jail_texts {
	size_t count;
	const char *const *texts;
};

/* assign "gold" { group = {"customers"} plan = "gold" } */
struct jail_assign {
	const char *name;
	struct jail_origin defined;
	struct jail_texts user; /* count 0: whoever it is */
	struct jail_texts group;
	struct jail_texts service;
	const char *policy; /* NULL: says nothing about it */
	const char *plan;
};
