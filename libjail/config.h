/*
 * config.h - jail.conf and its drop-ins, read whole and checked whole: either
 * all of it is understood, or nobody is jailed by it and so nobody enters.
 */
#pragma once

#include "error.h"
#include "policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct jail_config;

/* Read in this order; a later section replaces the earlier of its kind and name. */
struct jail_paths {
	const char *vendor_dir; /* its *.conf by name; may be missing, may be NULL */
	const char *main_file;  /* must exist */
	const char *dropin_dir; /* as vendor_dir */
};

/* /usr/share/pam_jail/policies, /etc/jail.conf, /etc/jail.conf.d */
extern const struct jail_paths config_paths;

/*
 * The files must belong to root (or to the caller's uid, so that tests and
 * `jailctl check` can run as anybody) and be nobody else's to write.
 *   fails   "FILE:LINE: sentence", the first mistake of the first bad file
 * One at a time in a process: libconfuse keeps its lexer in globals.
 */
int config_load(const struct jail_paths *paths, struct jail_config **config,
	struct jail_error *err);

/* What the files are at one moment, by identity, size and times. */
struct config_stamp {
	uint64_t sum;
	time_t newest; /* when one of them last changed */
	bool settled;  /* long enough ago for another change to show */
};

/*
 * Takes it, without reading the files: before a config_load(), whose outcome
 * then holds while later stamps are the same. What cannot be looked at is the
 * same as nothing.
 */
struct config_stamp config_stamp(const struct jail_paths *paths);
bool config_stamp_same(const struct config_stamp *a, const struct config_stamp *b);

/* NULL is fine. Ends every origin and text that came from it. */
void config_free(struct jail_config *config);

/* The names in order of the files, for lists and completions. */
size_t config_policy_count(const struct jail_config *config);
const char *config_policy_name(const struct jail_config *config, size_t index);
bool config_has_plan(const struct jail_config *config, const char *name);
size_t config_plan_count(const struct jail_config *config);
const char *config_plan_name(const struct jail_config *config, size_t index);

/*
 * One policy or plan, presets and inherited values filled in; %u and %h are
 * not expanded yet (config_resolve does that).
 *   fails   errnum 0, "no policy \"x\""
 */
int config_policy(const struct jail_config *config, const char *name,
	struct jail_policy *policy, struct jail_error *err);
int config_plan(const struct jail_config *config, const char *name, struct jail_plan *plan,
	struct jail_error *err);

/* In order; the first that fits decides. Owned by the configuration. */
const struct jail_assign *config_assigns(const struct jail_config *config, size_t *count);
