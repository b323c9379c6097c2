/*
 * pam_jail.c - the PAM module: account asks whether the user may enter, session
 * crosses and seals. Glue only: no parser, no configuration, no path that a
 * user can influence. It runs inside sshd, so it keeps no state but its handle's
 * data, installs no handler and leaves no child behind.
 *
 * PAM_IGNORE means "this user has no jail", never "something went wrong".
 */
#include "arguments.h"
#include "entry.h"
#include "lookup.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static const char data_name[] = "pam_jail";
static const char inside_name[] = "pam_jail_inside";

/* What an account phase leaves for the session phase of the same process. */
struct handle {
	pid_t owner; /* a forked child's copy is not ours to act on */
	struct arguments arguments;
	struct jail_entry entry;
};

/* Runs in forked children too (PAM_DATA_SILENT): closes our descriptors, which
 * tears nothing down. */
static void
handle_free(pam_handle_t *pamh, void *data, int status)
{
	struct handle *handle = data;

	(void)pamh;
	(void)status;
	entry_release(&handle->entry);
	free(handle);
}

static int
take_item(pam_handle_t *pamh, int item, char *out, size_t size, struct jail_error *err)
{
	const void *value = NULL;

	if (pam_get_item(pamh, item, &value) != PAM_SUCCESS)
		return jail_fail(err, 0, "PAM item %d is missing", item);
	if ((size_t)snprintf(out, size, "%s", value ? (const char *)value : "") >= size)
		return jail_fail(err, 0, "PAM item %d is too long", item);
	return 0;
}

/* What the account phase of this process left, or NULL. */
static struct handle *
earlier_handle(pam_handle_t *pamh)
{
	const void *data = NULL;
	struct handle *earlier;

	if (pam_get_data(pamh, data_name, &data) != PAM_SUCCESS || !data)
		return NULL;
	earlier = (struct handle *)data;
	return earlier->owner == getpid() ? earlier : NULL;
}

/* Looks the user up, once for both phases while PAM_USER stays who it was:
 * directories answer slowly. */
static int
take_user(pam_handle_t *pamh, const char *user, struct jail_login *login,
	struct jail_error *err)
{
	const struct handle *earlier = earlier_handle(pamh);

	if (!earlier || strcmp(earlier->entry.login.user, user) != 0)
		return login_lookup(user, login, err);
	login_copy(login, &earlier->entry.login);
	return 0;
}

static int
take_login(pam_handle_t *pamh, const char *user, struct jail_login *login,
	struct jail_error *err)
{
	if (take_user(pamh, user, login, err) < 0 ||
		take_item(pamh, PAM_SERVICE, login->service, sizeof(login->service), err) < 0 ||
		take_item(pamh, PAM_RHOST, login->rhost, sizeof(login->rhost), err) < 0 ||
		take_item(pamh, PAM_TTY, login->tty, sizeof(login->tty), err) < 0)
		return -1;
	return login_check(login, err);
}

/* PAM's code for a login that could not even be described. */
static int
code_of(const struct jail_error *err)
{
	switch (err->errnum) {
	case ENOENT:
		return PAM_USER_UNKNOWN;
	case ENOMEM:
		return PAM_BUF_ERR;
	default:
		return PAM_SYSTEM_ERR;
	}
}

/* Who is named by exempt= is let through before a directory is asked for more: a
 * dead one must not lock the administrator out. 1: exempt. */
static int
handle_fill(pam_handle_t *pamh, int argc, const char **argv, struct handle *handle,
	struct jail_error *err)
{
	struct jail_login *login = &handle->entry.login;
	const struct arguments *arguments = &handle->arguments;
	const char *user = NULL;

	bool understood = arguments_parse(argc, argv, &handle->arguments, err) == 0;

	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || !user)
		return jail_fail(err, 0, "no user");
	handle->entry.config = arguments->config;
	if (arguments_exempt_user(arguments, user))
		return 1;
	if (!understood)
		return -1;
	if (take_login(pamh, user, login, err) < 0)
		return -1;
	return arguments_exempt_user(arguments, login->user) ||
	       arguments_exempt_group(arguments, login);
}

