/*
 * rows.c - the table that is printed, and how it is known which row of the step
 * tables a process is in: by the variable step_running of its memory.
 */
#include "inject.h"

#include "entry.h"

#include <dlfcn.h>
#include <err.h>
#include <fcntl.h>
#include <libelf.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const struct jail_step build_steps[];
extern const size_t build_step_count;

struct row rows[ROWS_MAX];
int row_count;

int
row_named(const char *name)
{
	for (int i = 0; i < row_count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	if (row_count == ROWS_MAX)
		errx(2, "too many rows");
	snprintf(rows[row_count].name, sizeof(rows[0].name), "%s", name);
	return row_count++;
}

static void
prepare_table(const char *role, const struct jail_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char name[sizeof(rows[0].name)];

		snprintf(name, sizeof(name), "%s: %s", role, steps[i].name);
		rows[row_named(name)].of_table = true;
	}
}

void
rows_prepare(void)
{
	row_named("module");
	prepare_table("module", enter_steps, enter_step_count);
	row_named("supervisor");
	prepare_table("supervisor", build_steps, build_step_count);
}

/* Value of a symbol, and the lowest address of the file as it would be loaded. */
static uintptr_t
symbol_value(const char *file, const char *wanted)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	Elf *elf = elf_version(EV_CURRENT) == EV_NONE || fd < 0
			   ? NULL
			   : elf_begin(fd, ELF_C_READ, NULL);
	uintptr_t value = 0;

	for (Elf_Scn *section = NULL; elf && (section = elf_nextscn(elf, section));) {
		Elf64_Shdr *header = elf64_getshdr(section);
		Elf_Data *data = elf_getdata(section, NULL);

		if (!header || !data || header->sh_type != SHT_SYMTAB)
			continue;
		for (size_t i = 0; i < data->d_size / sizeof(Elf64_Sym); i++) {
			const Elf64_Sym *symbol = &((const Elf64_Sym *)data->d_buf)[i];
			const char *name = elf_strptr(elf, header->sh_link, symbol->st_name);

			if (name && strcmp(name, wanted) == 0)
				value = symbol->st_value;
		}
	}
	elf_end(elf);
	if (fd >= 0)
		close(fd);
	return value;
}

/* Where the process has mapped the beginning of `file`. */
static uintptr_t
load_base(pid_t pid, const char *file)
{
	char path[40], line[600];
	uintptr_t base = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && base == 0 && fgets(line, sizeof(line), maps)) {
		const char *name = strchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (name && strcmp(name, file) == 0)
			base = (uintptr_t)strtoull(line, NULL, 16);
	}
	if (maps)
		fclose(maps);
	return base;
}

static const char *const allocator_names[ALLOCATORS] = { "malloc", "calloc", "realloc" };

void
find_allocators(pid_t pid, const char *file, uintptr_t out[ALLOCATORS])
{
	uintptr_t base = load_base(pid, file);

	for (size_t i = 0; i < ALLOCATORS; i++) {
		uintptr_t value = symbol_value(file, allocator_names[i]);

		out[i] = value && base ? base + value : 0;
	}
}

void
own_allocators(uintptr_t out[ALLOCATORS])
{
	for (size_t i = 0; i < ALLOCATORS; i++)
		out[i] = (uintptr_t)dlsym(RTLD_DEFAULT, allocator_names[i]);
}

uintptr_t
step_address(pid_t pid, const char *file)
{
	uintptr_t value = symbol_value(file, "step_running"), base = load_base(pid, file);

	return value && base ? base + value : 0;
}

static const char module_name[] = "/pam_jail.so";

/* PAM has loaded it; our children have it at the same place. */
uintptr_t
module_step_address(void)
{
	static uintptr_t address;
	char line[600];
	FILE *maps = address ? NULL : fopen("/proc/self/maps", "re");

	while (maps && address == 0 && fgets(line, sizeof(line), maps)) {
		char *path = strchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (path && strlen(path) > strlen(module_name) &&
			strcmp(path + strlen(path) - strlen(module_name), module_name) == 0)
			address = step_address(getpid(), path);
	}
	if (maps)
		fclose(maps);
	if (!address)
		errx(2, "pam_jail.so is not loaded, or has no symbols");
	return address;
}

static bool
read_step(const struct process *process, char *out, size_t size)
{
	char path[40];
	uintptr_t name = 0;
	bool found;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", process->pid);
	fd = process->step_at ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return false;
	found = pread(fd, &name, sizeof(name), (off_t)process->step_at) == sizeof(name) &&
		name != 0 && pread(fd, out, size - 1, (off_t)name) > 0;
	out[size - 1] = '\0';
	close(fd);
	return found;
}

int
row_of(const struct process *process)
{
	static const char *const of_role[ROLE_COUNT] = {
		[ROLE_HOST] = "host",
		[ROLE_MODULE] = "module",
		[ROLE_SUPERVISOR] = "supervisor",
		[ROLE_STUB] = "supervisor",
		[ROLE_INIT] = "supervisor",
		[ROLE_HOME] = "home child",
		[ROLE_ASIDE] = "child aside",
		[ROLE_USER] = "user",
	};
	char step[24], name[sizeof(rows[0].name)];

	if (process->role == ROLE_INIT && !process->step_at)
		return row_named("init");
	if (process->role == ROLE_HOME || process->role == ROLE_ASIDE ||
		!read_step(process, step, sizeof(step)))
		return row_named(of_role[process->role]);
	snprintf(name, sizeof(name), "%s: %s", of_role[process->role], step);
	return row_named(name);
}

/* Whose a new child of the supervisor is. */
enum role
role_of_child(const struct process *parent, pid_t child)
{
	char step[24];

	if (parent->role != ROLE_SUPERVISOR)
		return parent->role;
	if (syscall(SYS_kcmp, parent->pid, child, KCMP_VM, 0, 0) == 0)
		return ROLE_ASIDE;
	if (!read_step(parent, step, sizeof(step)))
		return ROLE_HOME;
	return strcmp(step, "stub") == 0 ? ROLE_STUB : ROLE_INIT;
}
