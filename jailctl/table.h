/*
 * table.h - what a command found, printed as aligned columns or as JSON. A cell
 * is filled once and printed in either form, so that both say the same.
 */
#pragma once

#include "jailctl.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_SCHEMA_VERSION = 1 };

/* A number that is not known: "-", null. */
#define NUMBER_UNKNOWN UINT64_MAX

enum cell_kind {
	CELL_TEXT,
	CELL_STATE, /* a text with a colour */
	CELL_COUNT,
	CELL_BYTES,
	CELL_AGE,  /* seconds */
	CELL_TIME, /* seconds since 1970 */
};

struct column {
	const char *heading; /* NULL: stands in JSON only */
	const char *key;     /* in JSON */
	enum cell_kind kind;
};

struct cell {
	char *text; /* as it came, unescaped; NULL for numbers */
	uint64_t number;
};

struct table {
	const struct column *columns; /* borrowed */
	size_t column_count;
	size_t cell_count; /* row after row */
	size_t cell_room;
	struct cell *cells;
	bool failed; /* out of memory: table_print() says so */
};

#define autotable __attribute__((cleanup(table_free)))

struct table table_new(const struct column *columns, size_t count);
void table_free(struct table *table);
size_t table_rows(const struct table *table);

/* The next cell, in order of the columns. */
void table_text(struct table *table, const char *text);
void table_number(struct table *table, uint64_t number);

/* Columns with headings (none where quiet), or {"schema_version", NAME: [...]}. */
int table_print(const struct table *table, const char *name, const struct options *options,
	struct jail_error *err);

/* One row as "heading value" lines, for people. */
void table_print_row(const struct table *table, size_t row, const struct options *options);

/* One row as a JSON object, the caller's. */
json_t *table_row_json(const struct table *table, size_t row);

/* table_cell.c: one cell, for people and for programs. */
enum { CELL_WIDTH_MAX = 1024 };
void cell_text(const struct column *column, const struct cell *cell, char *out, size_t size);
json_t *cell_json(const struct column *column, const struct cell *cell);

/* {"schema_version", NAME: value} to stdout. Takes `value`; NULL, which is what
 * json_object() and the like return without memory, is an error. */
int json_print(const char *name, json_t *value, struct jail_error *err);
int json_print_object(json_t *object, struct jail_error *err); /* adds schema_version */
