/*
 * elf_read.h - what a loader would want to know of an ELF file, without
 * running one.
 */
#pragma once

#include "names.h"

#include <stdint.h>

struct elf_facts {
	char *interpreter; /* PT_INTERP, or NULL */
	char *run_path;    /* DT_RUNPATH, else DT_RPATH, or NULL; $ORIGIN as written */
	struct names needed;
};

/* The first bytes of an ELF file: 1 and *class, *machine; 0 when it is not one. */
int elf_ident(const unsigned char *bytes, size_t count, uint8_t *elf_class, uint16_t *machine);

/*
 * Reads the program headers and the dynamic section; section headers are not
 * looked at, nor does the loader.
 *   fails   when anything points outside the file, or is absurdly large
 * fd stays the caller's; facts need elf_facts_free() in either case.
 */
int elf_read(int fd, struct elf_facts *facts, struct jail_error *err);
void elf_facts_free(struct elf_facts *facts);
