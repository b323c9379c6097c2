/*
 * ways_in.c - what lets users in, as a table. A program that becomes a user for
 * root's own purposes (runuser, a web server's authentication) is none; what lets
 * an administrator become somebody (sudo) is judged by its own rules
 * (doctor_sudoers.c).
 */
#include "ways_in.h"

#include "vsftpd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
static const struct { const char *service, *program, *why; } table[] = {
	{ "sshd",           "/usr/sbin/sshd",            "shells, commands, file transfer" },
	{ "login",          "/bin/login",                "the console, serial lines" },
	{ "remote",         "/usr/sbin/in.telnetd",      "login(1) behind telnet" },
	{ "remote",         "/usr/sbin/telnetd",         "login(1) behind telnet" },
	{ "rlogin",         "/usr/sbin/in.rlogind",      "login(1) behind rlogin" },
	{ "rsh",            "/usr/sbin/in.rshd",         "commands by rsh" },
	{ "su",             "/bin/su",                   "from one user to another" },
	{ "su-l",           "/bin/su",                   "the same by `su -`" },
	{ "cron",           "/usr/sbin/cron",            "users' crontabs (Debian)" },
	{ "crond",          "/usr/sbin/crond",           "users' crontabs (Fedora, SUSE)" },
	{ "fcron",          "/usr/sbin/fcron",           "users' crontabs (fcron)" },
	{ "atd",            "/usr/sbin/atd",             "users' at jobs" },
	{ "vsftpd",         "/usr/sbin/vsftpd",          "file transfer" },
	{ "proftpd",        "/usr/sbin/proftpd",         "file transfer" },
	{ "pure-ftpd",      "/usr/sbin/pure-ftpd",       "file transfer" },
	{ "gdm-password",   "/usr/sbin/gdm3",            "a desktop" },
	{ "gdm-password",   "/usr/sbin/gdm",             "a desktop" },
	{ "lightdm",        "/usr/sbin/lightdm",         "a desktop" },
	{ "sddm",           "/usr/bin/sddm",             "a desktop" },
	{ "xdm",            "/usr/bin/xdm",              "a desktop" },
	{ "xrdp-sesman",    "/usr/sbin/xrdp-sesman",     "a remote desktop" },
	{ "cockpit",        "/usr/lib/cockpit/cockpit-session", "a terminal in the browser" },
	{ "cockpit",        "/usr/libexec/cockpit-session",     "a terminal in the browser" },
	{ "shellinabox",    "/usr/bin/shellinaboxd",     "a terminal in the browser" },
};
/* clang-format on */

void
ways_in_add(struct ways_in *ways, const char *service)
{
	if (ways->count == WAYS_MAX || !*service || strlen(service) >= SERVICE_MAX)
		return;
	for (size_t i = 0; i < ways->count; i++)
		if (strcmp(ways->services[i], service) == 0)
			return;
	snprintf(ways->services[ways->count++], SERVICE_MAX, "%s", service);
}

void
ways_in_find(struct ways_in *ways)
{
	*ways = (struct ways_in){ .count = 0 };
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (access(table[i].program, X_OK) == 0 &&
			(strcmp(table[i].service, "vsftpd") != 0 || !vsftpd_has_files()))
			ways_in_add(ways, table[i].service);
	vsftpd_add_services(ways);
}
