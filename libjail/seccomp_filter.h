/*
 * seccomp_filter.h - which system calls a jail may make: policies/seccomp/NAME.list,
 * read, compiled into one classic BPF program, applied.
 *
 *	read                                # reason
 *	keyctl EPERM                        # reason
 *	socket if arg0 == AF_UNIX           # reason
 *	clone EPERM if arg0 & CLONE_NEWUSER # reason
 *	?mseal                              # may be unknown to an old libseccomp
 *	include base                        # reason
 *
 * For each call the first line that fits decides, so a list overrules what it
 * includes further down. What no line fits answers ENOSYS, as does any number
 * of another architecture (i386 by int 0x80, x32): programs then believe in
 * an older kernel and fall back.
 *
 * Conditions look at the low 32 bits of an argument, as the kernel does where
 * the parameter is an int (ioctl's request, socket's family). Never write one
 * for a pointer or a size.
 *
 * (Not called seccomp.h: that is libseccomp's header.)
 */
#pragma once

#include "error.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

enum { SECCOMP_CONDITIONS_MAX = 3, SECCOMP_FILES_MAX = 8 };

enum seccomp_test {
	SECCOMP_EQUAL,   /* arg0 == VALUE */
	SECCOMP_DIFFERS, /* arg0 != VALUE */
	SECCOMP_ANY_BIT, /* arg0 & VALUE */
};

struct seccomp_condition {
	unsigned int arg; /* 0-5 */
	enum seccomp_test test;
	uint32_t value;
};

/* One line; all strings belong to the list. */
struct seccomp_rule {
	uint32_t number; /* of the call, on this architecture */
	uint32_t action; /* SECCOMP_RET_ALLOW or SECCOMP_RET_ERRNO | errno */
	size_t condition_count;
	struct seccomp_condition conditions[SECCOMP_CONDITIONS_MAX];
	const char *file; /* "base.list" */
	int line;
	const char *text;   /* "ioctl EPERM if arg1 == TIOCSTI" */
	const char *reason; /* "types into the terminal as if its owner did" */
};

struct seccomp_file {
	char *name; /* "base.list" */
	char *text;
};

struct seccomp_list {
	size_t file_count;
	struct seccomp_file files[SECCOMP_FILES_MAX];
	size_t rule_count;
	size_t rule_space;
	struct seccomp_rule *rules;
};

struct seccomp_program {
	unsigned short len; /* instructions, as in struct sock_fprog */
	struct sock_filter *filter;
};

/*
 * Reads NAME.list and what it includes, below lists_fd.
 *   fails   "base.list:12: ..." unless every line is understood and reasoned, each
 *           file is a regular file of root's (or ours, when we are not root)
 *           that nobody else may write, and none is included twice
 */
int seccomp_list_read(int lists_fd, const char *name, struct seccomp_list *out,
	struct jail_error *err);

/* The same with another list in front, which overrules it; NULL: none. */
int seccomp_list_read_behind(int lists_fd, const char *first, const char *name,
	struct seccomp_list *out, struct jail_error *err);
void seccomp_list_free(struct seccomp_list *list);

/*
 * The next rule for a call, by index, starting at `from`; rule_count if there
 * is none. Walk it until a rule without conditions to see who decides.
 *   fails   -1 when no such system call is known
 */
int seccomp_list_find(const struct seccomp_list *list, const char *syscall, size_t from,
	struct jail_error *err);

/*
 * One program, a binary search over the numbers. Unconditional allows involve
 * no argument, so the kernel's bitmap answers them without running it.
 *   fails   on a line that can never be reached, and beyond BPF_MAXINSNS
 */
int seccomp_compile(const struct seccomp_list *list, struct seccomp_program *out,
	struct jail_error *err);
void seccomp_program_free(struct seccomp_program *program);

/* What the program would refuse, it reports to the kernel's log instead, and lets
 * happen: to find out what a list would break. It protects nothing. */
void seccomp_log_only(struct seccomp_program *program);

/* Reads and compiles. */
int seccomp_compile_name(int lists_fd, const char *name, struct seccomp_program *out,
	struct jail_error *err);

/*
 * Applies a program to every thread of this process, for good. Needs
 * no_new_privs, and not libseccomp: the PAM module links only this.
 * (Not seccomp_load: libseccomp has a function of that name.)
 *   fails   EACCES without no_new_privs; EINVAL if the kernel finds the
 *           program wrong
 */
int seccomp_apply(const struct seccomp_program *program, struct jail_error *err);
