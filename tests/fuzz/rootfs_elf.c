/*
 * rootfs_elf.c - the customer's and the host's ELF files, as libelf reads them for
 * us: names of the file, or an error.
 */
#include "fuzz.h"

#include "elf_read.h"
#include "fd.h"

#include <string.h>

static void
check(const struct elf_facts *facts)
{
	if (facts->interpreter)
		must_be_one_line(facts->interpreter);
	if (facts->run_path)
		must_be_one_line(facts->run_path);
	for (size_t i = 0; i < facts->needed.count; i++)
		must_be_one_line(facts->needed.item[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autoclose int fd = bytes_fd(data, size);
	struct elf_facts facts;
	struct jail_error err;
	uint16_t machine;
	uint8_t class;

	elf_ident(data, size, &class, &machine);
	if (elf_read(fd, &facts, &err) == 0)
		check(&facts);
	elf_facts_free(&facts);
	return 0;
}
