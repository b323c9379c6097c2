/*
 * vsftpd.h - the configuration files of the vsftpds of this host.
 */
#pragma once

#include "ways_in.h"

#include <glob.h>

#define VSFTPD "/usr/sbin/vsftpd"

/* The usual places, and what running vsftpds were started with: the caller's to
 * globfree(3). Nothing where vsftpd is not installed. */
void vsftpd_files(glob_t *files);

struct vsftpd_setting {
	char value[256];
	int line; /* 0: not given, `value` is the preset */
};

/* The last line that gives `key`, as vsftpd takes it. */
struct vsftpd_setting vsftpd_get(const char *file, const char *key, const char *preset);
bool vsftpd_is_yes(const struct vsftpd_setting *setting);

bool vsftpd_has_files(void);

/* pam_service_name of each file that lets local users in. */
void vsftpd_add_services(struct ways_in *ways);