/* Arguments and items, read anew in each phase: another module of the stack may
 * have changed PAM_USER since. PAM_SUCCESS, or the code to return. */
static int
handle_open(pam_handle_t *pamh, int argc, const char **argv, struct handle **out)
{
	struct handle *handle = calloc(1, sizeof(*handle));
	struct jail_error err = { .errnum = ENOMEM, .text = "out of memory" };
	int code = PAM_BUF_ERR, answer = -1;

	if (handle) {
		handle->owner = getpid();
		entry_begin(&handle->entry);
		answer = handle_fill(pamh, argc, argv, handle, &err);
		code = answer == 0 ? PAM_SUCCESS : answer > 0 ? PAM_IGNORE : code_of(&err);
	}
	if (answer < 0)
		pam_syslog(pamh, LOG_ERR, "refused: %s", err.text);
	else if (answer > 0 && handle->arguments.debug)
		pam_syslog(pamh, LOG_DEBUG, "this user is exempt");
	if (answer == 0)
		*out = handle;
	else
		free(handle);
	return code;
}

/* One sentence for the administrator, ending with the command that explains. */
static void
log_refusal(pam_handle_t *pamh, const struct jail_login *login, const struct jail_error *err)
{
	pam_syslog(pamh, LOG_ERR,
		"refused %s from %s: %s; see: jailctl explain %s --service %s", login->user,
		login->rhost[0] ? login->rhost : "this host", err->text, login->user,
		login->service);
}

/* The account phase may tell the client; limits in words, faults without detail. */
static void
tell_user(pam_handle_t *pamh, const struct handle *handle, int flags, bool limit,
	const struct jail_error *err)
{
	if ((flags & PAM_SILENT) || handle->arguments.quiet)
		return;
	pam_error(pamh, "login refused: %s",
		limit ? err->text : "your account's jail cannot be entered at the moment");
}

/*
 * That somebody has no jail is believed when the names, looked up once more, say
 * the same: getgrouplist(3) and getgrgid(3) pass over a service that could not be
 * asked just then, and who misses a group may have missed his jail.
 */
static int
confirm_unjailed(pam_handle_t *pamh, const struct handle *handle)
{
	const struct jail_login *login = &handle->entry.login;
	struct jail_error err = { .errnum = 0 };
	struct jail_login again;

	memcpy(again.service, login->service, sizeof(again.service));
	if (login_lookup(login->user, &again, &err) == 0) {
		if (login_same(login, &again))
			return PAM_IGNORE;
		jail_fail(&err, 0, "asked twice, the system's lookups do not agree");
	}
	log_refusal(pamh, login, &err);
	return PAM_SYSTEM_ERR;
}

static int
admit(pam_handle_t *pamh, struct handle *handle, int flags)
{
	struct jail_error err = { .errnum = 0 };
	bool limit;

	switch (entry_admit(&handle->entry, &limit, &err)) {
	case ADMITTED:
		return PAM_SUCCESS;
	case UNJAILED:
		return confirm_unjailed(pamh, handle);
	case DENIED:
		break;
	}
	log_refusal(pamh, &handle->entry.login, &err);
	tell_user(pamh, handle, flags, limit, &err);
	return PAM_PERM_DENIED;
}

/* The module twice in one stack: one reservation is enough. */
static bool
is_admitted(pam_handle_t *pamh, const struct handle *handle)
{
	const struct handle *earlier = earlier_handle(pamh);

	return earlier && earlier->entry.socket >= 0 &&
	       earlier->entry.login.uid == handle->entry.login.uid &&
	       strcmp(earlier->arguments.config, handle->arguments.config) == 0;
}

EXPORT int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct handle *handle;
	int code = handle_open(pamh, argc, argv, &handle);

	if (code != PAM_SUCCESS)
		return code;
	if (is_admitted(pamh, handle)) {
		handle_free(pamh, handle, 0);
		return PAM_SUCCESS;
	}
	code = admit(pamh, handle, flags);
	/* The open connection spares the session phase a second one. */
	if (code != PAM_SUCCESS ||
		pam_set_data(pamh, data_name, handle, handle_free) != PAM_SUCCESS)
		handle_free(pamh, handle, 0);
	return code;
}

