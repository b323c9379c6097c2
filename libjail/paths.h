/*
 * paths.h - the places that the parts meet at. All are root's alone.
 */
#pragma once

#ifndef JAIL_LIBEXEC
#define JAIL_LIBEXEC "/usr/libexec/pam_jail"
#endif
#ifndef JAIL_DATA
#define JAIL_DATA "/usr/share/pam_jail"
#endif
#ifndef JAIL_SYSCONF
#define JAIL_SYSCONF "/etc"
#endif

#define JAIL_RUN        "/run/pam_jail"
#define JAIL_STUB       JAIL_RUN "/stub"
#define JAIL_LIB        "/var/lib/pam_jail"
#define JAIL_IMAGES     JAIL_LIB "/images"
#define JAIL_SUPERVISOR JAIL_LIBEXEC "/jail-supervisor"
#define JAIL_INIT       JAIL_LIBEXEC "/init"
#define JAIL_POLICIES   JAIL_DATA "/policies"
#define JAIL_FILTERS    JAIL_POLICIES "/seccomp"
#define JAIL_CONFIG     JAIL_SYSCONF "/jail.conf"
