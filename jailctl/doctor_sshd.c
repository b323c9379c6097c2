/*
 * doctor_sshd.c - what in sshd's configuration leads around the jail, or cannot
 * work in one.
 */
#include "doctor.h"
#include "fd.h"
#include "sshd.h"

#include <stdio.h>
#include <string.h>

/* sshd is asked about as many users; Match can say something else for each. */
enum { USERS_ASKED_MAX = 64, VALUE_MAX = 512 };

static int
judge_pam(struct doctor *doctor, const struct sshd *sshd, struct jail_error *err)
{
	autofree char *text = NULL;
	char value[VALUE_MAX], file[VALUE_MAX];
	int line;

	if (sshd_ask(sshd, NULL, &text, err) < 0)
		return -1;
	if (!sshd_value(text, "usepam", value, sizeof(value)))
		snprintf(value, sizeof(value), "unknown to it");
	if (strcmp(value, "yes") == 0)
		return 0;
	line = sshd_line(sshd, "UsePAM", "yes", file, sizeof(file));
	doctor_find(doctor, file, line, "sshd -T says: usepam %s", value);
	return 0;
}

int
check_sshd_pam(struct doctor *doctor, struct jail_error *err)
{
	struct sshd list[SSHD_MAX];
	size_t count = sshd_find(list);
	int result = 0;

	for (size_t i = 0; i < count; i++)
		if (judge_pam(doctor, &list[i], err) < 0)
			result = -1;
	return result;
}

/* `user` NULL: everybody. */
static int
judge_chroot(struct doctor *doctor, const struct sshd *sshd, const char *user,
	struct jail_error *err)
{
	autofree char *text = NULL;
	char value[VALUE_MAX], file[VALUE_MAX];
	int line;

	if (sshd_ask(sshd, user, &text, err) < 0)
		return -1;
	if (!sshd_value(text, "chrootdirectory", value, sizeof(value)) ||
		strcmp(value, "none") == 0)
		return 0;
	line = sshd_line(sshd, "ChrootDirectory", "none", file, sizeof(file));
	doctor_find(doctor, file, line, "ChrootDirectory %s holds for %s", value,
		user ? user : "everybody");
	return 1;
}

static int
judge_chroot_of_users(struct doctor *doctor, const struct sshd *sshd, struct jail_error *err)
{
	const struct people *people = doctor->people;
	size_t asked = 0;

	for (size_t i = 0; i < people->count && asked < USERS_ASKED_MAX; i++) {
		if (!people->list[i].jailed)
			continue;
		if (judge_chroot(doctor, sshd, people->list[i].name, err) < 0)
			return -1;
		asked++;
	}
	return 0;
}

int
check_sshd_chroot(struct doctor *doctor, struct jail_error *err)
{
	struct sshd list[SSHD_MAX];
	size_t count = sshd_find(list);

	for (size_t i = 0; i < count; i++) {
		int holds = judge_chroot(doctor, &list[i], NULL, err);

		if (holds < 0 || (!holds && judge_chroot_of_users(doctor, &list[i], err) < 0))
			return -1;
	}
	return 0;
}
