/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The columns of import files, by table, and how a CSV row becomes a line of a batch: the same JSON object that the API
 * takes, so that a file passes the same rules whichever way it comes in. */
#ifndef REKINDLE_MAIN_IMPORT_COLUMNS_H
#define REKINDLE_MAIN_IMPORT_COLUMNS_H

#include "base/arena.h"
#include "base/buf.h"
#include "core/record.h"
#include "main/csv.h"
#include "main/options.h"
#include "main/tally.h"

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
    const char *name;   /* in the header */
    const char *member; /* of the JSON object; "consent.at" nests */
    enum import_form form;
    bool required; /* must be in the header */
};
struct import_kind {
    const char *name; /* "orders" */
    enum record_kind record;
    const char *wrap; /* "order": the one member of a batch line; NULL: no batch line (suppressions) */
    struct import_column columns[IMPORT_COLUMNS_MAX]; /* ended by a NULL name */
};
extern const struct import_kind IMPORT_KINDS[];
extern const size_t IMPORT_KIND_COUNT;

const struct import_kind *import_kind_find(struct str name); /* NULL when there is none */
/* The column whose values lie at `member` of the JSON object, as its header says; the member itself when there is none. */
struct str import_column_of(const struct import_kind *kind, struct str member);

/* Where each column stands in this file. */
struct import_header {
    const struct import_kind *kind;
    size_t at[IMPORT_COLUMNS_MAX]; /* SIZE_MAX: not in the file */
    size_t width;                  /* columns of the file */
    struct str ignored;            /* "a, b": columns that mean nothing here; absent = none */
};
/* Reads the header row; `maps` are the --map options, "theirs=ours". RC_INVALID with a sentence in *why. */
enum rc import_header_read(const struct import_kind *kind, const struct csv_row *row, const struct str_list *maps,
                           struct arena *arena, struct import_header *out, struct str *why);

struct import_shop {
    struct str currency, time_zone;
};
/* The batch line of a row (suppressions: the address), in the arena. RC_INVALID with what is wrong in *why. `twins` counts
 * orders without an id. */
enum rc import_row_text(const struct import_header *header, const struct csv_row *row, const struct import_shop *shop,
                        struct tally *twins, struct arena *arena, struct str *text, struct str *why);

#endif
