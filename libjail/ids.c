/*
 * ids.c - the index file. Its lines are ten digits each: the first is the base,
 * every other one the uid of a user. The place of a line gives the user's ids,
 * so nothing that stands in the file can give two users the same.
 *
 * It is replaced as a whole, so that who reads needs no lock. A line is never
 * taken out: files may be left that belong to its ids.
 */
#include "ids.h"

#include "fd.h"
#include "lock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { DIGITS = 10, LINE = DIGITS + 1 };

static const char file_name[] = "ids", fresh_name[] = "ids.new";

struct index {
	char *text;   /* of the lines; a line more has room */
	size_t lines; /* with that of the base */
};

/* Who has ids on this host, as lines of fields between colons. */
/* clang-format off */
static const struct owners { const char *file; int first, count; } owners[] = {
	{ "/etc/passwd", 2, -1 }, /* name:x:UID */
	{ "/etc/group",  2, -1 }, /* name:x:GID */
	{ "/etc/subuid", 1, 2 },  /* name:FIRST:COUNT */
	{ "/etc/subgid", 1, 2 },
};
/* clang-format on */

static void
index_free(struct index *index)
{
	free(index->text);
}

#define autoindex __attribute__((cleanup(index_free)))

static uint64_t
line_number(const struct index *index, size_t line)
{
	char digits[LINE];

	memcpy(digits, index->text + line * LINE, DIGITS);
	digits[DIGITS] = '\0';
	return strtoull(digits, NULL, 10);
}

/* Ten digits, of a number that an id can be. */
static bool
line_is_id(const char *line)
{
	for (int i = 0; i < DIGITS; i++)
		if (line[i] < '0' || line[i] > '9')
			return false;
	return line[DIGITS] == '\n' && memcmp(line, "4294967295", DIGITS) < 0;
}

static void
line_print(char line[LINE + 1], uint64_t number)
{
	snprintf(line, LINE + 1, "%0*" PRIu64 "\n", DIGITS, number);
}

static void
line_write(struct index *index, size_t line, uint64_t number)
{
	char text[LINE + 1];

	line_print(text, number);
	memcpy(index->text + line * LINE, text, LINE);
}

static int
index_check(const struct index *index, struct jail_error *err)
{
	uint64_t base;

	for (size_t i = 0; i < index->lines; i++)
		if (!line_is_id(index->text + i * LINE))
			return jail_fail(err, 0, "line %zu is not an id of ten digits", i + 1);
	base = line_number(index, 0);
	if (base < 65536 || base > UINT32_MAX - 1 - (uint64_t)IDS_EACH * IDS_USERS_MAX)
		return jail_fail(err, 0, "line 1: no ids of the host can begin at %" PRIu64,
			base);
	return 0;
}

static int
file_check(int fd, size_t *lines, struct jail_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return jail_fail(err, errno, "stat");
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return jail_fail(err, EPERM, "not a file that root alone can write");
	if (st.st_size < LINE || st.st_size % LINE != 0)
		return jail_fail(err, 0, "damaged: its lines are not of ten digits each");
	if (st.st_size / LINE > 1 + IDS_USERS_MAX)
		return jail_fail(err, EFBIG, "more than %d users", IDS_USERS_MAX);
	*lines = (size_t)st.st_size / LINE;
	return 0;
}

static int
index_read(int fd, struct index *index, struct jail_error *err)
{
	if (fd >= 0 && file_check(fd, &index->lines, err) < 0)
		return -1;
	if (fd < 0)
		index->lines = 1;
	index->text = malloc((index->lines + 1) * LINE);
	if (!index->text)
		return jail_fail(err, ENOMEM, "read");
	if (fd < 0)
		line_write(index, 0, IDS_BASE);
	else if (read(fd, index->text, index->lines * LINE) != (ssize_t)(index->lines * LINE))
		return jail_fail(err, errno, "read");
	return index_check(index, err);
}

/* No file yet is one without users. */
static int
index_open(int directory, struct index *index, struct jail_error *err)
{
	autoclose int fd = openat(directory, file_name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 && errno != ENOENT)
		return jail_fail(err, errno, "open");
	return index_read(fd, index, err);
}

/* The line of a user; 0: she has none. */
static int
index_find(const struct index *index, uid_t uid, size_t *line, struct jail_error *err)
{
	char wanted[LINE + 1];

	line_print(wanted, uid);
	*line = 0;
	for (size_t i = 1; i < index->lines; i++) {
		if (memcmp(index->text + i * LINE, wanted, LINE) != 0)
			continue;
		if (*line > 0)
			return jail_fail(err, 0, "uid %u stands in it twice", uid);
		*line = i;
	}
	return 0;
}

