/*
 * log_record.c - what somebody in a jail has sent to /dev/log: one printable line,
 * in no way the kernel's, and never an emergency.
 */
#include "log_record.h"

#include "fuzz.h"

#include <string.h>
#include <syslog.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_record record;

	log_record_parse((const char *)data, size, &record);
	must(strlen(record.text) < sizeof(record.text));
	for (const char *c = record.text; *c; c++)
		must(*c >= ' ' && *c < 0x7f);
	must(LOG_FAC(record.priority) != LOG_FAC(LOG_KERN));
	must(LOG_FAC(record.priority) <= LOG_FAC(LOG_LOCAL7));
	must(LOG_PRI(record.priority) != LOG_EMERG);
	return 0;
}
