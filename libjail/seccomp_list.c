/*
 * seccomp_list.c - reads a list of system calls into rules. The file is
 * treated as hostile: owner and mode first, then the whole text, and one line
 * that is not understood refuses it all. A line dropped in silence could be
 * the one that closes a hole.
 */
#include "fd.h"
#include "seccomp_filter.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Of calls and of lists: no list is a path. */
static const char legal_name[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

enum { FILE_SIZE_MAX = 128 * 1024, LINE_SIZE = 256, WORDS_MAX = 20 };

struct word_value {
	const char *word;
	uint32_t value;
};

/* clang-format off */
static const struct word_value actions[] = {
	{ "ALLOW",           SECCOMP_RET_ALLOW },
	{ "EACCES",          SECCOMP_RET_ERRNO | EACCES },
	{ "EAFNOSUPPORT",    SECCOMP_RET_ERRNO | EAFNOSUPPORT },
	{ "EINVAL",          SECCOMP_RET_ERRNO | EINVAL },
	{ "ENOSYS",          SECCOMP_RET_ERRNO | ENOSYS },
	{ "EOPNOTSUPP",      SECCOMP_RET_ERRNO | EOPNOTSUPP },
	{ "EPERM",           SECCOMP_RET_ERRNO | EPERM },
	{ "EPROTONOSUPPORT", SECCOMP_RET_ERRNO | EPROTONOSUPPORT },
};

static const struct word_value constants[] = {
	{ "ADDR_NO_RANDOMIZE", ADDR_NO_RANDOMIZE },
	{ "AF_INET",           AF_INET },
	{ "AF_INET6",          AF_INET6 },
	{ "AF_NETLINK",        AF_NETLINK },
	{ "AF_UNIX",           AF_UNIX },
	{ "CLONE_NEWCGROUP",   CLONE_NEWCGROUP },
	{ "CLONE_NEWIPC",      CLONE_NEWIPC },
	{ "CLONE_NEWNET",      CLONE_NEWNET },
	{ "CLONE_NEWNS",       CLONE_NEWNS },
	{ "CLONE_NEWPID",      CLONE_NEWPID },
	{ "CLONE_NEWUSER",     CLONE_NEWUSER },
	{ "CLONE_NEWUTS",      CLONE_NEWUTS },
	{ "FS_IOC_FSSETXATTR", FS_IOC_FSSETXATTR },
	{ "FS_IOC_SETFLAGS",   FS_IOC_SETFLAGS },
	{ "IPPROTO_ICMP",      IPPROTO_ICMP },
	{ "IPPROTO_ICMPV6",    IPPROTO_ICMPV6 },
	{ "IPPROTO_TCP",       IPPROTO_TCP },
	{ "IPPROTO_UDP",       IPPROTO_UDP },
	{ "NETLINK_AUDIT",     NETLINK_AUDIT },
	{ "NETLINK_ROUTE",     NETLINK_ROUTE },
	{ "PER_LINUX",         PER_LINUX },
	{ "S_IFCHR",           S_IFCHR },
	{ "TIOCLINUX",         TIOCLINUX },
	{ "TIOCSETD",          TIOCSETD },
	{ "TIOCSTI",           TIOCSTI },
};

static const struct word_value tests[] = {
	{ "==", SECCOMP_EQUAL },
	{ "!=", SECCOMP_DIFFERS },
	{ "&",  SECCOMP_ANY_BIT },
};
/* clang-format on */

#define LOOKUP(table, word, value) \
	word_lookup(table, sizeof(table) / sizeof((table)[0]), word, value)

static bool
word_lookup(const struct word_value *table, size_t count, const char *word, uint32_t *value)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].word, word) == 0) {
			*value = table[i].value;
			return true;
		}
	return false;
}

