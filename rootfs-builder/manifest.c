/*
 * manifest.c - the parser: words and comments, no quoting, no variables. A
 * manifest decides what root's code in a jail loads, so it is read like
 * jail.conf: a regular file of root's, of limited size, whole or not at all.
 */
#include "manifest.h"

#include "fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SIZE_MAX_BYTES = 1 << 20, ROWS_MAX = 100000, INCLUDE_DEPTH_MAX = 8 };

struct keyword {
	const char *word;
	enum row_kind kind;
	bool is_path; /* words must be absolute and clean */
};

/* clang-format off */
static const struct keyword keywords[] = {
	{ "program", ROW_PROGRAM, false },
	{ "library", ROW_LIBRARY, false },
	{ "file",    ROW_FILE,    true },
	{ "tree",    ROW_TREE,    true },
	{ "package", ROW_PACKAGE, false },
	{ "path",    ROW_PATH,    true },
	{ "dir",     ROW_DIR,     true },
	{ "link",    ROW_LINK,    true },
	{ "exclude", ROW_EXCLUDE, true },
};
/* clang-format on */

/* Where the parser stands. */
struct reader {
	struct manifest *manifest;
	struct origin at;
	const char *package;
	unsigned depth;
};

static int read_file(struct manifest *manifest, const char *path, unsigned depth,
	struct jail_error *err);

static int
check_word(const struct reader *reader, const struct keyword *keyword, const char *word,
	struct jail_error *err)
{
	if (!keyword->is_path) {
		if (strchr(word, '/') || word[0] == '.' || word[0] == '-')
			return fail_at(err, &reader->at, 0, "'%.100s' is not a name", word);
		return 0;
	}
	if (word[0] != '/' || strstr(word, "//") || strstr(word, "/./") ||
		strstr(word, "/..") || word[strlen(word) - 1] == '/' || strlen(word) > 1000)
		return fail_at(err, &reader->at, 0, "'%.100s' is not a clean absolute path",
			word);
	return 0;
}

/* Makes room for one more row. */
static int
row_room(struct manifest *manifest, struct jail_error *err)
{
	size_t room = manifest->room ? 2 * manifest->room : 64;
	struct row *row;

	if (manifest->count < manifest->room)
		return 0;
	row = room > ROWS_MAX ? NULL : reallocarray(manifest->row, room, sizeof(*row));
	if (!row)
		return jail_fail(err, ENOMEM, "too many rows");
	manifest->row = row;
	manifest->room = room;
	return 0;
}

static struct row *
row_add(struct reader *reader, const struct keyword *keyword, const char *word,
	struct jail_error *err)
{
	struct manifest *manifest = reader->manifest;
	char *copy;

	if (check_word(reader, keyword, word, err) != 0 || row_room(manifest, err) != 0)
		return NULL;
	copy = strdup(word);
	if (!copy) {
		jail_fail(err, errno, "remember a row");
		return NULL;
	}
	manifest->row[manifest->count] = (struct row){
		.kind = keyword->kind,
		.word = copy,
		.package = reader->package,
		.origin = reader->at,
	};
	return &manifest->row[manifest->count++];
}

static char *
word_take(char **line)
{
	char *word;

	while ((word = strsep(line, " \t")))
		if (*word)
			return word;
	return NULL;
}

/* Beside the including file, else among the shipped ones. */
static int
include_path(const struct reader *reader, const char *word, char path[4096],
	struct jail_error *err)
{
	const char *slash = strrchr(reader->at.file, '/');
	int folder = slash ? (int)(slash - reader->at.file + 1) : 0;

	snprintf(path, 4096, "%.*s%.200s.list", folder, reader->at.file, word);
	if (access(path, F_OK) == 0 || errno != ENOENT)
		return 0;
	if (names_add(&reader->manifest->absent, path, strlen(path), err) != 0)
		return -1;
	snprintf(path, 4096, "%.3000s/%.200s.list", reader->manifest->shipped, word);
	if (access(path, F_OK) == 0)
		return 0;
	return fail_at(err, &reader->at, ENOENT, "include %.100s", word);
}

static int
read_include(struct reader *reader, char *line, struct jail_error *err)
{
	static const struct keyword name = { "include", ROW_FILE, false };
	char path[4096];
	char *word;

	while ((word = word_take(&line))) {
		if (check_word(reader, &name, word, err) != 0)
			return -1;
		if (reader->depth >= INCLUDE_DEPTH_MAX)
			return fail_at(err, &reader->at, 0, "include goes in a circle");
		if (include_path(reader, word, path, err) != 0 ||
			read_file(reader->manifest, path, reader->depth + 1, err) != 0)
			return -1;
	}
	return 0;
}

