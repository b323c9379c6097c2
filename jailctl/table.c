/*
 * table.c - rows of cells, as columns for people and as JSON for programs.
 */
#include "table.h"

#include "fd.h"

#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 20 };

struct table
table_new(const struct column *columns, size_t count)
{
	return (struct table){ .columns = columns, .column_count = count };
}

void
table_free(struct table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	*table = (struct table){ .cells = NULL };
}

size_t
table_rows(const struct table *table)
{
	return table->cell_count / table->column_count;
}

static void
add(struct table *table, struct cell cell)
{
	if (table->cell_count == table->cell_room) {
		size_t room = table->cell_room ? table->cell_room * 2 : 64;
		struct cell *cells = reallocarray(table->cells, room, sizeof(*cells));

		if (!cells) {
			table->failed = true;
			free(cell.text);
			return;
		}
		table->cells = cells;
		table->cell_room = room;
	}
	table->cells[table->cell_count++] = cell;
}

void
table_text(struct table *table, const char *text)
{
	struct cell cell = { .text = strdup(text) };

	if (cell.text)
		add(table, cell);
	else
		table->failed = true;
}

void
table_number(struct table *table, uint64_t number)
{
	add(table, (struct cell){ .number = number });
}

static bool
has_color(const struct options *options)
{
	const char *term = getenv("TERM"), *unwanted = getenv("NO_COLOR");

	return !options->no_color && !(unwanted && *unwanted) && isatty(STDOUT_FILENO) &&
	       term && strcmp(term, "dumb") != 0;
}

/* What is as it should be has no colour. */
static const char *
state_color(const char *text)
{
	if (strcmp(text, "stale") == 0 || strcmp(text, "silent") == 0 ||
		strcmp(text, "open") == 0 || strcmp(text, "critical") == 0)
		return "\033[31m";
	if (strcmp(text, "ending") == 0 || strcmp(text, "granted") == 0 ||
		strcmp(text, "warning") == 0)
		return "\033[33m";
	return "";
}

static void
print_padded(const struct column *column, const char *text, size_t width, bool color)
{
	const char *code = color && column->kind == CELL_STATE ? state_color(text) : "";
	bool right = column->kind == CELL_COUNT || column->kind == CELL_BYTES ||
		     column->kind == CELL_AGE;
	int padding = strlen(text) < width ? (int)(width - strlen(text)) : 0;

	printf("%*s%s%s%s%*s", right ? padding : 0, "", code, text, *code ? "\033[0m" : "",
		right ? 0 : padding, "");
}

static const struct cell *
cell_at(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

static bool
is_last(const struct table *table, size_t column)
{
	while (++column < table->column_count)
		if (table->columns[column].heading)
			return false;
	return true;
}

static size_t
column_width(const struct table *table, size_t column, bool headings)
{
	size_t width = headings ? strlen(table->columns[column].heading) : 0;
	char text[CELL_WIDTH_MAX];

	if (is_last(table, column) && table->columns[column].kind == CELL_TEXT)
		return 0; /* no blanks at the end of lines */
	for (size_t row = 0; row < table_rows(table); row++) {
		cell_text(&table->columns[column], cell_at(table, row, column), text,
			sizeof(text));
		width = strlen(text) > width ? strlen(text) : width;
	}
	return width;
}

/* row -1: the headings */
static void
print_line(const struct table *table, long row, const size_t *widths, bool color)
{
	bool first = true;

	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		char text[CELL_WIDTH_MAX];

		if (!column->heading)
			continue;
		if (row < 0)
			snprintf(text, sizeof(text), "%s", column->heading);
		else
			cell_text(column, cell_at(table, (size_t)row, i), text, sizeof(text));
		fputs(first ? "" : "  ", stdout);
		print_padded(column, text, widths[i], color && row >= 0);
		first = false;
	}
	putchar('\n');
}

static int
print_columns(const struct table *table, const struct options *options, struct jail_error *err)
{
	autofree size_t *widths = calloc(table->column_count, sizeof(*widths));
	bool color = has_color(options);

	if (!widths)
		return jail_fail(err, ENOMEM, "print");
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].heading)
			widths[i] = column_width(table, i, !options->quiet);
	if (!options->quiet)
		print_line(table, -1, widths, color);
	for (size_t row = 0; row < table_rows(table); row++)
		print_line(table, (long)row, widths, color);
	return 0;
}

static void
print_name(const struct column *column)
{
	const char *name = column->heading ? column->heading : column->key;
	int width = NAME_WIDTH;

	for (; *name; name++, width--)
		putchar(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
	printf("%*s", width, "");
}

void
table_print_row(const struct table *table, size_t row, const struct options *options)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		char text[CELL_WIDTH_MAX];

		cell_text(column, cell_at(table, row, i), text, sizeof(text));
		print_name(column);
		print_padded(column, text, 0, has_color(options));
		putchar('\n');
	}
}

json_t *
table_row_json(const struct table *table, size_t row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < table->column_count; i++)
		json_object_set_new(object, table->columns[i].key,
			cell_json(&table->columns[i], cell_at(table, row, i)));
	return object;
}

int
json_print_object(json_t *object, struct jail_error *err)
{
	json_t *whole = json_pack("{s:i}", "schema_version", JSON_SCHEMA_VERSION);
	int result = json_object_update(whole, object);

	if (result == 0)
		result = json_dumpf(whole, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	json_decref(whole);
	json_decref(object);
	if (result == 0)
		putchar('\n');
	return result == 0 ? 0 : jail_fail(err, ENOMEM, "print JSON");
}

int
json_print(const char *name, json_t *value, struct jail_error *err)
{
	json_t *object = json_object();

	if (json_object_set_new(object, name, value) == 0)
		return json_print_object(object, err);
	json_decref(object);
	return jail_fail(err, ENOMEM, "print JSON");
}

int
table_print(const struct table *table, const char *name, const struct options *options,
	struct jail_error *err)
{
	json_t *rows;

	if (table->failed)
		return jail_fail(err, ENOMEM, "print");
	if (!options->json)
		return print_columns(table, options, err);
	rows = json_array();
	for (size_t row = 0; row < table_rows(table); row++)
		json_array_append_new(rows, table_row_json(table, row));
	return json_print(name, rows, err);
}
