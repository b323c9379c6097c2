/*
 * people.h - the users that this host's name services list, and which of them
 * are jailed.
 */
#pragma once

#include "exempt.h"
#include "config.h"

struct person {
	char *name, *home, *shell;
	uid_t uid;
	gid_t gid;
	bool jailed; /* under one service at least: see jailed_somewhere() */
	bool exempt; /* by a PAM line that names him or a group of his */
};

struct people {
	struct person *list; /* by name, bytewise */
	size_t count, room;
	struct membership *members; /* by user, bytewise */
	size_t member_count, member_room;
};

#define autopeople __attribute__((cleanup(people_free)))

/* config NULL: nobody is jailed by it. The files that PAM lines name by config= are
 * asked as well; one that is broken jails nobody here (check_jail_conf() says so). */
int people_load(const struct jail_config *config, struct people *people,
	struct jail_error *err);
void people_free(struct people *people);

const struct person *people_find(const struct people *people, const char *name);

/* The login of a person; false: the module would refuse it. */
bool people_login(const struct people *people, const struct person *person,
	struct jail_login *login);

/* The jailed user with this uid; never uid 0, which is the host's own, too. */
const struct person *people_jailed_uid(const struct people *people, uid_t uid);

/* Is anybody, of any kind, in this group? */
bool people_group_has_member(const struct people *people, const char *group);
bool people_group_has_jailed(const struct people *people, const char *group);

bool people_any_jailed(const struct people *people);

/*
 * The configurations that PAM lines name by config=, beside `config`, each once.
 *   fails   as config_load(); *others is filled with those that can be read
 */
enum { OTHERS_MAX = 8 };
struct others {
	struct jail_config *list[OTHERS_MAX];
	size_t count;
};
int others_load(const struct exempt *exempt, struct others *others, struct jail_error *err);
void others_free(struct others *others);

/*
 * Whether the configuration jails this login under any service: the name of that
 * service, or NULL. A user who is exempt on a PAM line, or of the system (uid below
 * 1000), is jailed only by an assign that names him or a group of his: one for
 * everybody means customers.
 */
const char *jailed_somewhere(const struct jail_config *config, struct jail_login *login,
	bool exempt);
