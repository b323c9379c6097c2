/*
 * gc.c - jailctl gc: what supervisors that were killed have left. The user's lock
 * is held meanwhile, so that no login builds on what is being removed; a user
 * whose supervisor lives, or may live, is not touched.
 */
#include "client.h"
#include "fd.h"
#include "jail_table.h"
#include "paths.h"
#include "state.h"
#include "stub.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

enum { LOCK_MS = 2000, SWEEP_MS = 5000 };

/* clang-format off */
static const struct column columns[] = {
	{ "UID",     "uid",     CELL_COUNT },
	{ "WHAT",    "what",    CELL_TEXT },
	{ "OUTCOME", "outcome", CELL_TEXT },
};
/* clang-format on */

struct sweep {
	const struct options *options;
	struct cgroup_host cgroups;
	bool has_cgroups;
	size_t supervisors; /* that live, or may */
	bool failed;
	struct table table;
};

static void
add_row(struct sweep *sweep, uint64_t uid, const char *what, const char *outcome)
{
	table_number(&sweep->table, uid);
	table_text(&sweep->table, what);
	table_text(&sweep->table, outcome);
}

static void
add_result(struct sweep *sweep, uint64_t uid, const char *what, const struct jail_error *err)
{
	if (err)
		sweep->failed = true;
	add_row(sweep, uid, what,
		err                       ? err->text
		: sweep->options->dry_run ? "would be removed"
					  : "removed");
}

/* Only a refused connection proves that nobody is there; one that has to wait,
 * that somebody is. After any other error nobody knows, and it is said. */
static bool
is_deserted(struct sweep *sweep, uid_t uid)
{
	struct jail_error err;
	autoclose int socket = supervisor_find(uid, &err);

	if (socket < 0 && err.errnum == ENOENT)
		return true;
	if (socket < 0 && err.errnum != EAGAIN)
		add_result(sweep, uid, "supervisor", &err);
	sweep->supervisors++;
	return false;
}

static bool
has_cgroup(const struct sweep *sweep, uid_t uid)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", uid);
	return sweep->has_cgroups &&
	       (faccessat(sweep->cgroups.unified, name, F_OK, 0) == 0 || errno != ENOENT);
}

static bool
has_state(uid_t uid)
{
	char path[STATE_PATH_MAX];

	state_path(path, uid, NULL);
	return access(path, F_OK) == 0 || errno != ENOENT;
}

static void
remove_cgroup(struct sweep *sweep, uid_t uid)
{
	struct jail_error err;
	int result = 0;

	if (!sweep->options->dry_run) {
		cgroup_sweep(&sweep->cgroups, uid, SWEEP_MS);
		result = cgroup_user_remove(&sweep->cgroups, uid, &err);
	}
	add_result(sweep, uid, "cgroup", result < 0 ? &err : NULL);
}

/* Under the lock, which lies in the state itself. */
static void
remove_user(struct sweep *sweep, uid_t uid, bool had_state)
{
	if (has_cgroup(sweep, uid))
		remove_cgroup(sweep, uid);
	if (!sweep->options->dry_run)
		state_remove(uid);
	if (had_state)
		add_result(sweep, uid, "state", NULL);
}

static void
sweep_user(struct sweep *sweep, uid_t uid)
{
	bool had_state = has_state(uid);
	autoclose int lock = -1;
	struct jail_error err;

	if (!is_deserted(sweep, uid))
		return;
	if (!had_state && !has_cgroup(sweep, uid))
		return;
	if (!sweep->options->dry_run) {
		lock = state_lock(uid, LOCK_MS, &err);
		if (lock < 0) {
			add_result(sweep, uid, "state", &err);
			return;
		}
		if (!is_deserted(sweep, uid)) /* a login was faster */
			return;
	}
	remove_user(sweep, uid, had_state);
}

static bool
is_among(uid_t uid, const uid_t *uids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (uids[i] == uid)
			return true;
	return false;
}

static int
sweep_users(struct sweep *sweep, struct jail_error *err)
{
	autofree uid_t *by_state = NULL, *by_cgroup = NULL;
	size_t states, cgroups = 0;

	if (reports_users(&by_state, &states, err) < 0)
		return -1;
	if (sweep->has_cgroups && cgroup_users(&sweep->cgroups, &by_cgroup, &cgroups, err) < 0)
		return -1;
	for (size_t i = 0; i < states; i++)
		sweep_user(sweep, by_state[i]);
	for (size_t i = 0; i < cgroups; i++)
		if (!is_among(by_cgroup[i], by_state, states))
			sweep_user(sweep, by_cgroup[i]);
	return 0;
}

/* The lock under which stub_open() makes it. */
static int
sweep_stub(struct sweep *sweep, struct jail_error *err)
{
	autoclose int lock = -1;

	if (access(JAIL_STUB, F_OK) < 0)
		return 0;
	if (sweep->supervisors > 0) {
		add_row(sweep, NUMBER_UNKNOWN, "pinned namespace", "kept: jails are up");
		return 0;
	}
	if (!sweep->options->dry_run) {
		lock = open(JAIL_RUN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0)
			return jail_fail(err, errno, "lock %s", JAIL_RUN);
		stub_unpin();
	}
	add_result(sweep, NUMBER_UNKNOWN, "pinned namespace", NULL);
	return 0;
}

/* No login since the host came up: no cgroups, and none to remove. */
static int
find_cgroups(struct sweep *sweep, struct jail_error *err)
{
	sweep->has_cgroups = cgroup_host_find(&sweep->cgroups, err) == 0;
	return sweep->has_cgroups || err->errnum == 0 || err->errnum == ENOENT ? 0 : -1;
}

int
command_gc(const struct options *options, struct jail_error *err)
{
	struct sweep sweep = {
		.options = options,
		.cgroups = CGROUP_HOST_INITIAL,
		.table = table_new(columns, sizeof(columns) / sizeof(columns[0])),
	};
	int result = find_cgroups(&sweep, err);

	if (result == 0)
		result = sweep_users(&sweep, err);
	if (result == 0 && options->all)
		result = sweep_stub(&sweep, err);
	if (result == 0 && (options->json || (!options->quiet && table_rows(&sweep.table) > 0)))
		result = table_print(&sweep.table, "removed", options, err);
	table_free(&sweep.table);
	cgroup_host_close(&sweep.cgroups);
	return result < 0 || sweep.failed ? EXIT_NO : EXIT_YES;
}