static void
ids_at(const struct index *index, size_t line, struct jail_ids *out)
{
	out->root = (uid_t)(line_number(index, 0) + (line - 1) * IDS_EACH);
	out->tty = out->root + 1;
}

/* Do these lines of somebody else's name one of the ids? A line that we do not
 * understand is not ours to judge. */
static bool
line_has(char *line, const struct owners *kind, const struct jail_ids *ids)
{
	uint64_t first = 0, count = 1;
	bool known = false;

	for (int i = 0; line; i++) {
		const char *field = strsep(&line, ":\n");

		if (i == kind->first) {
			known = *field >= '0' && *field <= '9';
			first = strtoull(field, NULL, 10);
		}
		if (i == kind->count)
			count = strtoull(field, NULL, 10);
	}
	return known && first < (uint64_t)ids->root + IDS_EACH &&
	       (count > ids->root || first + count > ids->root);
}

static int
check_owners(const struct owners *kind, const struct jail_ids *ids, struct jail_error *err)
{
	FILE *file = fopen(kind->file, "re");
	char *line = NULL;
	size_t size = 0;
	bool taken = false;

	if (!file)
		return errno == ENOENT ? 0 : jail_fail(err, errno, "open %s", kind->file);
	while (!taken && getline(&line, &size, file) >= 0)
		taken = line_has(line, kind, ids);
	free(line);
	fclose(file);
	return taken ? jail_fail(err, 0,
			       "id %u is taken (%s): the first line may name another base",
			       ids->root, kind->file)
		     : 0;
}

static int
index_write(int directory, const struct index *index, struct jail_error *err)
{
	autoclose int fd = -1;
	size_t size = index->lines * LINE;

	unlinkat(directory, fresh_name, 0);
	fd = openat(directory, fresh_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		0644);
	if (fd < 0)
		return jail_fail(err, errno, "create %s", fresh_name);
	if (write(fd, index->text, size) != (ssize_t)size || fsync(fd) < 0)
		return jail_fail(err, errno, "write %s", fresh_name);
	if (renameat(directory, fresh_name, directory, file_name) < 0 || fsync(directory) < 0)
		return jail_fail(err, errno, "rename %s", fresh_name);
	return 0;
}

static int
index_add(int directory, struct index *index, uid_t uid, size_t *line, struct jail_error *err)
{
	struct jail_ids ids;

	if (index->lines > IDS_USERS_MAX)
		return jail_fail(err, ENOSPC, "all of its %d users are there", IDS_USERS_MAX);
	*line = index->lines++;
	line_write(index, *line, uid);
	ids_at(index, *line, &ids);
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (check_owners(&owners[i], &ids, err) < 0)
			return -1;
	return index_write(directory, index, err);
}

/* Under the lock, for another new user's login may be as far as ours. */
static int
add_user(int directory, uid_t uid, struct jail_ids *out, struct jail_error *err)
{
	autoclose int lock = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autoindex struct index index = { .text = NULL };
	size_t line;

	if (lock < 0)
		return jail_fail(err, errno, "open the directory");
	if (lock_take(lock, "the directory", err) < 0 ||
		index_open(directory, &index, err) < 0 ||
		index_find(&index, uid, &line, err) < 0)
		return -1;
	if (line == 0 && index_add(lock, &index, uid, &line, err) < 0)
		return -1;
	ids_at(&index, line, out);
	return 0;
}

static int
find_or_add(int directory, uid_t uid, struct jail_ids *out, struct jail_error *err)
{
	autoindex struct index index = { .text = NULL };
	uint64_t base;
	size_t line;

	if (index_open(directory, &index, err) < 0 || index_find(&index, uid, &line, err) < 0)
		return -1;
	base = line_number(&index, 0);
	if (uid >= base && uid - base < (uint64_t)IDS_EACH * IDS_USERS_MAX)
		return jail_fail(err, 0, "uid %u is one of those that it gives to jails", uid);
	if (line == 0)
		return add_user(directory, uid, out, err);
	ids_at(&index, line, out);
	return 0;
}

int
ids_of(int directory, uid_t uid, struct jail_ids *out, struct jail_error *err)
{
	struct stat st;

	if (fstat(directory, &st) < 0)
		return jail_fail(err, errno, "stat the directory of ids");
	if (st.st_uid != geteuid() || (st.st_mode & 022))
		return jail_fail(err, EPERM, "the directory of ids is not root's alone");
	return find_or_add(directory, uid, out, err) < 0 ? jail_fail_in(err, "ids") : 0;
}
