/*
 * schema.c - the tables of all options. A new option is a new row here, in
 * jail.conf.example and in jail.conf.5 (tests insist), and the code that acts
 * on the field; nothing else.
 */
#include "schema.h"
#include "values.h"

#include <string.h>

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define TIB (1ULL << 40)

/* Offset and size of a field; does not compile when it is not a `type`. */
#define FIELD(record, type, f) \
	.offset = offsetof(struct record, f) + \
		  0 * sizeof((__typeof__(type) *)0 == &((struct record *)0)->f), \
	.size = sizeof(((struct record *)0)->f)
#define TEXT(record, f) FIELD(record, char[sizeof(((struct record *)0)->f)], f)

#define BYTES(record, f) FIELD(record, uint64_t, f), .parse = parse_bytes, .print = print_bytes
#define SECONDS(record, f) \
	FIELD(record, uint64_t, f), .parse = parse_seconds, .print = print_seconds
#define PERCENT(record, f) \
	FIELD(record, uint64_t, f), .parse = parse_percent, .print = print_percent
#define COUNT(record, f)      FIELD(record, uint64_t, f), .parse = parse_count, .print = print_count
#define YES(record, f)        FIELD(record, bool, f), .parse = parse_yes, .print = print_yes
#define WORD(record, type, f) FIELD(record, type, f), .parse = parse_word, .print = print_word
#define NAME(record, f)       TEXT(record, f), .parse = parse_name, .print = print_text
#define HOSTNAME(record, f)   TEXT(record, f), .parse = parse_hostname, .print = print_text
#define PATH(record, f)       TEXT(record, f), .parse = parse_path, .print = print_path
#define REFERENCE(record, f) \
	FIELD(record, const char *, f), .parse = parse_reference, .print = print_reference
#define ACCOUNTS(record, f) \
	FIELD(record, struct jail_texts, f), .is_list = true, .parse = parse_accounts, \
					     .print = print_list

static int parse_rows(const struct jail_option *option, const struct jail_texts *value,
	void *field, struct jail_error *err);
static void print_rows(const struct jail_option *option, const void *field, FILE *out);

/* clang-format off */
const struct jail_option policy_options[] = {
	{ "inherit", NULL, "policy", NULL,
	  "Starts from another policy: what is not given here is as there; what is given, lists too, replaces.",
	  .parse = parse_inherit },

	{ "image", "shell", "image", "the root file system",
	  "The read-only root, as jail-rootfs has built it under this name.",
	  NAME(jail_policy, image) },

	{ "user_namespace", "yes", "yes|no", "CLONE_NEWUSER",
	  "Whether uid 0 of the jail, and so the server process that serves the user, is nobody on the host.",
	  YES(jail_policy, user_namespace) },

	{ "nested", "no", "yes|no", "clone(2), mount(2)",
	  "Whether the user may make user namespaces in the jail, and mounts in them, as bubblewrap does.",
	  YES(jail_policy, nested) },

	{ "root", "private", "private|scratch|persistent", "overlay upperdir=",
	  "Whether the root is read-only, or takes what the user writes to /opt and /srv, for as long as the jail lives.",
	  WORD(jail_policy, enum jail_root, root) },

	{ "network", "none", "none|host", "CLONE_NEWNET",
	  "What the jail can reach: nothing but itself, or all that the host can.",
	  WORD(jail_policy, enum jail_network, network) },

	{ "seccomp", "base", "list", "SECCOMP_SET_MODE_FILTER",
	  "The list of permitted system calls.",
	  NAME(jail_policy, seccomp) },

	{ "seccomp_mode", "enforce", "enforce|log", "SECCOMP_RET_LOG",
	  "Whether what the list refuses is refused, or only reported to the kernel's log: then the filter protects nothing.",
	  WORD(jail_policy, enum jail_seccomp_mode, seccomp_mode) },

	{ "hostname", "", "host name", "sethostname(2)",
	  "What the jail takes for the host's name; when empty, the user's name.",
	  HOSTNAME(jail_policy, hostname) },

	{ "home_owner", "user", "user|root", NULL,
	  "Who must own the home directory: the user, or root as sshd's ChrootDirectory demands it.",
	  WORD(jail_policy, enum jail_home_owner, home_owner) },

	{ "tmp_size", "64M", "bytes", "tmpfs size=",
	  "Room in each of /tmp, /var/tmp, /dev/shm and a scratch root; counted in memory_max too.",
	  BYTES(jail_policy, tmp_size), .least = 64 * KIB, .most = TIB },

	{ "tmp_inodes", "16384", "files", "tmpfs nr_inodes=",
	  "Files and directories in each of them; every one costs memory, empty or not.",
	  COUNT(jail_policy, tmp_inodes), .least = 16, .most = 100000000 },

	{ "uid0", "no", "yes|no", NULL,
	  "Whether uid 0 may be jailed under this policy; otherwise its logins are refused.",
	  YES(jail_policy, uid0) },

	{ "socket_stdio", "no", "yes|no", NULL,
	  "Whether a login may come with Unix sockets as its descriptors 0 to 2; over one, descriptors of the host can follow.",
	  YES(jail_policy, socket_stdio) },
};

