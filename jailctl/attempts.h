/*
 * attempts.h - the ways out of a jail that jailctl selftest and the tests try.
 *
 * An attempt that works must do no harm: it opens and does not write, asks with
 * an argument that cannot be meant, acts on what was laid out as bait, or on
 * itself. Each is made in a process of its own, inside, by this program: nothing
 * of the image is run, no library loaded and no name looked up.
 */
#pragma once

#include "login.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum role {
	USER,    /* a program of the user's */
	MONITOR, /* the process that PAM called, taken over: uid 0 and four capabilities */
	ROLE_COUNT,
};

enum answer {
	NOT_TRIED,
	BLOCKED,
	WORKED,
	SENSELESS, /* the host has nothing to try it on */
};

/* What the policy says in so many words, so that nobody has to find it out. */
enum grant {
	BY_NOBODY,
	BY_HOST_NETWORK, /* network = host */
	BY_HOST_UIDS,    /* user_namespace = no: uid 0 of the jail is the host's */
	BY_NESTED,       /* nested = yes */
	BY_SCRATCH,      /* root = scratch: root of the jail may write it */
	BY_UID0,         /* uid0 = yes, and the user is uid 0 */
	GRANT_COUNT,
};

/* What is laid out on the host for an attempt to reach. */
struct bait {
	char tag[24];                   /* random: what only the host has, bears it */
	char root[48];                  /* the host's root, as DEVICE:INODE */
	char processes[ROLE_COUNT][12]; /* of the same uid as who tries */
	char first[12];                 /* PID 1 of the jail, or what stands for it */
	char exe[24];                   /* its program */
	char cgroup[PATH_MAX];          /* cgroup.procs of what is above the jail's */
	char socket[48];                /* abstract, after its NUL */
	char port[8];                   /* on the loopback */
	char memory[16];                /* System V, by id */
	char handle_type[12], handle[2 * 128 + 1]; /* of the directory above the home */
	char home[PATH_MAX];
	pid_t *touch; /* shared: who asks for "/" to be opened, see try_watch_root() */
	size_t group_count;
	gid_t groups[LOGIN_GROUPS_MAX]; /* that the user has */
};

/* bait.touch: somebody asks, by pid, for the directory behind "/" of the jail to be
 * opened outside, TOUCHES times; that is done. */
enum { TOUCH_DONE = -1, TOUCHES = 50 };

enum { ATTEMPT_ARGS = 2, PIT_SIZE = 64, ATTEMPT_REASON = 96 };

struct trial {
	const struct attempt *attempt;
	const struct bait *bait;
	const char *args[ATTEMPT_ARGS + 1]; /* "" where none is given */
	bool of_host;                       /* stands in the host's PID namespace */
	char reason[ATTEMPT_REASON];        /* why it was blocked, or what worked */
};

/* A system call, and the error that only those see who would be allowed it; 0:
 * it succeeds. */
struct kernel_call {
	long number;
	unsigned long args[6];
	int passed;
};

struct attempt {
	const char *name;
	const char *meaning; /* what somebody has who can do it */
	enum answer (*try)(struct trial *trial);
	const char *args[ATTEMPT_ARGS]; /* "@process" and the like are the bait's */
	struct kernel_call call;        /* of try_call() */
	bool not_by[ROLE_COUNT];        /* it is theirs to do */
	bool by_number;                 /* about pids: the monitor itself must try, whose
					   children are in the jail's PID namespace */
	enum grant granted;
};

extern const struct attempt attempts[];
extern const size_t attempt_count;
enum { ATTEMPTS_MAX = 128 };

/* The parameter of this name, "@process"; any other text is its own value. */
const char *bait_value(const struct bait *bait, enum role role, const char *name);

/* Fills in the arguments and tries, in this process. */
enum answer attempt_make(const struct attempt *attempt, enum role role, struct trial *trial);

/* Records what failed, with errno; what worked. */
enum answer blocked(struct trial *trial, const char *what);
enum answer worked(struct trial *trial, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A place to write to, which both a user and uid 0 have everywhere. */
#define SCRATCH "/tmp"

/* A directory below it, removed by who runs the attempt. */
const char *make_pit(const struct trial *trial, char path[PIT_SIZE]);

/* Fills in bait->handle: by what number its file system knows `path`. */
int bait_name_handle(struct bait *bait, const char *path);

/* attempts_root.c */
bool leads_to_host(const struct trial *trial, int directory);
enum answer climb(struct trial *trial);
enum answer try_second_chroot(struct trial *trial);
enum answer try_chroot_from_outside(struct trial *trial);
enum answer try_dotdot(struct trial *trial);
enum answer try_proc_links(struct trial *trial);
enum answer try_descriptors(struct trial *trial);
enum answer try_handle(struct trial *trial);

/* attempts_files.c */
enum answer try_write(struct trial *trial);
enum answer try_read(struct trial *trial);
enum answer try_create(struct trial *trial);
enum answer try_plant_socket(struct trial *trial);
enum answer try_devices(struct trial *trial);
enum answer try_node(struct trial *trial);
enum answer try_set_id_file(struct trial *trial);
enum answer try_watch_root(struct trial *trial);

/* attempts_mounts.c */
enum answer try_mount(struct trial *trial);
enum answer try_bind(struct trial *trial);
enum answer try_remount(struct trial *trial);
enum answer try_mount_attributes(struct trial *trial);
enum answer try_new_mount_calls(struct trial *trial);
enum answer try_user_namespace(struct trial *trial);
enum answer try_clone_user_namespace(struct trial *trial);
enum answer try_clone3_user_namespace(struct trial *trial);
enum answer try_join_namespaces(struct trial *trial);
enum answer try_join_by_pidfd(struct trial *trial);

/* attempts_processes.c */
enum answer try_see_process(struct trial *trial);
enum answer try_signal(struct trial *trial);
enum answer try_trace(struct trial *trial);
enum answer try_read_memory(struct trial *trial);
enum answer try_take_descriptor(struct trial *trial);
enum answer try_compare(struct trial *trial);
enum answer try_limits_of_others(struct trial *trial);
enum answer try_priority_of_others(struct trial *trial);
enum answer try_spare_from_oom(struct trial *trial);
enum answer try_core_limit(struct trial *trial);
enum answer try_groups(struct trial *trial);
enum answer try_capabilities(struct trial *trial);
enum answer try_bounding_set(struct trial *trial);

/* attempts_kernel.c */
enum answer try_call(struct trial *trial);
enum answer try_type_into_terminal(struct trial *trial);
enum answer try_paste_into_console(struct trial *trial);
enum answer try_int_0x80(struct trial *trial);
enum answer try_host_memory(struct trial *trial);

/* attempts_network.c */
enum answer try_abstract_socket(struct trial *trial);
enum answer try_loopback(struct trial *trial);
