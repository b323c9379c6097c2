/*
 * jailctl_pam.c - the lines of a file of /etc/pam.d: each call takes at least one
 * physical line, and what is a line has all its parts.
 */
#include "fuzz.h"

#include "pam_line.h"

#include <stdlib.h>
#include <string.h>

static void
must_be_whole(const struct pam_line *line)
{
	must(line->module[0] != '\0' && strnlen(line->module, PAM_WORD_MAX) < PAM_WORD_MAX);
	must(strnlen(line->arguments, PAM_ARGUMENTS_MAX) < PAM_ARGUMENTS_MAX);
	must(line->type <= PAM_ALL);
	must(line->control.count <= PAM_CODES_MAX);
	/* "@include" is the only line of every type, and no module's. */
	must(line->type != PAM_ALL || line->kind == PAM_LINE_INCLUDE);
	for (size_t i = 0; i < line->control.count; i++)
		must(line->control.given[i].action >= PAM_ACTION_RESET);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pam_reader reader = pam_reader((const char *)data, size);
	struct pam_line line;
	enum pam_read read;
	int before = 0;

	while ((read = pam_read(&reader, &line)) != PAM_READ_END) {
		must(line.number > before && line.number <= reader.number);
		before = reader.number;
		if (read == PAM_READ_LINE)
			must_be_whole(&line);
	}
	return 0;
}
