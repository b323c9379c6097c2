/*
 * doctor_policies.c - what the assigned policies say themselves: jail.conf may ask
 * for less than a jail.
 */
#include "doctor.h"
#include "fd.h"
#include "schema.h"

#include <stdlib.h>
#include <string.h>

/* Twice is no harm: the same finding is told once. */
static int
each_policy(struct doctor *doctor,
	void (*judge)(struct doctor *doctor, const struct jail_policy *policy),
	struct jail_error *err)
{
	autofree struct jail_policy *policy = malloc(sizeof(*policy));
	size_t count = 0;
	const struct jail_assign *assigns =
		doctor->config ? config_assigns(doctor->config, &count) : NULL;

	if (!policy)
		return jail_fail(err, ENOMEM, "list the policies");
	for (size_t i = 0; i < count; i++) /* "unjailed" and "refuse" are none */
		if (assigns[i].policy &&
			config_policy(doctor->config, assigns[i].policy, policy, err) == 0)
			judge(doctor, policy);
	return 0;
}

/* What libjail/rules.c knows to be weak; `jailctl check` says it, too. */
static void
judge_weak(struct doctor *doctor, const struct jail_policy *policy)
{
	for (size_t i = 0; i < policy_weakness_count; i++) {
		const struct policy_weakness *weakness = &policy_weaknesses[i];
		const struct jail_option *option =
			option_find(SECTION_POLICY, weakness->option);
		const struct jail_origin *origin = &policy->origins[option - policy_options];

		if (!weakness->holds(policy))
			continue;
		if (!origin->file)
			origin = &policy->defined;
		doctor_find(doctor, origin->file, origin->line, "policy \"%s\": %s",
			policy->name, weakness->sentence);
	}
}

int
check_weak_policies(struct doctor *doctor, struct jail_error *err)
{
	return each_policy(doctor, judge_weak, err);
}

/* clang-format off */
static const struct { const char *part, *what; } powerful[] = {
	{ "/docker.sock",            "docker starts anything as root" },
	{ "/podman.sock",            "podman starts anything as root" },
	{ "/containerd.sock",        "containerd starts anything as root" },
	{ "/crio.sock",              "cri-o starts anything as root" },
	{ "/libvirt-sock",           "libvirt starts machines with any disk of the host" },
	{ "/lxd/unix.socket",        "lxd mounts anything of the host" },
	{ "/incus/unix.socket",      "incus mounts anything of the host" },
	{ "/snapd.socket",           "snapd installs services of root's" },
	{ "/systemd/private",        "systemd starts anything as root" },
	{ "/system_bus_socket",      "services of the host answer it by uid, jailed or not" },
};
/* clang-format on */

static void
judge_sockets(struct doctor *doctor, const struct jail_policy *policy)
{
	for (size_t i = 0; i < policy->socket_count; i++)
		for (size_t j = 0; j < sizeof(powerful) / sizeof(powerful[0]); j++) {
			const struct jail_socket *socket = &policy->sockets[i];

			if (strstr(socket->source, powerful[j].part))
				doctor_find(doctor, socket->origin.file, socket->origin.line,
					"policy \"%s\": socket %s: %s", policy->name,
					socket->source, powerful[j].what);
		}
}

int
check_sockets(struct doctor *doctor, struct jail_error *err)
{
	return each_policy(doctor, judge_sockets, err);
}
