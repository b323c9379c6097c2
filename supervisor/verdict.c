/*
 * verdict.c - who is at the door, and what jail.conf says about it. The file is
 * read for each new jail, in the supervisor: a mistake in it refuses logins, and
 * crashes nothing that runs.
 */
#include "supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The jail.conf of the asking PAM line, which need not be the line that had us
 * started. Yesterday's module does not say. */
static int
take_config(struct supervisor *supervisor, struct jail_error *err)
{
	struct wire_field field;
	char *file = supervisor->login_config;
	const size_t size = sizeof(supervisor->login_config);

	if (!wire_find(supervisor->message, TAG_CONFIG, &field))
		snprintf(file, size, "%s", supervisor->config);
	else if (!wire_field_text(&field, file, size))
		return jail_fail(err, 0, "config= is too long");
	return 0;
}

/* By the assigns, or by the name that jailctl was given. */
static int
find_verdict(struct supervisor *supervisor, const struct jail_config *config,
	struct jail_error *err)
{
	char policy[POLICY_NAME_MAX];
	struct wire_field field;

	if (!wire_find(supervisor->message, TAG_POLICY, &field))
		return config_resolve(config, &supervisor->login, &supervisor->verdict, err);
	if (!wire_field_text(&field, policy, sizeof(policy)))
		return jail_fail(err, EPROTO, "the name of a policy");
	return config_resolve_under(config, &supervisor->login, policy, &supervisor->verdict,
		err);
}

static int
read_verdict(struct supervisor *supervisor, const struct jail_paths *paths,
	struct jail_error *err)
{
	struct jail_config *config = NULL;
	int result;

	if (config_load(paths, &config, err) < 0)
		return -1;
	result = find_verdict(supervisor, config, err);
	verdict_detach(&supervisor->verdict);
	config_free(config);
	return result;
}

/* True where it is that of the request before, service and all. */
static bool
take_login(struct supervisor *supervisor, int *result, struct jail_error *err)
{
	struct jail_login login;
	bool same;

	*result = wire_login(supervisor->message, &login, err);
	same = *result == 0 && login_same(&login, &supervisor->login);
	login_copy(&supervisor->login, &login);
	return same;
}

/*
 * The login, and the verdict of the jail.conf that is there now. While neither
 * has changed, as from ADMIT to ENTER, the verdict of before holds.
 */
int
verdict_take(struct supervisor *supervisor, struct jail_error *err)
{
	const struct jail_paths paths = {
		.vendor_dir = config_paths.vendor_dir,
		.main_file = supervisor->login_config,
		.dropin_dir = config_paths.dropin_dir,
	};
	struct config_stamp before = supervisor->stamp, now;
	struct wire_field policy;
	int result;
	bool same = take_login(supervisor, &result, err);

	supervisor->stamp.settled = false;
	if (result < 0 || take_config(supervisor, err) < 0)
		return -1;
	if (supervisor->login.uid != supervisor->uid)
		return jail_fail(err, 0, "a login of another user");
	now = config_stamp(&paths);
	if (wire_find(supervisor->message, TAG_POLICY, &policy))
		now.settled = same = false; /* by a name: nobody else's verdict */
	if (!(same && config_stamp_same(&before, &now)) &&
		read_verdict(supervisor, &paths, err) < 0)
		return -1;
	supervisor->stamp = now;
	return 0;
}