/* Takes over the account phase's connection where this process made it. Of another
 * user, whom sudo(8) was called by, it must not go into this one's jail. */
static void
reuse_connection(pam_handle_t *pamh, struct handle *handle)
{
	struct handle *earlier = earlier_handle(pamh);

	if (!earlier)
		return;
	if (earlier->entry.login.uid != handle->entry.login.uid) {
		entry_release(&earlier->entry);
		return;
	}
	handle->entry.socket = earlier->entry.socket;
	handle->entry.self = earlier->entry.self;
	earlier->entry.socket = earlier->entry.self = -1;
}

static void
set_variable(void *context, const char *name, const char *value)
{
	pam_handle_t *pamh = context;
	char text[512];

	if (!value) {
		if (pam_getenv(pamh, name))
			pam_putenv(pamh, name);
		return;
	}
	if ((size_t)snprintf(text, sizeof(text), "%s=%s", name, value) < sizeof(text))
		pam_putenv(pamh, text);
}

/* Which process has crossed, and for whom. */
struct inside {
	pid_t process;
	char user[sizeof(((struct jail_login *)0)->user)];
};

static void
inside_free(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	free(data);
}

/* Without the mark a second open_session is refused: it finds no supervisor. */
static void
inside_mark(pam_handle_t *pamh, const struct jail_login *login)
{
	struct inside *inside = malloc(sizeof(*inside));

	if (!inside)
		return;
	inside->process = getpid();
	snprintf(inside->user, sizeof(inside->user), "%s", login->user);
	if (pam_set_data(pamh, inside_name, inside, inside_free) != PAM_SUCCESS)
		free(inside);
}

/*
 * The module twice in one stack, or a session opened again: this process stands
 * in its jail and there is no second crossing. PAM_IGNORE: it is not inside.
 * For another user it would be the wrong jail.
 */
static int
inside_already(pam_handle_t *pamh)
{
	const struct inside *inside;
	const void *data = NULL;
	const char *user = NULL;

	if (pam_get_data(pamh, inside_name, &data) != PAM_SUCCESS || !data)
		return PAM_IGNORE;
	inside = data;
	if (inside->process != getpid())
		return PAM_IGNORE;
	if (pam_get_user(pamh, &user, NULL) == PAM_SUCCESS && user &&
		strcmp(user, inside->user) == 0)
		return PAM_SUCCESS;
	pam_syslog(pamh, LOG_ERR, "refused: this process is in the jail of %s", inside->user);
	return PAM_SYSTEM_ERR;
}

static int
enter(pam_handle_t *pamh, struct handle *handle)
{
	struct jail_error err = { .errnum = 0 };

	switch (entry_enter(&handle->entry, &err)) {
	case JAIL_ENTERED:
		inside_mark(pamh, &handle->entry.login);
		entry_environment(&handle->entry, set_variable, pamh);
		return PAM_SUCCESS;
	case JAIL_NONE:
		return confirm_unjailed(pamh, handle);
	case JAIL_REFUSED:
		log_refusal(pamh, &handle->entry.login, &err);
		return PAM_SYSTEM_ERR;
	case JAIL_BROKEN:
		break;
	}
	/* From half inside, syslog(3) may find no /dev/log: the supervisor logs for us. */
	entry_broken(&handle->entry, &err);
	log_refusal(pamh, &handle->entry.login, &err);
	/* sshd logs a failed session and keeps the connection (its auth-pam.c); a
	 * half-jailed process must not be kept. */
	_exit(PAM_SYSTEM_ERR);
}

EXPORT int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct handle *handle;
	int code = inside_already(pamh);

	(void)flags;
	if (code != PAM_IGNORE)
		return code;
	code = handle_open(pamh, argc, argv, &handle);
	if (code != PAM_SUCCESS)
		return code;
	reuse_connection(pamh, handle);
	code = enter(pamh, handle);
	handle_free(pamh, handle, 0);
	return code;
}

/* The supervisor sees the session's process end, however it goes. */
EXPORT int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}
