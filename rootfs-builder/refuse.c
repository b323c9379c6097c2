/*
 * refuse.c - the safety list. An image is read by every jailed user of every
 * policy that names it; a slip in a manifest must not publish the host's
 * secrets, and not the host's idea of who its users are.
 */
#include "refuse.h"

#include "pattern.h"

#include <stddef.h>

/* clang-format off */
static const struct refuse_row rows[] = {
	{ "/etc/shadow*", SECRET, "password hashes of the host" },
	{ "/etc/gshadow*", SECRET, "password hashes of the host" },
	{ "/etc/passwd*", SECRET, "made for each jail; the host's names all customers" },
	{ "/etc/group", SECRET, "made for each jail; the host's names all customers" },
	{ "/etc/group-", SECRET, "made for each jail; the host's names all customers" },
	{ "/etc/subuid*", SECRET, "names all customers of the host" },
	{ "/etc/subgid*", SECRET, "names all customers of the host" },
	{ "/etc/security/*", SECRET, "old password hashes, and PAM's rules" },
	{ "/etc/pam.d/*", SECRET, "nobody authenticates inside a jail" },
	{ "/etc/ssh/*_key", SECRET, "private host keys" },
	{ "/etc/ssh/sshd_config*", SECRET, "how the host may be entered" },
	{ "/etc/ssl/private/*", SECRET, "private keys" },
	{ "/etc/krb5.keytab", SECRET, "the host's Kerberos key" },
	{ "/etc/sudoers*", SECRET, "who may become root on the host" },
	{ "/etc/jail.conf*", SECRET, "policies and plans of all customers" },
	{ "/etc/machine-id", SECRET, "identifies the host; programs derive keys from it" },
	{ "/root/*", SECRET, "the administrator's home" },
	{ "/boot/*", SECRET, "kernels tell an attacker which hole to try" },
	{ "/var/lib/pam_jail/*", SECRET, "images and state of all jails" },
	{ "/var/log/*", SECRET, "the host's logs" },
	{ "/var/spool/*", SECRET, "mail and crontabs of the host's users" },
	{ "/var/mail/*", SECRET, "mail of the host's users" },
	{ "/var/backups/*", SECRET, "copies of /etc/shadow" },
	{ "/etc/hosts", OF_JAIL, "made for each jail" },
	{ "/etc/hostname", OF_JAIL, "made for each jail" },
	{ "/etc/nsswitch.conf", OF_JAIL, "made for each jail" },
	{ "/etc/resolv.conf", OF_JAIL, "made for each jail" },
	{ "/proc/*", OF_JAIL, "the jail's own processes only" },
	{ "/sys/*", OF_JAIL, "no jail has a /sys" },
	{ "/dev/*", OF_JAIL, "the supervisor makes six nodes" },
	{ "/run/*", OF_JAIL, "sockets of host services" },
	{ "/var/run/*", OF_JAIL, "sockets of host services" },
	{ "/tmp/*", OF_JAIL, "private to each jail" },
	{ "/var/tmp/*", OF_JAIL, "private to each jail" },
	{ "/home/*", OF_JAIL, "homes are bound, never copied" },
};
/* clang-format on */

const struct refuse_row *
refuse_find(const char *path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (pattern_matches(rows[i].pattern, path))
			return &rows[i];
	return NULL;
}