static bool
number_read(const char *word, uint32_t *value)
{
	char *end;
	unsigned long long number;

	if (word[0] < '0' || word[0] > '9')
		return false;
	errno = 0;
	number = strtoull(word, &end, 0);
	if (errno != 0 || *end != '\0' || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

/* "CLONE_NEWNS|0x80": constants and numbers, or'ed. Eats the word. */
static bool
value_read(char *word, uint32_t *value)
{
	uint32_t part;
	char *next;

	for (*value = 0; word != NULL; word = next) {
		next = strchr(word, '|');
		if (next != NULL)
			*next++ = '\0';
		if (!LOOKUP(constants, word, &part) && !number_read(word, &part))
			return false;
		*value |= part;
	}
	return true;
}

/* {"arg0", "==", "AF_UNIX"} */
static bool
condition_read(char **words, struct seccomp_condition *out)
{
	uint32_t test;

	if (strncmp(words[0], "arg", 3) != 0 || words[0][3] < '0' || words[0][3] > '5' ||
		words[0][4] != '\0')
		return false;
	if (!LOOKUP(tests, words[1], &test) || !value_read(words[2], &out->value))
		return false;

	out->arg = (unsigned int)(words[0][3] - '0');
	out->test = (enum seccomp_test)test;
	return true;
}

/* {"if", CONDITION, "and", CONDITION}: a NULL follows the last word. */
static int
conditions_read(char **words, struct seccomp_rule *rule, struct jail_error *err)
{
	const char *before = "if";

	for (; words[0] != NULL; words += 4, before = "and") {
		if (strcmp(words[0], before) != 0)
			return jail_fail(err, 0, "'%s' instead of '%s'", words[0], before);
		if (rule->condition_count == SECCOMP_CONDITIONS_MAX)
			return jail_fail(err, 0, "too many conditions");
		if (!words[1] || !words[2] || !words[3] ||
			!condition_read(words + 1, &rule->conditions[rule->condition_count]))
			return jail_fail(err, 0, "not a condition after '%s'", before);
		rule->condition_count++;
	}
	return 0;
}

/* A negative *number means that the call is not of this architecture, or that
 * "?" excuses a libseccomp too old to know it. */
static int
syscall_read(const char *word, int *number, struct jail_error *err)
{
	bool optional = word[0] == '?';
	const char *name = word + optional;

	*number = seccomp_syscall_resolve_name(name);
	if (*name == '\0' || name[strspn(name, legal_name)] != '\0' ||
		(*number == __NR_SCMP_ERROR && !optional))
		return jail_fail(err, 0, "unknown system call %s", word);
	return 0;
}

static int
rule_append(struct seccomp_list *list, const struct seccomp_rule *rule, struct jail_error *err)
{
	if (list->rule_count == list->rule_space) {
		size_t space = list->rule_space * 2 + 256;
		struct seccomp_rule *rules = reallocarray(list->rules, space, sizeof(*rules));

		if (!rules)
			return jail_fail(err, errno, "rules");
		list->rules = rules;
		list->rule_space = space;
	}
	list->rules[list->rule_count++] = *rule;
	return 0;
}

/* {"NAME", "ACTION", "if", ...} */
static int
rule_read(struct seccomp_list *list, struct seccomp_rule rule, char **words,
	struct jail_error *err)
{
	int number;

	if (syscall_read(*words++, &number, err) < 0)
		return -1;

	rule.action = SECCOMP_RET_ALLOW;
	if (*words && strcmp(*words, "if") != 0 && !LOOKUP(actions, *words++, &rule.action))
		return jail_fail(err, 0, "unknown action %s", words[-1]);
	if (conditions_read(words, &rule, err) < 0)
		return -1;

	if (number < 0)
		return 0;
	rule.number = (uint32_t)number;
	return rule_append(list, &rule, err);
}

/* Cuts "TEXT # REASON" in two, blanks around them off. Returns the reason, or
 * NULL if there is none. */
static char *
reason_split(char *line)
{
	char *hash = strchr(line, '#');
	char *reason;

	if (!hash)
		return NULL;
	reason = hash + 1 + strspn(hash + 1, " \t");
	while (hash > line && (hash[-1] == ' ' || hash[-1] == '\t'))
		hash--;
	*hash = '\0';
	return *reason != '\0' ? reason : NULL;
}

/* Fills in the words of a line; `words` is all NULL before. */
static int
words_split(char *line, char *words[static WORDS_MAX + 1], struct jail_error *err)
{
	size_t count = 0;
	char *rest;

	for (char *w = strtok_r(line, " \t", &rest); w; w = strtok_r(NULL, " \t", &rest)) {
		if (count == WORDS_MAX)
			return jail_fail(err, 0, "too many words");
		words[count++] = w;
	}
	if (count == 0)
		return jail_fail(err, 0, "nothing but a reason");
	return 0;
}

static int list_include(int lists_fd, const char *name, struct seccomp_list *list,
	struct jail_error *err);

static int
line_read(int lists_fd, struct seccomp_list *list, struct seccomp_rule rule, char *line,
	struct jail_error *err)
{
	char copy[LINE_SIZE];
	char *words[WORDS_MAX + 1] = { NULL };
	size_t length;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return 0;
	rule.text = line;
	rule.reason = reason_split(line);
	if (!rule.reason)
		return jail_fail(err, 0, "a line without a reason");
	length = strlen(line);
	if (length >= sizeof(copy))
		return jail_fail(err, 0, "line too long");
	memcpy(copy, line, length + 1);
	if (words_split(copy, words, err) < 0)
		return -1;

	if (strcmp(words[0], "include") != 0)
		return rule_read(list, rule, words, err);
	if (!words[1] || words[2])
		return jail_fail(err, 0, "include takes one name");
	return list_include(lists_fd, words[1], list, err);
}

static int
lines_read(int lists_fd, struct seccomp_list *list, struct seccomp_file *file,
	struct jail_error *err)
{
	struct seccomp_rule rule = { .file = file->name };
	char where[100];
	char *rest = file->text;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		rule.line++;
		if (line_read(lists_fd, list, rule, line, err) == 0)
			continue;
		snprintf(where, sizeof(where), "%s:%d", file->name, rule.line);
		return jail_fail_in(err, where);
	}
	return 0;
}

/* How long the text is; -1 if this is no file to believe. */
static ssize_t
file_check(int fd, struct jail_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return jail_fail(err, errno, "fstat");
	if (!S_ISREG(st.st_mode))
		return jail_fail(err, 0, "not a regular file");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return jail_fail(err, 0, "owned by uid %u", (unsigned int)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return jail_fail(err, 0, "writable by others than its owner");
	if (st.st_size > FILE_SIZE_MAX)
		return jail_fail(err, 0, "larger than %d bytes", FILE_SIZE_MAX);
	return (ssize_t)st.st_size;
}

static int
text_check(const char *text, ssize_t size, struct jail_error *err)
{
	for (ssize_t i = 0; i < size; i++)
		if (text[i] != '\n' && text[i] != '\t' && (text[i] < ' ' || text[i] > '~'))
			return jail_fail(err, 0, "not plain ASCII at byte %zd", i);
	return 0;
}

/* The whole file as a string, or NULL. */
static char *
file_read(int fd, struct jail_error *err)
{
	ssize_t size = file_check(fd, err);
	char *text;

	if (size < 0)
		return NULL;
	text = malloc((size_t)size + 1);
	if (!text) {
		jail_fail(err, errno, "text");
		return NULL;
	}
	text[size] = '\0';
	/* One byte more than fstat saw would mean that somebody is writing. */
	if (read(fd, text, (size_t)size + 1) != size)
		jail_fail(err, 0, "not read whole");
	else if (text_check(text, size, err) == 0)
		return text;
	free(text);
	return NULL;
}

/* Adds "base.list" to the list's files, without a text yet; NULL on failure. */
static struct seccomp_file *
file_add(struct seccomp_list *list, const char *name, struct jail_error *err)
{
	struct seccomp_file *file = &list->files[list->file_count];
	size_t length = strlen(name);

	if (length == 0 || length > 64 || strspn(name, legal_name) != length) {
		jail_fail(err, 0, "not the name of a list");
		return NULL;
	}
	for (size_t i = 0; i < list->file_count; i++)
		if (strncmp(list->files[i].name, name, length) == 0 &&
			strcmp(list->files[i].name + length, ".list") == 0) {
			jail_fail(err, 0, "%s is included twice", name);
			return NULL;
		}
	if (list->file_count == SECCOMP_FILES_MAX) {
		jail_fail(err, 0, "more than %d lists", SECCOMP_FILES_MAX);
		return NULL;
	}
	if (asprintf(&file->name, "%s.list", name) < 0) {
		jail_fail(err, ENOMEM, "name of a list");
		return NULL;
	}
	file->text = NULL;
	list->file_count++;
	return file;
}

static int
list_include(int lists_fd, const char *name, struct seccomp_list *list, struct jail_error *err)
{
	struct seccomp_file *file = file_add(list, name, err);
	autoclose int fd = -1;

	if (!file)
		return -1;
	/* O_NONBLOCK: a FIFO in its place must not hang a login. */
	fd = openat(lists_fd, file->name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return jail_fail(err, errno, "open %s", file->name);
	file->text = file_read(fd, err);
	if (!file->text)
		return jail_fail_in(err, file->name);
	return lines_read(lists_fd, list, file, err);
}

int
seccomp_list_read(int lists_fd, const char *name, struct seccomp_list *out,
	struct jail_error *err)
{
	return seccomp_list_read_behind(lists_fd, NULL, name, out, err);
}

int
seccomp_list_read_behind(int lists_fd, const char *first, const char *name,
	struct seccomp_list *out, struct jail_error *err)
{
	struct seccomp_list list = { .file_count = 0 };

	if ((first && list_include(lists_fd, first, &list, err) < 0) ||
		list_include(lists_fd, name, &list, err) < 0) {
		seccomp_list_free(&list);
		return -1;
	}
	*out = list;
	return 0;
}

void
seccomp_list_free(struct seccomp_list *list)
{
	for (size_t i = 0; i < list->file_count; i++) {
		free(list->files[i].name);
		free(list->files[i].text);
	}
	free(list->rules);
	*list = (struct seccomp_list){ .file_count = 0 };
}

int
seccomp_list_find(const struct seccomp_list *list, const char *syscall, size_t from,
	struct jail_error *err)
{
	int number = seccomp_syscall_resolve_name(syscall);

	if (number == __NR_SCMP_ERROR)
		return jail_fail(err, 0, "unknown system call %s", syscall);
	while (from < list->rule_count && list->rules[from].number != (uint32_t)number)
		from++;
	return (int)from;
}