static int
read_from(struct reader *reader, char *line, struct jail_error *err)
{
	const char *word = word_take(&line);
	struct names *packages = &reader->manifest->packages;

	if (!word || word_take(&line))
		return fail_at(err, &reader->at, 0, "from takes one package name");
	if (names_add(packages, word, strlen(word), err) != 0)
		return -1;
	reader->package = packages->item[packages->count - 1];
	return 0;
}

/* link PATH... TARGET, as ln(1) has it the other way round. */
static int
read_link(struct reader *reader, const struct keyword *keyword, char *line,
	struct jail_error *err)
{
	const char *path = word_take(&line);
	char *end = line ? line + strlen(line) : NULL;
	const char *target;

	while (end && end > line && end[-1] == ' ')
		*--end = '\0';
	target = end ? strrchr(line, ' ') : NULL;
	target = target ? target + 1 : line;
	if (!path || !target || !*target)
		return fail_at(err, &reader->at, 0, "link takes paths and a target");
	while (path && path != target) {
		struct row *row = row_add(reader, keyword, path, err);

		if (!row || !(row->target = strdup(target)))
			return row ? jail_fail(err, errno, "remember a row") : -1;
		path = word_take(&line);
	}
	return 0;
}

static const struct keyword *
keyword_find(const char *word)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strcmp(keywords[i].word, word) == 0)
			return &keywords[i];
	return NULL;
}

static int
read_row(struct reader *reader, char *line, struct jail_error *err)
{
	const char *word = word_take(&line);
	bool optional = word && strcmp(word, "optional") == 0;
	const struct keyword *keyword;

	if (optional)
		word = word_take(&line);
	if (!word)
		return optional ? fail_at(err, &reader->at, 0, "optional what?") : 0;
	if (!optional && strcmp(word, "include") == 0)
		return read_include(reader, line, err);
	if (!optional && strcmp(word, "from") == 0)
		return read_from(reader, line, err);
	keyword = keyword_find(word);
	if (!keyword)
		return fail_at(err, &reader->at, 0, "unknown word '%.100s'", word);
	if (keyword->kind == ROW_LINK)
		return read_link(reader, keyword, line, err);
	while ((word = word_take(&line))) {
		struct row *row = row_add(reader, keyword, word, err);

		if (!row)
			return -1;
		row->optional = optional;
	}
	return 0;
}

/* Opens, checks and reads; the caller frees. NULL on error. */
static char *
text_read(const char *path, struct jail_error *err)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	autofree char *text = NULL;
	struct stat st;
	char *whole;

	if (fd < 0 || fstat(fd, &st) != 0)
		jail_fail(err, errno, "open %s", path);
	else if (!S_ISREG(st.st_mode))
		jail_fail(err, 0, "%s: not a regular file", path);
	else if ((st.st_uid != 0 && st.st_uid != geteuid()) || st.st_mode & 022)
		jail_fail(err, 0, "%s: must be root's and nobody else's to write", path);
	else if (st.st_size > SIZE_MAX_BYTES)
		jail_fail(err, EFBIG, "%s", path);
	else if (!(text = calloc(1, st.st_size + 1)) ||
		 pread(fd, text, st.st_size, 0) != st.st_size)
		jail_fail(err, text ? EIO : ENOMEM, "read %s", path);
	else if (strlen(text) != (size_t)st.st_size)
		jail_fail(err, 0, "%s: contains a NUL byte", path);
	else {
		whole = text;
		text = NULL;
		return whole;
	}
	return NULL;
}

static int
read_lines(struct reader *reader, char *text, struct jail_error *err)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		reader->at.line++;
		line[strcspn(line, "#")] = '\0';
		for (char *tab = line; (tab = strchr(tab, '\t')); tab++)
			*tab = ' ';
		if (!name_is_clean(line))
			return fail_at(err, &reader->at, 0, "control characters");
		if (read_row(reader, line, err) != 0)
			return -1;
	}
	return 0;
}

static int
read_file(struct manifest *manifest, const char *path, unsigned depth, struct jail_error *err)
{
	autofree char *text = NULL;
	struct reader reader = { .manifest = manifest, .depth = depth };

	for (size_t i = 0; i < manifest->files.count; i++)
		if (strcmp(manifest->files.item[i], path) == 0)
			return 0; /* included twice is included */
	text = text_read(path, err);
	if (!text || names_add(&manifest->files, path, strlen(path), err) != 0)
		return -1;
	reader.at.file = manifest->files.item[manifest->files.count - 1];
	return read_lines(&reader, text, err);
}

int
manifest_read(struct manifest *manifest, const char *path, const char *shipped,
	struct jail_error *err)
{
	*manifest = (struct manifest){ .shipped = shipped };
	return read_file(manifest, path, 0, err);
}

void
manifest_free(struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++) {
		free(manifest->row[i].word);
		free(manifest->row[i].target);
	}
	free(manifest->row);
	names_free(&manifest->files);
	names_free(&manifest->absent);
	names_free(&manifest->packages);
	*manifest = (struct manifest){ .count = 0 };
}
