/*
 * text_file.c - reads what is there at one moment; a FIFO or a device in its place
 * holds nobody up.
 */
#include "text_file.h"

#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { SIZE_MAX_READ = 1 << 20 };

int
text_file_read_fd(int fd, const char *name, struct text_file *text, struct jail_error *err)
{
	struct stat st;
	ssize_t got = 1;

	*text = (struct text_file){ .bytes = NULL };
	if (fstat(fd, &st) < 0)
		return jail_fail(err, errno, "stat %s", name);
	if (!S_ISREG(st.st_mode))
		return jail_fail(err, EINVAL, "%s is not a regular file", name);
	text->bytes = malloc(SIZE_MAX_READ + 1);
	if (!text->bytes)
		return jail_fail(err, ENOMEM, "read %s", name);
	while (got > 0 && text->size < SIZE_MAX_READ) {
		got = read(fd, text->bytes + text->size, SIZE_MAX_READ - text->size);
		text->size += got > 0 ? (size_t)got : 0;
	}
	if (got != 0) {
		int error = got < 0 ? errno : EFBIG;

		text_file_free(text);
		return jail_fail(err, error, "read %s", name);
	}
	text->bytes[text->size] = '\0';
	text->next = text->bytes;
	return 0;
}

int
text_file_read(const char *path, struct text_file *text, struct jail_error *err)
{
	autoclose int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	*text = (struct text_file){ .bytes = NULL };
	if (fd < 0)
		return jail_fail(err, errno, "open %s", path);
	return text_file_read_fd(fd, path, text, err);
}

void
text_file_free(struct text_file *text)
{
	free(text->bytes);
	*text = (struct text_file){ .bytes = NULL };
}

char *
text_file_line(struct text_file *text)
{
	char *line = text->next, *end;

	if (!line || line >= text->bytes + text->size)
		return NULL;
	end = line + strcspn(line, "\n");
	text->next = end + 1;
	text->line++;
	*end = '\0';
	line += strspn(line, " \t\r");
	while (end > line && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return line;
}
