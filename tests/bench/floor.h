/*
 * floor.h - the least that a login into a jail can cost: the product's system
 * calls, with nothing around them. No configuration, no names, no sentences, no
 * library but libc; whatever fails ends the program with its place.
 */
#pragma once

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#define FLOOR_RUN  "/run/bench_floor"
#define FLOOR_BASE "bench_floor" /* in each cgroup hierarchy */
#define FLOOR_UID  "2001"
/* uid and gid 0 of a jail with a user namespace */
#define FLOOR_ROOT      2099999999
#define FLOOR_ROOT_TEXT "2099999999"

enum { NAMESPACES = 8, CONTROLLERS = 3, WIRE_MAX = 64 * 1024 };

#define MUST(call) \
	({ \
		long must_result_ = (long)(call); \
		if (must_result_ < 0) \
			floor_die(__FILE__, __LINE__, #call); \
		must_result_; \
	})

__attribute__((noreturn)) void floor_die(const char *file, int line, const char *call);

struct floor_options {
	const char *variant; /* "none", "host", or "user": none, in a user namespace; "bind":
				none, and the image itself for a root, with all places */
	const char *image;   /* a generation */
	const char *home;
	const char *filter; /* a file with struct sock_filter[]; an empty one: no filter */
	int between_ms;     /* from account to session; not counted */
};

/* How a jail is recognised from inside. */
struct identity {
	uint64_t namespaces[NAMESPACES];
	uint64_t root[3];
};
extern const char *const namespace_files[NAMESPACES];
void read_namespaces(int directory, uint64_t ids[NAMESPACES]);
void read_root(uint64_t root[3]);

/* Messages between the login and its helper. */
struct message {
	uint32_t type;
	uint32_t filter_length;
	uint64_t flags;     /* CLONE_NEW* to join */
	double attached_us; /* what the session's cgroups took */
	struct identity identity;
	struct sock_filter filter[BPF_MAXINSNS];
};
enum { ADMIT = 1, ENTER, ENTERED, WELCOME, SEAL };
void message_send(int socket, const struct message *message, size_t size, int fd);
int message_receive(int socket, struct message *message, int *fd); /* 0: hung up */
double now_us(void);
#define SHORT_MESSAGE offsetof(struct message, filter)

/* What the helper builds. */
struct jail {
	const struct floor_options *options;
	int unified, v1[CONTROLLERS]; /* cgroup bases */
	int leaf, tasks[CONTROLLERS];
	char leaf_path[64];
	int stub, generation, image, layer, mounts[5];
	int log, init, self, mount_namespace, user_namespace;
	pid_t init_pid;
	int worker;
	struct identity *identity; /* shared with init-to-be */
	uint64_t flags;
};
void birth(struct jail *jail);
void build(struct jail *jail);
void bind_home(const struct jail *jail);
void begin_move(struct jail *jail);
void attach(struct jail *jail, pid_t pid, int pidfd);
void tear_down(struct jail *jail);

/* The helper: serves until the last session is gone. */
__attribute__((noreturn)) void serve(const struct floor_options *options);
