/* A hostile ELF file is an error, never a crash, and never a wrong answer. */
#include "rootfs_fixture.h"

#include "elf_read.h"

#include <elf.h>

/* A small but complete dynamic executable. */
struct sample {
	Elf64_Ehdr head;
	Elf64_Phdr segment[3];
	Elf64_Dyn dynamic[5];
	char strings[64];
	char interpreter[32];
};

static struct jail_error err;

static struct sample
sample_make(void)
{
	struct sample sample = {
		.head = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
				  ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_DYN,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = offsetof(struct sample, segment),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 3 },
		.segment = { { .p_type = PT_LOAD,
				     .p_vaddr = 0x10000,
				     .p_filesz = sizeof(struct sample),
				     .p_memsz = sizeof(struct sample) },
			{ .p_type = PT_INTERP,
				.p_offset = offsetof(struct sample, interpreter),
				.p_filesz = 32 },
			{ .p_type = PT_DYNAMIC,
				.p_offset = offsetof(struct sample, dynamic),
				.p_filesz = sizeof(sample.dynamic) } },
		.dynamic = { { .d_tag = DT_NEEDED, .d_un.d_val = 1 },
			{ .d_tag = DT_RUNPATH, .d_un.d_val = 11 },
			{ .d_tag = DT_STRTAB,
				.d_un.d_ptr = 0x10000 + offsetof(struct sample, strings) },
			{ .d_tag = DT_STRSZ, .d_un.d_val = sizeof(sample.strings) },
			{ .d_tag = DT_NULL } },
		.strings = "\0libc.so.6\0$ORIGIN/../lib",
		.interpreter = "/lib64/ld.so",
	};

	return sample;
}

static int
read_bytes(const void *bytes, size_t size, struct elf_facts *facts)
{
	int fd;
	int result;

	put("elf", bytes, size, 0755);
	fd = open(in_scratch("elf"), O_RDONLY | O_CLOEXEC);
	result = elf_read(fd, facts, &err);
	close(fd);
	return result;
}

static int
read_sample(const struct sample *sample)
{
	struct elf_facts facts;
	int result = read_bytes(sample, sizeof(*sample), &facts);

	elf_facts_free(&facts);
	return result;
}

static void
what_the_loader_needs_is_found(void **state)
{
	struct sample sample = sample_make();
	struct elf_facts facts;

	(void)state;
	assert_int_equal(read_bytes(&sample, sizeof(sample), &facts), 0);
	assert_string_equal(facts.interpreter, "/lib64/ld.so");
	assert_string_equal(facts.run_path, "$ORIGIN/../lib");
	assert_int_equal(facts.needed.count, 1);
	assert_string_equal(facts.needed.item[0], "libc.so.6");
	elf_facts_free(&facts);
}

static void
runpath_beats_rpath_in_any_order(void **state)
{
	struct sample sample = sample_make();
	struct elf_facts facts;

	(void)state;
	sample.dynamic[0] = (Elf64_Dyn){ .d_tag = DT_RPATH, .d_un.d_val = 1 };
	assert_int_equal(read_bytes(&sample, sizeof(sample), &facts), 0);
	assert_string_equal(facts.run_path, "$ORIGIN/../lib");
	elf_facts_free(&facts);
	sample.dynamic[0] = sample.dynamic[1];
	sample.dynamic[1] = (Elf64_Dyn){ .d_tag = DT_RPATH, .d_un.d_val = 1 };
	assert_int_equal(read_bytes(&sample, sizeof(sample), &facts), 0);
	assert_string_equal(facts.run_path, "$ORIGIN/../lib");
	elf_facts_free(&facts);
}

static void
a_file_cut_anywhere_is_an_error_or_says_less(void **state)
{
	struct sample sample = sample_make();
	struct elf_facts facts;

	(void)state;
	for (size_t size = 0; size < sizeof(sample); size++) {
		if (read_bytes(&sample, size, &facts) == 0 && facts.needed.count > 0)
			assert_string_equal(facts.needed.item[0], "libc.so.6");
		elf_facts_free(&facts);
	}
}

