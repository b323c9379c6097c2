/*
 * people.c - reads passwd and group once, whole: a lookup for each of ten thousand
 * users would read the group file ten thousand times.
 */
#include "people.h"

#include "fd.h"
#include "match.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

enum { SYSTEM_UIDS = 1000 };

struct membership {
	char *user;
	struct jail_group group;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct person *)a)->name, ((const struct person *)b)->name);
}

static int
by_user(const void *a, const void *b)
{
	return strcmp(((const struct membership *)a)->user,
		((const struct membership *)b)->user);
}

static int
by_gid(const void *a, const void *b)
{
	gid_t x = ((const struct jail_group *)a)->gid, y = ((const struct jail_group *)b)->gid;

	return x < y ? -1 : x > y;
}

/* Makes room for one more.  returns NULL when memory is out */
static void *
grow(void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;

	if (count < *room)
		return list;
	list = reallocarray(list, more, size);
	if (list)
		*room = more;
	return list;
}

static int
add_member(struct people *people, const char *user, const struct jail_group *group)
{
	struct membership *members = grow(people->members, people->member_count,
		&people->member_room, sizeof(*members));
	char *copy = strdup(user);

	if (members)
		people->members = members;
	if (!members || !copy) {
		free(copy);
		return -1;
	}
	members[people->member_count++] = (struct membership){ .user = copy, .group = *group };
	return 0;
}

struct groups {
	struct jail_group *list; /* by gid */
	size_t count, room;
};

static int
add_group(struct people *people, struct groups *groups, const struct group *entry)
{
	struct jail_group group = { .gid = entry->gr_gid };
	struct jail_group *list =
		grow(groups->list, groups->count, &groups->room, sizeof(*list));

	if (!list)
		return -1;
	groups->list = list;
	/* A name that no login can carry is no assign's, either. */
	if ((size_t)snprintf(group.name, sizeof(group.name), "%s", entry->gr_name) >=
		sizeof(group.name))
		return 0;
	list[groups->count++] = group;
	for (char **member = entry->gr_mem; *member; member++)
		if (add_member(people, *member, &group) < 0)
			return -1;
	return 0;
}

static int
load_groups(struct people *people, struct groups *groups)
{
	const struct group *entry;
	int result = 0;

	setgrent();
	while (result == 0 && (entry = getgrent()))
		result = add_group(people, groups, entry);
	endgrent();
	if (groups->count > 0)
		qsort(groups->list, groups->count, sizeof(*groups->list), by_gid);
	return result;
}

static int
add_person(struct people *people, const struct groups *groups, const struct passwd *entry)
{
	struct person *list =
		grow(people->list, people->count, &people->room, sizeof(*people->list));
	const struct jail_group wanted = { .gid = entry->pw_gid }, *primary = NULL;
	struct person *person;

	if (!list)
		return -1;
	people->list = list;
	person = &list[people->count++];
	*person = (struct person){
		.name = strdup(entry->pw_name),
		.home = strdup(entry->pw_dir),
		.shell = strdup(entry->pw_shell),
		.uid = entry->pw_uid,
		.gid = entry->pw_gid,
	};
	if (!person->name || !person->home || !person->shell)
		return -1;
	if (groups->count > 0)
		primary = bsearch(&wanted, groups->list, groups->count, sizeof(wanted), by_gid);
	return primary ? add_member(people, person->name, primary) : 0;
}

static int
load_persons(struct people *people, const struct groups *groups)
{
	const struct passwd *entry;
	int result = 0;

	setpwent();
	while (result == 0 && (entry = getpwent()))
		result = add_person(people, groups, entry);
	endpwent();
	return result;
}

static const struct membership *
first_membership(const struct people *people, const char *user)
{
	size_t low = 0, high = people->member_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(people->members[middle].user, user) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return people->members + low;
}

/* false: no login at all can be made of it */
static bool
make_login(const struct people *people, const struct person *person, struct jail_login *login)
{
	const struct membership *end = people->members + people->member_count;

	login->uid = person->uid;
	login->gid = person->gid;
	login->group_count = 0;
	login->rhost[0] = login->tty[0] = '\0';
	snprintf(login->service, sizeof(login->service), "sshd");
	if ((size_t)snprintf(login->user, sizeof(login->user), "%s", person->name) >=
			sizeof(login->user) ||
		(size_t)snprintf(login->home, sizeof(login->home), "%s", person->home) >=
			sizeof(login->home) ||
		(size_t)snprintf(login->shell, sizeof(login->shell), "%s", person->shell) >=
			sizeof(login->shell))
		return false;
	for (const struct membership *member = first_membership(people, person->name);
		member < end && strcmp(member->user, person->name) == 0 &&
		login->group_count < LOGIN_GROUPS_MAX;
		member++)
		login->groups[login->group_count++] = member->group;
	return true;
}

bool
people_login(const struct people *people, const struct person *person, struct jail_login *login)
{
	struct jail_error ignored;

	return make_login(people, person, login) && login_check(login, &ignored) == 0;
}

static bool
names_somebody(const struct jail_assign *assign)
{
	return assign->user.count > 0 || assign->group.count > 0;
}

/* A verdict that cannot be had (a path that cannot be made) is one of a jail. */
static bool
is_jailed_under(const struct jail_config *config, const struct jail_login *login, bool exempt,
	struct jail_verdict *verdict)
{
	struct jail_error ignored;
	int result = config_resolve(config, login, verdict, &ignored);