const struct jail_option plan_options[] = {
	{ "inherit", NULL, "plan", NULL,
	  "Starts from another plan: what is not given here is as there; what is given, lists too, replaces.",
	  .parse = parse_inherit },

	{ "memory_max", "1G", "bytes", "memory.max",
	  "Memory of all the user's jails together; beyond it the kernel kills inside them.",
	  BYTES(jail_plan, memory_max), .least = 4 * MIB, .most = 1024 * TIB,
	  .may_be_none = true, .host_may_lack = true },

	{ "tasks_max", "200", "tasks", "pids.max",
	  "Processes and threads of all the user's jails together; beyond it fork fails.",
	  COUNT(jail_plan, tasks_max), .least = 2, .most = 4194304,
	  .may_be_none = true, .host_may_lack = true },

	{ "cpu.cap", "100%", "percent", "cpu.max",
	  "CPU time that is never exceeded, not even on an idle host; 200% is two CPUs.",
	  PERCENT(jail_plan, cpu_cap), .least = 1, .most = 1000000,
	  .may_be_none = true, .host_may_lack = true },

	{ "cpu.share", "100", "weight", "cpu.weight",
	  "Weight against the other users when CPUs are short; 200 gets twice as much as 100.",
	  COUNT(jail_plan, cpu_share), .least = 1, .most = 10000,
	  .host_may_lack = true },

	{ "sessions_max", "10", "sessions", NULL,
	  "Sessions at one time, over all services; one more login is refused.",
	  COUNT(jail_plan, sessions_max), .least = 1, .most = 1000000, .may_be_none = true },

	{ "linger", "0s", "seconds", NULL,
	  "How long a jail, with what still runs in it, outlives its last session.",
	  SECONDS(jail_plan, linger), .least = 0, .most = 366ULL * 86400 },

	{ "log_lines", "20", "lines", NULL,
	  "Lines each second that the jails may write to the host's log; ten seconds' worth may come at once.",
	  COUNT(jail_plan, log_lines), .least = 1, .most = 1000000, .may_be_none = true },

	{ "log_bytes", "8K", "bytes", NULL,
	  "The same in bytes.",
	  BYTES(jail_plan, log_bytes), .least = 256, .most = 1024 * MIB, .may_be_none = true },

	{ "not_required", "none", "options", NULL,
	  "Limits that may stay unenforced where the host cannot enforce them; without it such a login is refused.",
	  FIELD(jail_plan, uint64_t, not_required), .is_list = true,
	  .parse = parse_rows, .print = print_rows },
};

static const struct jail_option assign_options[] = {
	{ "user", NULL, "users", NULL,
	  "Fits only these users.",
	  ACCOUNTS(jail_assign, user) },

	{ "group", NULL, "groups", NULL,
	  "Fits only members of one of these groups, primary or not.",
	  ACCOUNTS(jail_assign, group) },

	{ "service", NULL, "services", NULL,
	  "Fits only logins through one of these PAM services; su stands for su-l too.",
	  ACCOUNTS(jail_assign, service) },

	{ "policy", NULL, "policy", NULL,
	  "The policy of a login that fits; unjailed: none at all; refuse: no login.",
	  REFERENCE(jail_assign, policy) },

	{ "plan", NULL, "plan", NULL,
	  "The plan of a login that fits.",
	  REFERENCE(jail_assign, plan) },
};

static const struct jail_option mount_options[] = {
	{ "target", "", "path", "mount(2)",
	  "Where it stands in the jail; when empty, where it stands on the host.",
	  PATH(jail_mount, target) },

	{ "read_only", "no", "yes|no", "MOUNT_ATTR_RDONLY",
	  "Whether the jail can only read it.",
	  YES(jail_mount, read_only) },
};

