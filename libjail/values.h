/*
 * values.h - texts to values and back, one pair of functions for each kind of
 * value in jail.conf. What is printed parses to the same value.
 */
#pragma once

#include "schema.h"

int parse_bytes(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_bytes(const struct jail_option *option, const void *field, FILE *out);

int parse_seconds(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_seconds(const struct jail_option *option, const void *field, FILE *out);

int parse_percent(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_percent(const struct jail_option *option, const void *field, FILE *out);

int parse_count(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_count(const struct jail_option *option, const void *field, FILE *out);

/* "yes" or "no", a bool. */
int parse_yes(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_yes(const struct jail_option *option, const void *field, FILE *out);

/* One of the words in option->unit, an enum whose values count the words. */
int parse_word(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_word(const struct jail_option *option, const void *field, FILE *out);

/* Texts copied into a char array of option->size. */
int parse_name(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
int parse_hostname(const struct jail_option *option, const struct jail_texts *value,
	void *field, struct jail_error *err);
int parse_path(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);
void print_text(const struct jail_option *option, const void *field, FILE *out);
/* Of a resolved policy: '%' is doubled, for it must not be expanded again. */
void print_path(const struct jail_option *option, const void *field, FILE *out);

/* Texts borrowed: a `const char *`, a `struct jail_texts`. */
int parse_reference(const struct jail_option *option, const struct jail_texts *value,
	void *field, struct jail_error *err);
void print_reference(const struct jail_option *option, const void *field, FILE *out);
int parse_accounts(const struct jail_option *option, const struct jail_texts *value,
	void *field, struct jail_error *err);
void print_list(const struct jail_option *option, const void *field, FILE *out);

/* Checked only; whoever reads the section knows what it means. */
int parse_inherit(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err);

/*
 * A name becomes a file's name, a word of a log line, an argument: letters,
 * digits, '.', '_' and '-', the first a letter or digit, below POLICY_NAME_MAX.
 */
int name_check(const char *name, struct jail_error *err);

/* Absolute, below 256 bytes, without "//", ".", ".." and control characters. */
int path_check(const char *path, struct jail_error *err);

/* The same for a path in which %u, %h (in front) and %% wait to be expanded. */
int path_check_template(const char *path, struct jail_error *err);

/* By their components; "/" has all others below it. */
bool path_is_at_or_below(const char *path, const char *top);

/* In quotes, '"' and '\' escaped as jail.conf wants them. */
void print_quoted(const char *text, FILE *out);

/* The same, and '%' doubled: a path that must not be expanded again. */
void print_quoted_path(const char *path, FILE *out);
