/*
 * rootfs_manifest.c - a manifest is read whole, or refused in one line.
 */
#include "fuzz.h"

#include "manifest.h"

#include <stdio.h>
#include <string.h>

static void
check(const struct row *row)
{
	must(row->word && row->word[0]);
	must(row->origin.file && row->origin.line > 0);
	must((row->kind == ROW_LINK) == (row->target != NULL));
	must_be_one_line(row->word);
	if (row->kind == ROW_PROGRAM || row->kind == ROW_LIBRARY || row->kind == ROW_PACKAGE)
		must(!strchr(row->word, '/'));
	else
		must(row->word[0] == '/' && !strstr(row->word, "/../"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char base[] = "program sh\ninclude fuzzed\nlink /bin/a /bin/b c\n";
	struct manifest manifest;
	struct jail_error err;
	char path[300];

	scratch_put("base.list", base, sizeof(base) - 1);
	scratch_put("fuzzed.list", data, size);
	snprintf(path, sizeof(path), "%s/fuzzed.list", scratch_path());
	if (manifest_read(&manifest, path, scratch_path(), &err) < 0) {
		must_be_one_line(err.text);
	} else {
		for (size_t i = 0; i < manifest.count; i++)
			check(&manifest.row[i]);
	}
	manifest_free(&manifest);
	return 0;
}
