/*
 * pam_line.h - the lines of a file of /etc/pam.d, as libpam reads them
 * (pam.conf(5); libpam/pam_handlers.c).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum pam_type { PAM_AUTH, PAM_ACCOUNT, PAM_PASSWORD, PAM_SESSION, PAM_ALL };

enum pam_kind {
	PAM_LINE_MODULE,
	PAM_LINE_INCLUDE,  /* `module` is a file: its lines of this type, PAM_ALL: all */
	PAM_LINE_SUBSTACK, /* the same, and a "done" in it ends only it */
};

/* What libpam does when a module returned some code. Above 0: lines to jump over. */
enum pam_action {
	PAM_ACTION_IGNORE = 0,
	PAM_ACTION_OK = -1,
	PAM_ACTION_DONE = -2,
	PAM_ACTION_BAD = -3,
	PAM_ACTION_DIE = -4,
	PAM_ACTION_RESET = -5,
};

enum { PAM_CODES_MAX = 34, PAM_WORD_MAX = 256, PAM_ARGUMENTS_MAX = 1024 };

struct pam_control {
	size_t count;
	struct {
		char code[24]; /* "success", "perm_denied" */
		int action;
	} given[PAM_CODES_MAX];
	int otherwise; /* for every code that is not given */
};

struct pam_line {
	int number;
	bool may_lack; /* "-session": no module, no complaint */
	enum pam_type type;
	enum pam_kind kind;
	struct pam_control control;
	char module[PAM_WORD_MAX];
	char arguments[PAM_ARGUMENTS_MAX]; /* with single blanks between */
};

struct pam_reader {
	const char *at, *end;
	int number; /* of the physical line that was read last */
};

enum pam_read {
	PAM_READ_END,
	PAM_READ_LINE,
	PAM_READ_BROKEN, /* line->number: libpam refuses, or understands otherwise */
};

/* Of `size` bytes, which need no NUL at the end. */
struct pam_reader pam_reader(const char *text, size_t size);

/* The next line that says something, continued ones joined. */
enum pam_read pam_read(struct pam_reader *reader, struct pam_line *line);

/* The action of a control for a return code by its name. */
int pam_control_action(const struct pam_control *control, const char *code);
