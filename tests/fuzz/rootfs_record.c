/*
 * rootfs_record.c - what jail-rootfs wrote of an earlier build, damaged.
 */
#include "fuzz.h"

#include "fd.h"
#include "record.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = bytes_text(data, size);
	struct record_head head;

	record_read_head(text, &head);
	record_holds(text, "/m/base.list", "/", scratch_fd());
	return 0;
}
