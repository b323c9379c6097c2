/*
 * admissions.c - reservations between account and session.
 *
 * A counter, not a token: with keyboard-interactive the asking process is gone
 * by the time of ENTER, so that any session of the user's service takes one.
 */
#include "supervisor.h"

#include "fd.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

int
admission_add(struct supervisor *supervisor, struct jail *jail, struct connection *asker,
	int pidfd, struct jail_error *err)
{
	struct admission *admission = calloc(1, sizeof(*admission));

	if (!admission)
		return jail_fail(err, ENOMEM, "admit");
	admission->jail = jail;
	admission->asker = asker;
	admission->process = pidfd;
	admission->expires = now_ms() + ADMISSION_MS;
	snprintf(admission->service, sizeof(admission->service), "%s",
		supervisor->login.service);
	admission->next = supervisor->admissions;
	supervisor->admissions = admission;
	jail->admissions++;
	return 0;
}

static void
drop(struct supervisor *supervisor, struct admission **at)
{
	struct admission *admission = *at;

	*at = admission->next;
	admission->jail->admissions--;
	jail_released(supervisor, admission->jail);
	fd_close(&admission->process);
	free(admission);
}

bool
admission_take(struct supervisor *supervisor, const char *service)
{
	for (struct admission **at = &supervisor->admissions; *at; at = &(*at)->next)
		if (strcmp((*at)->service, service) == 0) {
			drop(supervisor, at);
			return true;
		}
	return false;
}

/*
 * Who keeps its connection open means to come back with it. Who hung up was
 * killed, or refused by another module, or it was keyboard-interactive's child,
 * whose parent comes soon, and loses no more than a jail that was built early.
 */
void
admissions_abandon(struct supervisor *supervisor, const struct connection *asker)
{
	uint64_t soon = now_ms() + ABANDONED_MS;

	for (struct admission *a = supervisor->admissions; a; a = a->next) {
		if (a->asker != asker)
			continue;
		a->asker = NULL;
		if (a->expires > soon)
			a->expires = soon;
	}
}

static bool
lives(int pidfd)
{
	struct pollfd one = { .fd = pidfd, .events = POLLIN };

	return poll(&one, 1, 0) == 0;
}

void
admissions_expire(struct supervisor *supervisor)
{
	uint64_t now = now_ms();

	for (struct admission **at = &supervisor->admissions; *at;) {
		if ((*at)->expires > now) {
			at = &(*at)->next;
			continue;
		}
		if (lives((*at)->process))
			log_line(
				"user %s service %s: admitted, and no session came although its "
				"process lives: is the session line of pam_jail.so missing in "
				"/etc/pam.d/%s?",
				(*at)->jail->login.user, (*at)->service, (*at)->service);
		drop(supervisor, at);
	}
}

unsigned
admission_count(const struct supervisor *supervisor)
{
	unsigned count = 0;

	for (const struct admission *a = supervisor->admissions; a; a = a->next)
		count++;
	return count;
}
