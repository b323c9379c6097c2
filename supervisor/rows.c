/*
 * rows.c - the simple rows of build_steps[]: each takes one resource of libjail
 * and gives it back.
 */
#include "rows.h"

#include "fd.h"
#include "filter.h"
#include "jail.h"
#include "layer.h"
#include "paths.h"
#include "stub.h"
#include "supervisor.h"
#include "user_namespace.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

int
plan_apply(void *work, struct jail_error *err)
{
	struct jail *jail = work;

	return cgroup_apply_plan(&jail->supervisor->cgroups, jail->supervisor->uid, &jail->plan,
		err);
}

int
leaf_make(void *work, struct jail_error *err)
{
	struct jail *jail = work;

	return cgroup_leaf_make(&jail->supervisor->cgroups, jail->supervisor->uid, jail->name,
		&jail->leaf, err);
}

void
leaf_remove(void *work)
{
	struct jail *jail = work;
	struct jail_error ignored; /* EBUSY: try_bury() asks again */

	cgroup_leaf_close(&jail->leaf);
	cgroup_leaf_remove(&jail->supervisor->cgroups, jail->leaf.path, &ignored);
}

int
filter_make(void *work, struct jail_error *err)
{
	struct jail *jail = work;
	autoclose int lists = open(JAIL_FILTERS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lists < 0)
		return jail_fail(err, errno, "open %s", JAIL_FILTERS);
	return filter_compile(lists, &jail->policy, &jail->filter, err);
}

void
filter_free(void *work)
{
	struct jail *jail = work;

	seccomp_program_free(&jail->filter);
}

int
stub_take(void *work, struct jail_error *err)
{
	struct jail *jail = work;

	jail->stub = stub_open(err);
	return jail->stub < 0 ? -1 : 0;
}

void
stub_leave(void *work)
{
	struct jail *jail = work;

	fd_close(&jail->stub);
}

int
user_namespace_take(void *work, struct jail_error *err)
{
	struct jail *jail = work;
	autoclose int library = open(JAIL_LIB, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (library < 0)
		return jail_fail(err, errno, "open %s", JAIL_LIB);
	if (ids_of(library, jail->login.uid, &jail->ids, err) < 0)
		return -1;
	jail->user_namespace = user_namespace_make(&jail->login, &jail->ids, err);
	return jail->user_namespace < 0 ? -1 : 0;
}

void
user_namespace_leave(void *work)
{
	struct jail *jail = work;

	fd_close(&jail->user_namespace);
}

int
image_take(void *work, struct jail_error *err)
{
	struct jail *jail = work;

	return image_open(jail->policy.image, jail->user_namespace, &jail->image, err);
}

void
image_leave(void *work)
{
	struct jail *jail = work;

	image_close(&jail->image);
}

int
layer_take(void *work, struct jail_error *err)
{
	struct jail *jail = work;

	jail->layer = layer_make(&jail->login, &jail->policy, &jail->ids, jail->hostname,
		jail->image.generation, err);
	return jail->layer < 0 ? -1 : 0;
}

void
layer_leave(void *work)
{
	struct jail *jail = work;

	fd_close(&jail->layer);
}

int
mounts_take(void *work, struct jail_error *err)
{
	struct jail *jail = work;
	const struct mount_jail whose = {
		.policy = &jail->policy,
		.login = &jail->login,
		.ids = &jail->ids,
		.log = jail->log.socket.fd,
	};

	return mounts_prepare(&whose, jail->mounts, err);
}

void
mounts_leave(void *work)
{
	struct jail *jail = work;

	mounts_close(jail->mounts);
}

/* When try_bury() comes here init is dead already; after a failed build it is
 * not, but has no process beside it that could delay its end. */
void
init_stop(void *work)
{
	struct jail *jail = work;
	siginfo_t info;

	fd_close(&jail->mount_namespace);
	if (jail->init_watch.fd < 0)
		return;
	watch_remove(jail->supervisor, &jail->init_watch);
	pidfd_send_signal(jail->init_watch.fd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)jail->init_watch.fd, &info, WEXITED) < 0 && errno == EINTR)
		;
	fd_close(&jail->init_watch.fd);
}

/* Every namespace that the policy asks for differs from ours. */
int
init_inspect(void *work, struct jail_error *err)
{
	struct jail *jail = work;
	autoclose int own = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t ours[NS_COUNT], wanted = jail_namespaces(&jail->policy);

	if (own < 0)
		return jail_fail(err, errno, "open /proc/self/ns");
	if (identity_namespaces(own, ours, err) < 0)
		return -1;
	for (int i = 0; i < NS_COUNT; i++)
		if ((ours[i] == jail->identity.namespaces[i]) ==
			((wanted & namespace_rows[i].flag) != 0))
			return jail_fail(err, 0, "namespace %s is not as the policy says",
				namespace_rows[i].file);
	/* What was stacked keeps itself alive from here on. */
	fd_close(&jail->image.tree);
	fd_close(&jail->layer);
	mounts_close(jail->mounts);
	fd_close(&jail->stub);
	fd_close(&jail->user_namespace);
	return 0;
}
