/*
 * elf_read.c - ELF dependencies by libelf. ldd would run the file's own loader;
 * this only reads, believes no number in the file, and never maps it (a file
 * that is truncated meanwhile would be a SIGBUS).
 */
#include "elf_read.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SEGMENTS_MAX = 1024,
	DYNAMIC_MAX = 1 << 16, /* bytes of a dynamic section */
	NEEDED_MAX = 512,
	STRING_MAX = 4096 /* bytes of a path or a library's name */
};

/* One file while it is being read. */
struct reader {
	int fd;
	Elf *elf;
	size_t segments;
	Elf_Data *dynamic;  /* NULL: statically linked */
	size_t entries;     /* in dynamic */
	GElf_Xword strings; /* file offset of DT_STRTAB */
	GElf_Xword strings_size;
};

static int
malformed(struct jail_error *err, const char *what)
{
	return jail_fail(err, 0, "malformed ELF: %s", what);
}

int
elf_ident(const unsigned char *bytes, size_t count, uint8_t *elf_class, uint16_t *machine)
{
	if (count < 20 || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return 0;
	*elf_class = bytes[EI_CLASS];
	*machine = bytes[EI_DATA] == ELFDATA2MSB ? bytes[18] << 8 | bytes[19]
						 : bytes[19] << 8 | bytes[18];
	return 1;
}

/* A copy of the string at a file offset, at most max bytes long. */
static char *
string_at(const struct reader *reader, GElf_Xword offset, GElf_Xword max,
	struct jail_error *err)
{
	char text[STRING_MAX] = "";
	ssize_t count = -1;

	if (max > sizeof(text))
		max = sizeof(text);
	if (offset <= INT64_MAX)
		count = pread(reader->fd, text, max, (off_t)offset);
	if (count <= 0 || !memchr(text, '\0', (size_t)count))
		malformed(err, "a string is outside the file");
	else if (!name_is_clean(text))
		malformed(err, "control characters in a name");
	else
		return strdup(text);
	return NULL;
}

/* The file offset of a virtual address; 0 when no segment has it. */
static GElf_Xword
offset_of(const struct reader *reader, GElf_Addr address)
{
	GElf_Phdr segment;

	for (size_t i = 0; i < reader->segments; i++)
		if (gelf_getphdr(reader->elf, (int)i, &segment) && segment.p_type == PT_LOAD &&
			address >= segment.p_vaddr &&
			address - segment.p_vaddr < segment.p_filesz)
			return segment.p_offset + (address - segment.p_vaddr);
	return 0;
}

static int
read_segment(struct reader *reader, const GElf_Phdr *segment, struct elf_facts *facts,
	struct jail_error *err)
{
	if (segment->p_type == PT_INTERP && !facts->interpreter) {
		facts->interpreter =
			string_at(reader, segment->p_offset, segment->p_filesz, err);
		return facts->interpreter ? 0 : -1;
	}
	if (segment->p_type != PT_DYNAMIC || reader->dynamic)
		return 0;
	if (segment->p_filesz > DYNAMIC_MAX || segment->p_offset > INT64_MAX)
		return malformed(err, "dynamic section too large");
	reader->dynamic = elf_getdata_rawchunk(reader->elf, (int64_t)segment->p_offset,
		segment->p_filesz, ELF_T_DYN);
	if (!reader->dynamic)
		return malformed(err, "dynamic section outside the file");
	reader->entries =
		reader->dynamic->d_size / gelf_fsize(reader->elf, ELF_T_DYN, 1, EV_CURRENT);
	return 0;
}

/* Where the names are: must be known before the first name is read. */
static void
find_strings(struct reader *reader)
{
	GElf_Addr address = 0;
	GElf_Dyn entry;

	for (size_t i = 0; i < reader->entries; i++) {
		if (!gelf_getdyn(reader->dynamic, (int)i, &entry) || entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag == DT_STRTAB)
			address = entry.d_un.d_ptr;
		if (entry.d_tag == DT_STRSZ)
			reader->strings_size = entry.d_un.d_val;
	}
	reader->strings = offset_of(reader, address);
}

static char *
dynamic_string(const struct reader *reader, GElf_Xword index, struct jail_error *err)
{
	if (reader->strings == 0 || index >= reader->strings_size ||
		reader->strings > INT64_MAX - index) {
		malformed(err, "a name is outside the string table");
		return NULL;
	}
	return string_at(reader, reader->strings + index, reader->strings_size - index, err);
}

static int
read_entry(const struct reader *reader, const GElf_Dyn *entry, struct elf_facts *facts,
	struct jail_error *err)
{
	char *text;
	int result = 0;

	if (entry->d_tag != DT_NEEDED && entry->d_tag != DT_RUNPATH && entry->d_tag != DT_RPATH)
		return 0;
	if (facts->needed.count >= NEEDED_MAX)
		return malformed(err, "too many libraries");
	text = dynamic_string(reader, entry->d_un.d_val, err);
	if (!text)
		return -1;
	if (entry->d_tag == DT_NEEDED) {
		result = names_add(&facts->needed, text, strlen(text), err);
	} else if (!facts->run_path || entry->d_tag == DT_RUNPATH) {
		free(facts->run_path);
		facts->run_path = text;
		return 0;
	}
	free(text);
	return result;
}

static int
read_dynamic(struct reader *reader, struct elf_facts *facts, struct jail_error *err)
{
	GElf_Dyn entry;

	find_strings(reader);
	for (size_t i = 0; i < reader->entries; i++) {
		if (!gelf_getdyn(reader->dynamic, (int)i, &entry) || entry.d_tag == DT_NULL)
			break;
		if (read_entry(reader, &entry, facts, err) != 0)
			return -1;
	}
	return 0;
}

static int
read_all(struct reader *reader, struct elf_facts *facts, struct jail_error *err)
{
	GElf_Phdr segment;

	if (!reader->elf || elf_kind(reader->elf) != ELF_K_ELF)
		return malformed(err, "not readable");
	if (elf_getphdrnum(reader->elf, &reader->segments) != 0 ||
		reader->segments > SEGMENTS_MAX)
		return malformed(err, "program headers");
	for (size_t i = 0; i < reader->segments; i++) {
		if (!gelf_getphdr(reader->elf, (int)i, &segment))
			return malformed(err, "program headers");
		if (read_segment(reader, &segment, facts, err) != 0)
			return -1;
	}
	return read_dynamic(reader, facts, err);
}

int
elf_read(int fd, struct elf_facts *facts, struct jail_error *err)
{
	struct reader reader = { .fd = fd };
	int result;

	*facts = (struct elf_facts){ .interpreter = NULL };
	elf_version(EV_CURRENT);
	reader.elf = elf_begin(fd, ELF_C_READ, NULL);
	result = read_all(&reader, facts, err);
	elf_end(reader.elf);
	return result;
}

void
elf_facts_free(struct elf_facts *facts)
{
	free(facts->interpreter);
	free(facts->run_path);
	names_free(&facts->needed);
	*facts = (struct elf_facts){ .interpreter = NULL };
}
