/*
 * vsftpd.c - reads vsftpd.conf(5): KEY=VALUE without blanks, '#' lines.
 */
#include "vsftpd.h"

#include "processes.h"
#include "text_file.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/stat.h>

/* vsftpd has no options that take a word; -oKEY=VALUE is one word. */
static void
add_running(pid_t pid, void *context)
{
	glob_t *files = context;
	char arguments[PROCESS_TEXT_MAX];
	size_t size = process_arguments(pid, arguments, sizeof(arguments));
	const char *at = arguments, *end = arguments + size;

	if (!process_runs(pid, VSFTPD))
		return;
	for (at += strlen(at) + 1; at < end; at += strlen(at) + 1) {
		bool known = *at != '/';

		for (size_t i = 0; i < files->gl_pathc && !known; i++)
			known = strcmp(files->gl_pathv[i], at) == 0;
		if (!known)
			glob(at, GLOB_APPEND | GLOB_NOCHECK | GLOB_NOESCAPE, NULL, files);
	}
}

void
vsftpd_files(glob_t *files)
{
	*files = (glob_t){ .gl_pathc = 0 };
	if (access(VSFTPD, X_OK) < 0)
		return;
	glob("/etc/vsftpd.conf", 0, NULL, files);
	glob("/etc/vsftpd/*.conf", GLOB_APPEND, NULL, files);
	processes_each(add_running, files);
}

struct vsftpd_setting
vsftpd_get(const char *file, const char *key, const char *preset)
{
	autotext struct text_file text = { .bytes = NULL };
	struct vsftpd_setting setting = { .line = 0 };
	struct jail_error ignored;
	size_t length = strlen(key);
	const char *line;

	snprintf(setting.value, sizeof(setting.value), "%s", preset);
	if (text_file_read(file, &text, &ignored) < 0)
		return setting;
	while ((line = text_file_line(&text))) {
		if (strncasecmp(line, key, length) != 0 || line[length] != '=')
			continue;
		snprintf(setting.value, sizeof(setting.value), "%s", line + length + 1);
		setting.line = text.line;
	}
	return setting;
}

bool
vsftpd_is_yes(const struct vsftpd_setting *setting)
{
	return strcasecmp(setting->value, "yes") == 0 ||
	       strcasecmp(setting->value, "true") == 0 || strcmp(setting->value, "1") == 0;
}

bool
vsftpd_has_files(void)
{
	glob_t files;
	bool has;

	vsftpd_files(&files);
	has = files.gl_pathc > 0;
	globfree(&files);
	return has;
}

void
vsftpd_add_services(struct ways_in *ways)
{
	glob_t files;

	vsftpd_files(&files);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct vsftpd_setting local =
			vsftpd_get(files.gl_pathv[i], "local_enable", "NO");
		struct vsftpd_setting service =
			vsftpd_get(files.gl_pathv[i], "pam_service_name", "ftp");

		if (vsftpd_is_yes(&local))
			ways_in_add(ways, service.value);
	}
	globfree(&files);
}
