/*
 * jails.c - the user's jails: built when a login needs one, ended when the last
 * session has gone and linger has passed, buried when the kernel has let go.
 */
#include "supervisor.h"

#include "fd.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

struct jail *
jail_find(struct supervisor *supervisor, const char *policy)
{
	for (struct jail *jail = supervisor->jails; jail; jail = jail->next)
		if (jail->state == JAIL_LIVE && strcmp(jail->policy.name, policy) == 0 &&
			strcmp(jail->config, supervisor->login_config) == 0)
			return jail;
	return NULL;
}

/* Init died, by us or by somebody else: the kernel has killed what was inside. */
static void
init_died(struct supervisor *supervisor, void *owner)
{
	struct jail *jail = owner;
	siginfo_t info;

	waitid(P_PIDFD, (id_t)jail->init_watch.fd, &info, WEXITED | WNOHANG);
	watch_remove(supervisor, &jail->init_watch);
	fd_close(&jail->init_watch.fd);
	if (jail->state == JAIL_LIVE)
		log_line("jail %s of user %s: init died", jail->name, jail->login.user);
	jail->state = JAIL_ENDING;
	jail->deadline = now_ms() + DYING_MS;
}

/* "<policy>-<time in hex>": a cgroup of the last jail may still be dying. */
static void
name_jail(struct jail *jail)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	snprintf(jail->name, sizeof(jail->name), "%s-%" PRIx64, jail->policy.name,
		(uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
	snprintf(jail->hostname, sizeof(jail->hostname), "%s",
		jail->policy.hostname[0] ? jail->policy.hostname : jail->login.user);
}

static struct jail *
jail_new(struct supervisor *supervisor)
{
	struct jail *jail = calloc(1, sizeof(*jail));

	if (!jail)
		return NULL;
	jail->supervisor = supervisor;
	login_copy(&jail->login, &supervisor->login);
	memcpy(jail->config, supervisor->login_config, sizeof(jail->config));
	jail->policy = supervisor->verdict.policy;
	jail->plan = supervisor->verdict.plan;
	jail->started = (uint64_t)time(NULL);
	jail->leaf = CGROUP_LEAF_INITIAL;
	jail->image = IMAGE_INITIAL;
	jail->ids = IDS_OF_HOST;
	jail->stub = jail->user_namespace = jail->layer = jail->mount_namespace = -1;
	jail->log.socket.fd = jail->log.child = -1;
	jail->init_watch = (struct watch){ .fd = -1, .ready = init_died, .owner = jail };
	for (size_t i = 0; i < MOUNT_ROWS_MAX; i++)
		jail->mounts[i] = -1;
	name_jail(jail);
	return jail;
}

static struct jail *
jail_build(struct supervisor *supervisor, struct jail_error *err)
{
	struct jail *jail = jail_new(supervisor);

	if (!jail) {
		jail_fail(err, ENOMEM, "build");
		return NULL;
	}
	if (run_steps(jail, build_steps, build_step_count, &jail->policy.user_namespace,
		    &jail->done, err) != JAIL_ENTERED) {
		free(jail);
		return NULL;
	}
	if (watch_add(supervisor, &jail->init_watch, err) < 0) {
		undo_steps(jail, build_steps, &jail->done);
		free(jail);
		return NULL;
	}
	jail->next = supervisor->jails;
	supervisor->jails = jail;
	return jail;
}

/* An empty jail that waits for nobody, of a name, home or group that is no longer
 * so. A group that came later is no reason to end what lingers in it. */
static bool
is_outdated(const struct jail *jail, const struct jail_login *login)
{
	return jail->sessions == 0 && jail->admissions == 0 &&
	       (strcmp(jail->login.user, login->user) != 0 || jail->login.gid != login->gid ||
		       strcmp(jail->login.home, login->home) != 0 ||
		       !login_has_groups_of(login, &jail->login));
}

struct jail *
jail_find_or_build(struct supervisor *supervisor, struct jail_error *err)
{
	struct jail *jail = jail_find(supervisor, supervisor->verdict.policy.name);

	if (jail && is_outdated(jail, &supervisor->login)) {
		jail_end(jail);
		jail = NULL;
	}
	return jail ? jail : jail_build(supervisor, err);
}

static void
kill_init(struct jail *jail)
{
	jail->deadline = now_ms() + DYING_MS;
	if (jail->init_watch.fd >= 0)
		pidfd_send_signal(jail->init_watch.fd, SIGKILL, NULL, 0);
}

void
jail_end(struct jail *jail)
{
	jail->state = JAIL_ENDING;
	kill_init(jail);
}

void
jail_released(struct supervisor *supervisor, struct jail *jail)
{
	(void)supervisor;
	if (jail->state != JAIL_LIVE || jail->sessions > 0 || jail->admissions > 0)
		return;
	if (jail->plan.linger == LIMIT_NONE)
		return;
	/* Programs whose terminal hung up get a moment to save what they had. */
	jail->deadline = now_ms() + (jail->plan.linger ? jail->plan.linger * 1000 : PARTING_MS);
}

static bool
is_abandoned(const struct jail *jail)
{
	return jail->state == JAIL_LIVE && jail->sessions == 0 && jail->admissions == 0 &&
	       jail->plan.linger != LIMIT_NONE;
}

/* Monitors that have not noticed the end of their jail stand half in it; and a
 * kill that a security module refused may succeed now. */
static void
kill_again(struct supervisor *supervisor, struct jail *jail)
{
	kill_init(jail);
	for (struct session *s = supervisor->sessions; s; s = s->next)
		if (s->jail == jail)
			pidfd_send_signal(s->watch.fd, SIGKILL, NULL, 0);
}

/* Who of a jail that ends is still there, so that it cannot be buried. */
static bool
is_inhabited(const struct jail *jail)
{
	return jail->sessions > 0 || jail->init_watch.fd >= 0;
}

static bool
try_bury(struct supervisor *supervisor, struct jail **at)
{
	struct jail *jail = *at;
	struct jail_error err;

	if (jail->init_watch.fd >= 0 || jail->sessions > 0 || jail->admissions > 0)
		return false;
	cgroup_leaf_close(&jail->leaf);
	if (cgroup_leaf_remove(&supervisor->cgroups, jail->leaf.path, &err) < 0 &&
		err.errnum == EBUSY) {
		/* A stray: something moved in that was never a session. */
		if (now_ms() >= jail->deadline) {
			cgroup_leaf_kill(&supervisor->cgroups, jail->leaf.path, &err);
			jail->deadline = now_ms() + DYING_MS;
		}
		return false;
	}
	undo_steps(jail, build_steps, &jail->done);
	*at = jail->next;
	free(jail);
	return true;
}

void
jails_tick(struct supervisor *supervisor)
{
	uint64_t now = now_ms();

	for (struct jail **at = &supervisor->jails; *at;) {
		struct jail *jail = *at;

		if (is_abandoned(jail) && now >= jail->deadline)
			jail_end(jail);
		if (jail->state == JAIL_ENDING) {
			if (is_inhabited(jail) && now >= jail->deadline)
				kill_again(supervisor, jail);
			if (try_bury(supervisor, at))
				continue;
		}
		at = &jail->next;
	}
}

/* When this jail wants to be looked at; 0: an event will tell. */
static uint64_t
jail_next(const struct jail *jail, uint64_t now)
{
	if (jail->state == JAIL_LIVE)
		return is_abandoned(jail) ? jail->deadline : 0;
	/* The end of a process is an event, rmdir(2) of the leaf has none. */
	return is_inhabited(jail) ? jail->deadline : now + BURY_AGAIN_MS;
}

uint64_t
jails_next(const struct supervisor *supervisor)
{
	uint64_t next = 0, now = now_ms();

	for (const struct jail *jail = supervisor->jails; jail; jail = jail->next)
		next = sooner(next, jail_next(jail, now));
	for (const struct admission *a = supervisor->admissions; a; a = a->next)
		next = sooner(next, a->expires);
	return next;
}
