/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The columns of import files, by table, and how a CSV row becomes a record: by the record's own field table, so that a file
 * passes the same rules as the API's input. */
#ifndef REKINDLE_MAIN_IMPORT_COLUMNS_H
#define REKINDLE_MAIN_IMPORT_COLUMNS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "core/record.h"
#include "main/csv.h"
#include "main/options.h"
#include "main/tally.h"
#include "step/ingest.h"

#define IMPORT_COLUMNS_MAX 16

/* How the text of a column is read. */
enum import_form {
    IMPORT_TEXT,
    IMPORT_WORD,  /* text in small letters */
    IMPORT_TIME,  /* a day in the shop's zone, or an instant */
    IMPORT_MONEY, /* major units of the row's currency */
    IMPORT_LIST,  /* texts with ; between them */
    IMPORT_YESNO,
    IMPORT_CATEGORY /* of a whole order: one item that has only a category */
};
struct import_column {
    const char *name;  /* in the header */
    const char *field; /* of the record's table */
    enum import_form form;
    bool required; /* must be in the header */
};
struct import_kind {
    const char *name; /* "orders" */
    enum record_kind record;
    struct import_column columns[IMPORT_COLUMNS_MAX]; /* ended by a NULL name */
};
extern const struct import_kind IMPORT_KINDS[];
extern const size_t IMPORT_KIND_COUNT;

const struct import_kind *import_kind_find(struct str name); /* NULL when there is none */

/* Where each column stands in this file. */
struct import_header {
    const struct import_kind *kind;
    size_t at[IMPORT_COLUMNS_MAX]; /* SIZE_MAX: not in the file */
    const struct field *fields[IMPORT_COLUMNS_MAX];
    size_t width;       /* columns of the file */
    struct str ignored; /* "a, b": columns that mean nothing here; absent = none */
};
/* Reads the header row; `maps` are the --map options, "theirs=ours". RC_INVALID with a sentence in *why. */
enum rc import_header_read(const struct import_kind *kind, const struct csv_row *row, const struct str_list *maps,
                           struct arena *arena, struct import_header *out, struct str *why);

struct import_shop {
    struct str currency, time_zone;
};

/* The items of an order that has only a category, made once for each. */
#define IMPORT_CATEGORIES 64
struct import_category {
    struct buf name, items;
};
/* Rows of one file on their way to records. One thread. */
struct import_reader {
    const struct import_header *header;
    struct import_shop shop;
    struct tally twins; /* of orders without an id */
    struct import_category categories[IMPORT_CATEGORIES];
};
void import_reader_clear(struct import_reader *reader);
/* Fills *out, texts in the arena; of suppressions only
 * as.client.email and, as a word of theirs, the reason in as.client.consent_source (absent: imported). RC_INVALID with what is wrong in *why. */
enum rc import_row_read(struct import_reader *reader, const struct csv_row *row, struct arena *arena,
                        struct ingest_row *out, struct str *why);

#endif
