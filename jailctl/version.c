/*
 * version.c - jailctl version: ours, and what we can talk to.
 */
#include "table.h"
#include "wire.h"

#include <stdio.h>

int
command_version(const struct options *options, struct jail_error *err)
{
	json_t *object;

	if (!options->json) {
		printf("jailctl %s\n", JAIL_VERSION);
		printf("protocol %d to %d\n", WIRE_VERSION_OLDEST, WIRE_VERSION);
		return EXIT_YES;
	}
	object = json_pack("{s:s, s:i, s:i}", "version", JAIL_VERSION, "protocol_oldest",
		WIRE_VERSION_OLDEST, "protocol", WIRE_VERSION);
	return json_print_object(object, err) < 0 ? EXIT_NO : EXIT_YES;
}
