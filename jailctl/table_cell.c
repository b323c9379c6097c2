/*
 * table_cell.c - one cell in words, or as JSON. Every text from inside is escaped
 * here, at the one place where it leaves us.
 */
#include "escape.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void
print_bytes(uint64_t bytes, char *out, size_t size)
{
	static const char units[] = "BKMGTPE";
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && units[unit + 1]) {
		value /= 1024;
		unit++;
	}
	snprintf(out, size, unit > 0 && value < 10 ? "%.1f%c" : "%.0f%c", value, units[unit]);
}

static void
print_age(uint64_t seconds, char *out, size_t size)
{
	if (seconds < 60)
		snprintf(out, size, "%" PRIu64 "s", seconds);
	else if (seconds < 3600)
		snprintf(out, size, "%" PRIu64 "m%02us", seconds / 60,
			(unsigned)(seconds % 60));
	else if (seconds < 86400)
		snprintf(out, size, "%" PRIu64 "h%02um", seconds / 3600,
			(unsigned)(seconds / 60 % 60));
	else
		snprintf(out, size, "%" PRIu64 "d%02uh", seconds / 86400,
			(unsigned)(seconds / 3600 % 24));
}

/* RFC 3339: local for people, UTC for programs. */
static void
print_time(uint64_t number, bool local, char *out, size_t size)
{
	time_t when = (time_t)number;
	struct tm parts;

	if (!(local ? localtime_r(&when, &parts) : gmtime_r(&when, &parts)) ||
		strftime(out, size, local ? "%FT%T%z" : "%FT%TZ", &parts) == 0)
		snprintf(out, size, "-");
}

void
cell_text(const struct column *column, const struct cell *cell, char *out, size_t size)
{
	if (cell->text && cell->text[0])
		escape_text(out, size, cell->text, strlen(cell->text));
	else if (cell->text || cell->number == NUMBER_UNKNOWN)
		snprintf(out, size, "-");
	else if (column->kind == CELL_BYTES)
		print_bytes(cell->number, out, size);
	else if (column->kind == CELL_AGE)
		print_age(cell->number, out, size);
	else if (column->kind == CELL_TIME)
		print_time(cell->number, true, out, size);
	else
		snprintf(out, size, "%" PRIu64, cell->number);
}

json_t *
cell_json(const struct column *column, const struct cell *cell)
{
	char text[CELL_WIDTH_MAX];
	json_t *value;

	if (cell->text) {
		/* Of text that is no UTF-8, what people would see. */
		value = json_string(cell->text);
		if (!value)
			escape_text(text, sizeof(text), cell->text, strlen(cell->text));
		return value ? value : json_string(text);
	}
	if (cell->number == NUMBER_UNKNOWN)
		return json_null();
	if (column->kind != CELL_TIME)
		return json_integer((json_int_t)cell->number);
	print_time(cell->number, false, text, sizeof(text));
	return json_string(text);
}
