/*
 * doctor_ftp.c - file transfer that opens no PAM session, or knows users whom PAM
 * does not.
 */
#include "doctor.h"
#include "text_file.h"
#include "vsftpd.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void
judge_session(struct doctor *doctor, const char *file)
{
	struct vsftpd_setting local = vsftpd_get(file, "local_enable", "NO");
	struct vsftpd_setting session = vsftpd_get(file, "session_support", "NO");

	if (!vsftpd_is_yes(&local) || vsftpd_is_yes(&session))
		return;
	if (session.line)
		doctor_find(doctor, file, session.line, "session_support=%s", session.value);
	else
		doctor_find(doctor, file, 0, "session_support is not given, which means NO");
}

int
check_vsftpd_session(struct doctor *doctor, struct jail_error *err)
{
	glob_t files;

	(void)err;
	vsftpd_files(&files);
	for (size_t i = 0; i < files.gl_pathc; i++)
		judge_session(doctor, files.gl_pathv[i]);
	globfree(&files);
	return 0;
}

static void
judge_guests(struct doctor *doctor, const char *file)
{
	struct vsftpd_setting guests = vsftpd_get(file, "guest_enable", "NO");
	struct vsftpd_setting name = vsftpd_get(file, "guest_username", "ftp");

	if (vsftpd_is_yes(&guests))
		doctor_find(doctor, file, guests.line,
			"guest_enable=YES: whoever the PAM service knows becomes %s",
			name.value);
}

/* Words of proftpd that name users of its own, beside or instead of PAM. */
/* clang-format off */
static const struct { const char *word, *value; } proftpd_words[] = {
	{ "AuthUserFile", NULL },
	{ "SQLAuthenticate", NULL },
	{ "LDAPServer", NULL },
	{ "AuthPAM", "off" },
};
/* clang-format on */

static void
judge_proftpd(struct doctor *doctor, const char *file)
{
	autotext struct text_file text = { .bytes = NULL };
	struct jail_error ignored;
	const char *line;

	if (text_file_read(file, &text, &ignored) < 0)
		return;
	while ((line = text_file_line(&text)))
		for (size_t i = 0; i < sizeof(proftpd_words) / sizeof(proftpd_words[0]); i++) {
			size_t length = strlen(proftpd_words[i].word);
			const char *value = line + length;

			if (strncasecmp(line, proftpd_words[i].word, length) != 0 ||
				(*value != ' ' && *value != '\t'))
				continue;
			value += strspn(value, " \t");
			if (!proftpd_words[i].value ||
				strcasecmp(value, proftpd_words[i].value) == 0)
				doctor_find(doctor, file, text.line, "%s", line);
		}
}

static void
judge_files(struct doctor *doctor, const char *program, const char *pattern,
	void (*judge)(struct doctor *doctor, const char *file))
{
	glob_t files = { .gl_pathc = 0 };

	if (access(program, X_OK) < 0 || glob(pattern, 0, NULL, &files) != 0)
		return;
	for (size_t i = 0; i < files.gl_pathc; i++)
		judge(doctor, files.gl_pathv[i]);
	globfree(&files);
}

static void
judge_puredb(struct doctor *doctor, const char *file)
{
	doctor_find(doctor, file, 0, "pure-ftpd has users of its own");
}

int
check_ftp_virtual(struct doctor *doctor, struct jail_error *err)
{
	static const char proftpd[] = "/usr/sbin/proftpd", pure[] = "/usr/sbin/pure-ftpd";
	glob_t files;

	(void)err;
	vsftpd_files(&files);
	for (size_t i = 0; i < files.gl_pathc; i++)
		judge_guests(doctor, files.gl_pathv[i]);
	globfree(&files);
	judge_files(doctor, proftpd, "/etc/proftpd/*.conf", judge_proftpd);
	judge_files(doctor, proftpd, "/etc/proftpd/conf.d/*.conf", judge_proftpd);
	judge_files(doctor, proftpd, "/etc/proftpd.conf", judge_proftpd);
	judge_files(doctor, pure, "/etc/pure-ftpd/*.pdb", judge_puredb);
	judge_files(doctor, pure, "/etc/pureftpd.pdb", judge_puredb);
	return 0;
}
