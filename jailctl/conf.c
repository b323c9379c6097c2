/*
 * conf.c - jail.conf for check and explain. See OpenDoas, doas.c, checkconfig().
 */
#include "conf.h"

#include "paths.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static int
become_nobody(struct jail_error *err)
{
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
		setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return jail_fail(err, errno, "become nobody");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return jail_fail(err, errno, "no_new_privs");
	if (geteuid() != NOBODY || setuid(0) == 0)
		return jail_fail(err, 0, "root's powers cannot be given up");
	return 0;
}

static int
join(char out[PATH_MAX], const char *root, const char *path, struct jail_error *err)
{
	if (snprintf(out, PATH_MAX, "%s%s", root, path) >= PATH_MAX)
		return jail_fail(err, ENAMETOOLONG, "--root");
	return 0;
}

static int
find_files(const struct options *options, const char *file, struct conf *conf,
	struct jail_error *err)
{
	const char *root = options->root ? options->root : "";

	if (join(conf->vendor_dir, root, JAIL_POLICIES, err) < 0 ||
		join(conf->dropin_dir, root, JAIL_SYSCONF "/jail.conf.d", err) < 0 ||
		join(conf->filters, root, JAIL_FILTERS, err) < 0)
		return -1;
	return file ? join(conf->main_file, "", file, err)
		    : join(conf->main_file, root, JAIL_CONFIG, err);
}

int
conf_load(const struct options *options, const char *file, struct conf *conf,
	struct jail_error *err)
{
	struct jail_paths paths = {
		.vendor_dir = conf->vendor_dir,
		.main_file = conf->main_file,
		.dropin_dir = conf->dropin_dir,
	};

	conf->config = NULL;
	conf->live = !file && !options->root;
	if (find_files(options, file, conf, err) < 0)
		return EXIT_NO;
	if (!conf->live && geteuid() == 0 && become_nobody(err) < 0)
		return EXIT_NO;
	return config_load(&paths, &conf->config, err) < 0 ? EXIT_PROBLEMS : EXIT_YES;
}

void
conf_free(struct conf *conf)
{
	config_free(conf->config);
	conf->config = NULL;
}
