/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/import_columns.h"

const struct import_kind IMPORT_KINDS[] = {
    {"clients",
     RECORD_CLIENT,
     {{"client_id", "id", IMPORT_TEXT, true},
      {"email", "email", IMPORT_TEXT, true},
      {"first_name", "first_name", IMPORT_TEXT, false},
      {"last_name", "last_name", IMPORT_TEXT, false},
      {"locale", "locale", IMPORT_TEXT, false},
      {"country", "country", IMPORT_TEXT, false},
      {"time_zone", "time_zone", IMPORT_TEXT, false},
      {"preferred_categories", "preferred_categories", IMPORT_LIST, false},
      {"created_at", "created_at", IMPORT_TIME, false},
      {"consent", "consent.status", IMPORT_WORD, false},
      {"consent_at", "consent.at", IMPORT_TIME, false}}},
    {"orders",
     RECORD_ORDER,
     {{"order_id", "id", IMPORT_TEXT, false},
      {"client_id", "client_id", IMPORT_TEXT, true},
      {"ordered_at", "ordered_at", IMPORT_TIME, true},
      {"total", "total_minor", IMPORT_MONEY, false},
      {"currency", "currency", IMPORT_TEXT, false},
      {"status", "status", IMPORT_WORD, false},
      {"category", "items", IMPORT_CATEGORY, false}}},
    {"products",
     RECORD_PRODUCT,
     {{"product_id", "id", IMPORT_TEXT, true},
      {"name", "name", IMPORT_TEXT, true},
      {"category", "category", IMPORT_TEXT, false},
      {"url", "url", IMPORT_TEXT, false},
      {"image_url", "image_url", IMPORT_TEXT, false},
      {"price", "price_minor", IMPORT_MONEY, false},
      {"currency", "currency", IMPORT_TEXT, false},
      {"in_stock", "in_stock", IMPORT_YESNO, false}}},
    {"suppressions",
     RECORD_SUPPRESSION,
     {{"email", "email", IMPORT_TEXT, true}, {"reason", "consent.source", IMPORT_TEXT, false}}},
};
const size_t IMPORT_KIND_COUNT = sizeof IMPORT_KINDS / sizeof IMPORT_KINDS[0];

const struct import_kind *import_kind_find(struct str name)
{
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++)
        if (str_equal(name, str_of(IMPORT_KINDS[i].name)))
            return &IMPORT_KINDS[i];
    return NULL;
}

/* --- header -------------------------------------------------------------------------------------------------------- */
static size_t find_column(const struct import_kind *kind, struct str name)
{
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX && kind->columns[i].name; i++)
        if (str_equal_nocase(name, str_of(kind->columns[i].name)))
            return i;
    return SIZE_MAX;
}

/* Our name of one of their columns. */
static struct str mapped(struct str theirs, const struct str_list *maps)
{
    for (size_t i = 0; i < maps->count; i++) {
        struct str ours = maps->items[i], name = str_cut(&ours, '=');
        if (str_equal_nocase(name, theirs))
            return ours;
    }
    return theirs;
}

/* A map that names a column nobody has, or one that is none of ours, is a slip. */
static enum rc check_maps(const struct import_kind *kind, const struct csv_row *row, const struct str_list *maps,
                          struct arena *arena, struct str *why)
{
    for (size_t i = 0; i < maps->count; i++) {
        struct str ours = maps->items[i], theirs = str_cut(&ours, '=');
        bool there = false;
        for (size_t field = 0; field < row->count; field++)
            there = there || str_equal_nocase(theirs, str_trim(row->fields[field]));
        if (str_is_none(ours) || find_column(kind, ours) == SIZE_MAX || !there) {
            *why = arena_printf(arena, "--map %.*s: it must be a column of the file, =, and a column of %s",
                                STR_ARG(maps->items[i]), kind->name);
            return RC_INVALID;
        }
    }
    return RC_OK;
}

static enum rc place_columns(const struct csv_row *row, const struct str_list *maps, struct arena *arena,
                             struct import_header *out, struct str *why)
{
    for (size_t field = 0; field < row->count; field++) {
        struct str theirs = str_trim(row->fields[field]);
        size_t column = find_column(out->kind, mapped(theirs, maps));
        if (column == SIZE_MAX) {
            out->ignored = arena_printf(arena, "%.*s%s%.*s", STR_ARG(out->ignored),
                                        str_is_none(out->ignored) ? "" : ", ", STR_ARG(theirs));
        } else if (out->at[column] != SIZE_MAX) {
            *why = arena_printf(arena, "the column %s stands twice in the header", out->kind->columns[column].name);
            return RC_INVALID;
        } else {
            out->at[column] = field;
        }
    }
    return RC_OK;
}

enum rc import_header_read(const struct import_kind *kind, const struct csv_row *row, const struct str_list *maps,
                           struct arena *arena, struct import_header *out, struct str *why)
{
    *out = (struct import_header){.kind = kind, .width = row->count};
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX; i++)
        out->at[i] = SIZE_MAX;
    enum record_kind record = kind->record == RECORD_SUPPRESSION ? RECORD_CLIENT : kind->record;
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX && kind->columns[i].name; i++)
        out->fields[i] = record_field(record, kind->columns[i].field);
    if (row->fault) {
        *why = arena_printf(arena, "the header %s", row->fault);
        return RC_INVALID;
    }
    enum rc rc = check_maps(kind, row, maps, arena, why);
    if (rc == RC_OK)
        rc = place_columns(row, maps, arena, out, why);
    for (size_t i = 0; rc == RC_OK && i < IMPORT_COLUMNS_MAX && kind->columns[i].name; i++) {
        if (!kind->columns[i].required || out->at[i] != SIZE_MAX)
            continue;
        *why = arena_printf(arena, "the header has no column %s; --map THEIRS=%s names the one that holds it",
                            kind->columns[i].name, kind->columns[i].name);
        rc = RC_INVALID;
    }
    return rc;
}