static const struct jail_option socket_options[] = {
	{ "target", "", "path", "mount(2)",
	  "Where it stands in the jail; when empty, where it stands on the host.",
	  PATH(jail_socket, target) },
};

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

const size_t policy_option_count = COUNT_OF(policy_options);
const size_t plan_option_count = COUNT_OF(plan_options);

const struct jail_section_kind section_kinds[SECTION_COUNT] = {
	[SECTION_POLICY] = { "policy", "name", -1, policy_options, COUNT_OF(policy_options),
	  "How a jail is isolated." },
	[SECTION_PLAN] = { "plan", "name", -1, plan_options, COUNT_OF(plan_options),
	  "What a user may use up, over all services and jails." },
	[SECTION_ASSIGN] = { "assign", "name", -1, assign_options, COUNT_OF(assign_options),
	  "Who gets which policy and which plan." },
	[SECTION_MOUNT] = { "mount", "directory of the host", SECTION_POLICY,
	  mount_options, COUNT_OF(mount_options),
	  "A directory of the host that the jail sees." },
	[SECTION_SOCKET] = { "socket", "socket of the host", SECTION_POLICY,
	  socket_options, COUNT_OF(socket_options),
	  "A Unix socket of the host that the jail can connect to." },
};
/* clang-format on */

_Static_assert(COUNT_OF(policy_options) <= OPTION_COUNT_MAX, "an origin for every row");
_Static_assert(COUNT_OF(plan_options) <= OPTION_COUNT_MAX, "an origin for every row");
_Static_assert(sizeof(enum jail_network) == sizeof(unsigned), "parse_word writes an unsigned");

/* not_required: bit n is plan_options[n]. */
static int
parse_rows(const struct jail_option *option, const struct jail_texts *value, void *field,
	struct jail_error *err)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < value->count; i++) {
		const char *name = value->texts[i];
		const struct jail_option *row = option_find(SECTION_PLAN, name);

		if (strcmp(name, "none") == 0 && value->count == 1)
			break;
		if (!row || !row->host_may_lack)
			return jail_fail(err, 0,
				"%s: \"%.64s\" is no limit that a host can lack", option->name,
				name);
		rows |= 1ULL << (row - plan_options);
	}
	*(uint64_t *)field = rows;
	return 0;
}

static void
print_rows(const struct jail_option *option, const void *field, FILE *out)
{
	uint64_t rows = *(const uint64_t *)field;
	const char *before = "{";

	(void)option;
	if (rows == 0) {
		fputs("{\"none\"}", out);
		return;
	}
	for (size_t i = 0; i < plan_option_count; i++)
		if (rows >> i & 1) {
			fprintf(out, "%s\"%s\"", before, plan_options[i].name);
			before = ", ";
		}
	fputs("}", out);
}

const struct jail_option *
option_find(enum jail_section_id section, const char *name)
{
	const struct jail_section_kind *kind = &section_kinds[section];

	for (size_t i = 0; i < kind->option_count; i++)
		if (strcmp(kind->options[i].name, name) == 0)
			return &kind->options[i];
	return NULL;
}

int
option_set(const struct jail_option *option, const char *text, void *record,
	struct jail_error *err)
{
	const struct jail_texts value = { 1, &text };

	return option->parse(option, &value, (char *)record + option->offset, err);
}

void
option_print(const struct jail_option *option, const void *record, FILE *out)
{
	option->print(option, (const char *)record + option->offset, out);
}

bool
option_is_given(const struct jail_option *option, const void *record)
{
	const void *field = (const char *)record + option->offset;

	return option->is_list ? ((const struct jail_texts *)field)->count > 0
			       : *(const char *const *)field != NULL;
}

/* A preset always parses: schema_test says so. */
static void
presets_set(enum jail_section_id section, void *record)
{
	const struct jail_section_kind *kind = &section_kinds[section];
	struct jail_error unused;

	for (size_t i = 0; i < kind->option_count; i++)
		if (kind->options[i].preset)
			option_set(&kind->options[i], kind->options[i].preset, record, &unused);
}

void
policy_preset(struct jail_policy *policy)
{
	*policy = (struct jail_policy){ .name = "" };
	presets_set(SECTION_POLICY, policy);
}

void
plan_preset(struct jail_plan *plan)
{
	*plan = (struct jail_plan){ .name = "" };
	presets_set(SECTION_PLAN, plan);
}