static void
any_byte_may_lie(void **state)
{
	static const unsigned char lies[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct sample sample = sample_make();
	unsigned char *bytes = (unsigned char *)&sample;

	(void)state;
	for (size_t i = 0; i < sizeof(sample); i++) {
		unsigned char honest = bytes[i];

		for (size_t lie = 0; lie < sizeof(lies); lie++) {
			bytes[i] = lies[lie];
			(void)read_sample(&sample);
		}
		bytes[i] = honest;
	}
	assert_int_equal(read_sample(&sample), 0);
}

static void
numbers_that_point_outside_are_refused(void **state)
{
	struct sample sample = sample_make();

	(void)state;
	sample.dynamic[0].d_un.d_val = 64;
	assert_int_equal(read_sample(&sample), -1);
	sample.dynamic[0].d_un.d_val = UINT64_MAX;
	assert_int_equal(read_sample(&sample), -1);

	sample = sample_make();
	sample.segment[1].p_offset = UINT64_MAX - 4;
	assert_int_equal(read_sample(&sample), -1);

	sample = sample_make();
	sample.segment[2].p_filesz = UINT64_MAX;
	assert_int_equal(read_sample(&sample), -1);
	sample.segment[2].p_filesz = 1 << 15;
	assert_int_equal(read_sample(&sample), -1);

	sample = sample_make();
	sample.head.e_phoff = UINT64_MAX - 8;
	assert_int_equal(read_sample(&sample), -1);

	sample = sample_make();
	sample.dynamic[2].d_un.d_ptr = 0;
	assert_int_equal(read_sample(&sample), -1);
}

static void
a_dynamic_section_as_large_as_the_file_is_refused(void **state)
{
	static char large[1 << 18];
	struct sample sample = sample_make();
	struct elf_facts facts;

	(void)state;
	sample.segment[2].p_filesz = 1 << 17;
	memcpy(large, &sample, sizeof(sample));
	assert_int_equal(read_bytes(large, sizeof(large), &facts), -1);
	assert_non_null(strstr(err.text, "too large"));
	elf_facts_free(&facts);
}

static void
strings_must_end_and_be_clean(void **state)
{
	struct sample sample = sample_make();

	(void)state;
	memset(sample.interpreter, 'x', sizeof(sample.interpreter));
	assert_int_equal(read_sample(&sample), -1);

	sample = sample_make();
	memcpy(sample.strings + 1, "libc\n.so.6", 10);
	assert_int_equal(read_sample(&sample), -1);
	assert_non_null(strstr(err.text, "control characters"));
}

static void
endless_lists_of_libraries_are_refused(void **state)
{
	struct {
		struct sample sample;
		Elf64_Dyn more[600];
	} large = { .sample = sample_make() };
	struct elf_facts facts;

	(void)state;
	memcpy(large.more, large.sample.dynamic + 2, 2 * sizeof(Elf64_Dyn));
	for (size_t i = 2; i < 600; i++)
		large.more[i] = large.sample.dynamic[0];
	large.sample.segment[2].p_offset = sizeof(struct sample);
	large.sample.segment[2].p_filesz = sizeof(large.more);
	assert_int_equal(read_bytes(&large, sizeof(large), &facts), -1);
	assert_non_null(strstr(err.text, "too many"));
	elf_facts_free(&facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_world(what_the_loader_needs_is_found),
		in_world(runpath_beats_rpath_in_any_order),
		in_world(a_file_cut_anywhere_is_an_error_or_says_less),
		in_world(any_byte_may_lie),
		in_world(numbers_that_point_outside_are_refused),
		in_world(a_dynamic_section_as_large_as_the_file_is_refused),
		in_world(strings_must_end_and_be_clean),
		in_world(endless_lists_of_libraries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
