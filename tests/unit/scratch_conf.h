/*
 * scratch_conf.h - a throw-away /etc for configuration tests: files in a fresh
 * directory, loaded as jail.conf, drop-ins and vendor files are. Names in
 * messages are relative to it.
 */
#pragma once

#include "config.h"
#include "match.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch[] = "/tmp/pam_jail-unit-XXXXXX";

static inline int
scratch_setup(void **state)
{
	(void)state;
	strcpy(scratch + strlen(scratch) - 6, "XXXXXX");
	umask(022);
	if (!mkdtemp(scratch) || chdir(scratch) < 0)
		return -1;
	return mkdir("vendor", 0755) < 0 || mkdir("jail.conf.d", 0755) < 0;
}

static inline int
scratch_teardown(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", scratch);
	return chdir("/") < 0 || system(command) != 0;
}

static inline void
write_bytes(const char *name, const char *bytes, size_t size)
{
	FILE *file;

	remove(name); /* a failed test may have left a FIFO, a link or a directory */
	file = fopen(name, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static inline void
write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

static struct jail_error err;

static inline int
load(struct jail_config **config)
{
	const struct jail_paths paths = { "vendor", "jail.conf", "jail.conf.d" };

	err = (struct jail_error){ .text = "" };
	*config = NULL;
	return config_load(&paths, config, &err);
}

/* Loads `text` as jail.conf; the error's text if that fails, else "". */
static inline const char *
load_error(const char *text)
{
	struct jail_config *config;

	write_text("jail.conf", text);
	if (load(&config) == 0) {
		config_free(config);
		return "";
	}
	assert_null(config);
	return err.text;
}

static inline struct jail_config *
loaded(const char *text)
{
	struct jail_config *config;

	write_text("jail.conf", text);
	if (load(&config) < 0)
		fail_msg("%s", err.text);
	return config;
}

#define assert_refused(text, message) assert_string_equal(load_error(text), message)
#define assert_accepted(text)         assert_string_equal(load_error(text), "")

static inline struct jail_login
login_of(const char *user, const char *service)
{
	struct jail_login login = { .uid = 1000, .gid = 1000, .shell = "/bin/sh" };

	snprintf(login.user, sizeof(login.user), "%s", user);
	snprintf(login.service, sizeof(login.service), "%s", service);
	snprintf(login.home, sizeof(login.home), "/home/%s", user);
	return login;
}

static inline struct jail_login
login_in(const char *user, const char *service, const char *group)
{
	struct jail_login login = login_of(user, service);

	login.group_count = 2;
	login.groups[0] = (struct jail_group){ .gid = 1000, .name = "users" };
	login.groups[1].gid = 1001;
	snprintf(login.groups[1].name, sizeof(login.groups[1].name), "%s", group);
	return login;
}
