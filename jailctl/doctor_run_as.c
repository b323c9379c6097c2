/*
 * doctor_run_as.c - configuration of programs that run something as a user whom it
 * names. What they run is outside; `jailctl exec` is the way to have it inside.
 */
#include "doctor.h"
#include "fd.h"
#include "text_file.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* clang-format off */
static const struct run_as {
	const char *files, *word; /* WORD USER, or WORD = USER */
} fpm[] = {
	{ "/etc/php/*/fpm/pool.d/*.conf", "user" },
	{ "/etc/php/*/fpm/php-fpm.conf",  "user" },
	{ "/etc/php-fpm.d/*.conf",        "user" },
	{ "/etc/php*/php-fpm.d/*.conf",   "user" },
}, cgi[] = {
	{ "/etc/apache2/apache2.conf",       "SuexecUserGroup" },
	{ "/etc/apache2/*-enabled/*.conf",   "SuexecUserGroup" },
	{ "/etc/httpd/conf*/*.conf",         "SuexecUserGroup" },
	{ "/etc/apache2/apache2.conf",       "AssignUserID" },
	{ "/etc/apache2/*-enabled/*.conf",   "AssignUserID" },
	{ "/etc/httpd/conf*/*.conf",         "AssignUserID" },
	{ "/etc/apache2/*-enabled/*.conf",   "SuPHP_UserGroup" },
	{ "/etc/httpd/conf*/*.conf",         "SuPHP_UserGroup" },
	{ "/etc/uwsgi/apps-enabled/*.ini",   "uid" },
	{ "/etc/uwsgi.d/*.ini",              "uid" },
}, units[] = {
	{ "/etc/systemd/system/*.service",           "User" },
	{ "/etc/systemd/system/*.service.d/*.conf",  "User" },
	{ "/run/systemd/system/*.service",           "User" },
	{ "/run/systemd/generator/*.service",        "User" },
	{ "/usr/local/lib/systemd/system/*.service", "User" },
	{ "/usr/lib/systemd/system/*.service",       "User" },
	{ "/etc/supervisor/conf.d/*.conf",           "user" },
	{ "/etc/xinetd.d/*",                         "user" },
};
/* clang-format on */

static const struct person *
jailed_user(const struct doctor *doctor, const char *value)
{
	const struct person *person;
	char *end;
	unsigned long uid = strtoul(value, &end, 10);

	if (*value >= '0' && *value <= '9' && *end == '\0')
		return people_jailed_uid(doctor->people, (uid_t)uid);
	person = people_find(doctor->people, value);
	return person && person->jailed ? person : NULL;
}

/* The first word behind WORD, without quotes; NULL: the line does not begin so. */
static const char *
value_of(char *line, const char *word)
{
	size_t length = strlen(word);
	char *value = line + length;

	if (strncasecmp(line, word, length) != 0 || !strchr(" \t=", *value) || *value == '\0')
		return NULL;
	value += strspn(value, " \t=\"'");
	value[strcspn(value, " \t;\"'")] = '\0';
	return value;
}

static void
judge_file(struct doctor *doctor, const char *file, const char *word)
{
	autotext struct text_file text = { .bytes = NULL };
	struct jail_error ignored;
	char *line;

	if (text_file_read(file, &text, &ignored) < 0)
		return;
	while ((line = text_file_line(&text))) {
		const char *value = value_of(line, word);
		const struct person *person = value ? jailed_user(doctor, value) : NULL;

		if (person)
			doctor_find(doctor, file, text.line, "%s %s: runs outside as this user",
				word, person->name);
	}
}

static int
judge_rows(struct doctor *doctor, const struct run_as *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		glob_t files = { .gl_pathc = 0 };

		if (glob(rows[i].files, 0, NULL, &files) == 0)
			for (size_t j = 0; j < files.gl_pathc; j++)
				judge_file(doctor, files.gl_pathv[j], rows[i].word);
		globfree(&files);
	}
	return 0;
}

int
check_fpm(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return judge_rows(doctor, fpm, sizeof(fpm) / sizeof(fpm[0]));
}

int
check_cgi(struct doctor *doctor, struct jail_error *err)
{
	static const char userdir[] = "/etc/apache2/mods-enabled/userdir.load";
	static const char suexec[] = "/etc/apache2/mods-enabled/suexec.load";

	(void)err;
	if (access(userdir, F_OK) == 0 && access(suexec, F_OK) == 0)
		doctor_find(doctor, userdir, 0,
			"with suexec, programs below ~/public_html run as their owners");
	return judge_rows(doctor, cgi, sizeof(cgi) / sizeof(cgi[0]));
}

int
check_units(struct doctor *doctor, struct jail_error *err)
{
	(void)err;
	return judge_rows(doctor, units, sizeof(units) / sizeof(units[0]));
}