	if (!verdict->policy_assign || (result == 0 && verdict->kind != VERDICT_JAILED))
		return false;
	return names_somebody(verdict->policy_assign) || (!exempt && login->uid >= SYSTEM_UIDS);
}

static bool
try_service(const struct jail_config *config, struct jail_login *login, const char *service,
	bool exempt, struct jail_verdict *verdict)
{
	return (size_t)snprintf(login->service, sizeof(login->service), "%s", service) <
		       sizeof(login->service) &&
	       is_jailed_under(config, login, exempt, verdict);
}

const char *
jailed_somewhere(const struct jail_config *config, struct jail_login *login, bool exempt)
{
	autofree struct jail_verdict *verdict = malloc(sizeof(*verdict)); /* some 50 KB */
	size_t count;
	const struct jail_assign *assigns = config_assigns(config, &count);

	if (!verdict || try_service(config, login, "sshd", exempt, verdict))
		return "sshd";
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < assigns[i].service.count; j++)
			if (try_service(config, login, assigns[i].service.texts[j], exempt,
				    verdict))
				return assigns[i].service.texts[j];
	return NULL;
}

int
others_load(const struct exempt *exempt, struct others *others, struct jail_error *err)
{
	char files[OTHERS_MAX][PATH_MAX];
	size_t known = 0;
	int result = 0;

	*others = (struct others){ .count = 0 };
	for (size_t i = 0; i < exempt->count && known < OTHERS_MAX; i++) {
		struct jail_paths paths = config_paths;
		bool seen = false;

		if (!exempt_config(exempt, i, files[known]))
			continue;
		for (size_t j = 0; j < known && !seen; j++)
			seen = strcmp(files[j], files[known]) == 0;
		if (seen)
			continue;
		paths.main_file = files[known++];
		if (config_load(&paths, &others->list[others->count], err) < 0)
			result = -1;
		else
			others->count++;
	}
	return result;
}

void
others_free(struct others *others)
{
	for (size_t i = 0; i < others->count; i++)
		config_free(others->list[i]);
	others->count = 0;
}

static int
judge(const struct jail_config *config, struct people *people, struct jail_error *err)
{
	autofree struct jail_login *login = malloc(sizeof(*login)); /* some 35 KB */
	struct ways_in ways;
	struct exempt exempt;
	struct others others;
	struct jail_error ignored;

	if (!login)
		return jail_fail(err, ENOMEM, "list the users");
	ways_in_find(&ways);
	exempt_load(&ways, &exempt);
	others_load(&exempt, &others, &ignored);
	for (size_t i = 0; i < people->count; i++) {
		struct person *person = &people->list[i];

		if (!people_login(people, person, login))
			continue; /* the module refuses such a login */
		person->exempt = exempt_covers(&exempt, login);
		person->jailed = config && jailed_somewhere(config, login, person->exempt);
		for (size_t j = 0; j < others.count && !person->jailed; j++)
			person->jailed =
				jailed_somewhere(others.list[j], login, person->exempt);
	}
	others_free(&others);
	exempt_free(&exempt);
	return 0;
}

int
people_load(const struct jail_config *config, struct people *people, struct jail_error *err)
{
	struct groups groups = { .list = NULL };
	int result;

	*people = (struct people){ .list = NULL };
	result = load_groups(people, &groups) < 0 || load_persons(people, &groups) < 0 ? -1 : 0;
	free(groups.list);
	if (result < 0)
		return jail_fail(err, ENOMEM, "list the users");
	if (people->count > 0)
		qsort(people->list, people->count, sizeof(*people->list), by_name);
	if (people->member_count > 0)
		qsort(people->members, people->member_count, sizeof(*people->members), by_user);
	return judge(config, people, err);
}

void
people_free(struct people *people)
{
	for (size_t i = 0; i < people->count; i++) {
		free(people->list[i].name);
		free(people->list[i].home);
		free(people->list[i].shell);
	}
	for (size_t i = 0; i < people->member_count; i++)
		free(people->members[i].user);
	free(people->list);
	free(people->members);
	*people = (struct people){ .list = NULL };
}

const struct person *
people_find(const struct people *people, const char *name)
{
	const struct person wanted = { .name = (char *)name };

	return people->count == 0
		       ? NULL
		       : bsearch(&wanted, people->list, people->count, sizeof(wanted), by_name);
}

const struct person *
people_jailed_uid(const struct people *people, uid_t uid)
{
	for (size_t i = 0; uid != 0 && i < people->count; i++)
		if (people->list[i].uid == uid && people->list[i].jailed)
			return &people->list[i];
	return NULL;
}

bool
people_group_has_member(const struct people *people, const char *group)
{
	for (size_t i = 0; i < people->member_count; i++)
		if (strcmp(people->members[i].group.name, group) == 0)
			return true;
	return false;
}

bool
people_group_has_jailed(const struct people *people, const char *group)
{
	for (size_t i = 0; i < people->member_count; i++) {
		const struct person *person;

		if (strcmp(people->members[i].group.name, group) != 0)
			continue;
		person = people_find(people, people->members[i].user);
		if (person && person->jailed)
			return true;
	}
	return false;
}

bool
people_any_jailed(const struct people *people)
{
	for (size_t i = 0; i < people->count; i++)
		if (people->list[i].jailed)
			return true;
	return false;
}
