/*
 * sshd.c - Include, Match and the presets of each version are sshd's to resolve:
 * its test mode prints the outcome as lines for programs.
 */
#include "sshd.h"

#include "fd.h"
#include "processes.h"
#include "text_file.h"

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>

enum { ANSWER_MS = 10000, ANSWER_MAX = 1 << 16 };

struct finding_sshd {
	struct sshd *list;
	size_t count;
};

static void
add_word(struct sshd *sshd, const char *word, size_t length)
{
	if (sshd->word_count < SSHD_ARGUMENTS_MAX && length < SSHD_WORD_MAX)
		snprintf(sshd->words[sshd->word_count++], SSHD_WORD_MAX, "%.*s", (int)length,
			word);
}

/* A listener has written its arguments into its title, with blanks between:
 * "sshd: /usr/sbin/sshd -D -f FILE [listener] ...". Only two kinds matter. */
static void
take_title(const char *title, struct sshd *sshd)
{
	static const char *const wanted[] = { " -f ", " -o UsePAM=", " -o ChrootDirectory=" };

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const char *at = strcasestr(title, wanted[i]);

		if (!at || sshd->word_count + 2 > SSHD_ARGUMENTS_MAX)
			continue;
		add_word(sshd, at + 1, 2);
		add_word(sshd, at + 4, strcspn(at + 4, " "));
		if (i == 0)
			sshd->file = sshd->words[sshd->word_count - 1];
	}
}

static bool
is_known(const struct finding_sshd *found, const struct sshd *sshd)
{
	for (size_t i = 0; i < found->count; i++)
		if (memcmp(found->list[i].words, sshd->words, sizeof(sshd->words)) == 0)
			return true;
	return false;
}

static void
add_listener(pid_t pid, void *context)
{
	struct finding_sshd *found = context;
	struct sshd *sshd = &found->list[found->count];
	char title[PROCESS_TEXT_MAX];

	if (found->count == SSHD_MAX || !process_runs(pid, SSHD))
		return;
	process_text(pid, "cmdline", title, sizeof(title));
	if (strncmp(title, "sshd: ", 6) != 0 || !strstr(title, "[listener]"))
		return;
	*sshd = (struct sshd){ .file = SSHD_CONFIG };
	take_title(title, sshd);
	found->count += !is_known(found, sshd);
}

size_t
sshd_find(struct sshd list[SSHD_MAX])
{
	struct finding_sshd found = { .list = list, .count = 1 };

	list[0] = (struct sshd){ .file = SSHD_CONFIG };
	if (access(SSHD, X_OK) < 0)
		return 0;
	processes_each(add_listener, &found);
	return found.count;
}

static long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All that comes until the other end is closed. */
static int
read_answer(int fd, char *out, size_t size, struct jail_error *err)
{
	long end = now_ms() + ANSWER_MS;
	size_t used = 0;

	for (;;) {
		struct pollfd poller = { .fd = fd, .events = POLLIN };
		long left = end - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&poller, 1, (int)left) == 0)
			return jail_fail(err, ETIMEDOUT, "sshd -T");
		got = read(fd, out + used, size - 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || used + (size_t)got == size - 1) {
			out[used] = '\0';
			return got == 0 ? 0
					: jail_fail(err, got < 0 ? errno : EFBIG, "sshd -T");
		}
		used += (size_t)got;
	}
}

static int
start(const struct sshd *sshd, const char *user, int output, pid_t *pid)
{
	static char *const environment[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		NULL };
	char about[SSHD_WORD_MAX];
	char *argv[SSHD_ARGUMENTS_MAX + 5] = { (char *)SSHD, (char *)"-T" };
	size_t argc = 2;
	posix_spawn_file_actions_t actions;
	int error;

	for (size_t i = 0; i < sshd->word_count; i++)
		argv[argc++] = (char *)sshd->words[i];
	snprintf(about, sizeof(about), "user=%s,host=localhost,addr=127.0.0.1",
		user ? user : "");
	if (user) {
		argv[argc++] = (char *)"-C";
		argv[argc++] = about;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_adddup2(&actions, output, 2);
	error = posix_spawn(pid, SSHD, &actions, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

int
sshd_ask(const struct sshd *sshd, const char *user, char **text, struct jail_error *err)
{
	autoclose int from = -1, to = -1;
	autofree char *answer = malloc(ANSWER_MAX);
	int ends[2], error, status, result;
	pid_t pid;

	if (!answer || pipe2(ends, O_CLOEXEC) < 0)
		return jail_fail(err, answer ? errno : ENOMEM, "sshd -T");
	from = ends[0];
	to = ends[1];
	error = start(sshd, user, to, &pid);
	fd_close(&to);
	if (error)
		return jail_fail(err, error, "run " SSHD);
	result = read_answer(from, answer, ANSWER_MAX, err);
	if (result < 0)
		kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) < 0 || result < 0)
		return result < 0 ? -1 : jail_fail(err, errno, "sshd -T");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return jail_fail(err, 0, "sshd -T: %.*s", (int)strcspn(answer, "\n"), answer);
	*text = answer;
	answer = NULL;
	return 0;
}

bool
sshd_value(const char *text, const char *keyword, char *out, size_t size)
{
	size_t length = strlen(keyword);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, keyword, length) == 0 && line[length] == ' ') {
			const char *value = line + length + 1;

			snprintf(out, size, "%.*s", (int)strcspn(value, "\n"), value);
			return true;
		}
	return false;
}

/* "Keyword value" or "Keyword=value", in any letters. */
static int
line_in_file(const char *file, const char *keyword, const char *unless)
{
	autotext struct text_file text = { .bytes = NULL };
	struct jail_error ignored;
	size_t length = strlen(keyword);
	const char *line;

	if (text_file_read(file, &text, &ignored) < 0)
		return 0;
	while ((line = text_file_line(&text))) {
		const char *value = line + length;

		if (strncasecmp(line, keyword, length) != 0 || !strchr(" \t=", *value))
			continue;
		if (strcasecmp(value + strspn(value, " \t="), unless) != 0)
			return text.line;
	}
	return 0;
}

int
sshd_line(const struct sshd *sshd, const char *keyword, const char *unless, char *file,
	size_t size)
{
	char pattern[SSHD_WORD_MAX + 16];
	glob_t files = { .gl_pathc = 0 };
	int line = 0;

	snprintf(pattern, sizeof(pattern), "%s.d/*.conf", sshd->file);
	glob(sshd->file, GLOB_NOCHECK, NULL, &files);
	glob(pattern, GLOB_APPEND, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc && line == 0; i++) {
		line = line_in_file(files.gl_pathv[i], keyword, unless);
		snprintf(file, size, "%s", files.gl_pathv[i]);
	}
	if (line == 0)
		snprintf(file, size, "%s", sshd->file);
	globfree(&files);
	return line;
}
