/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/import_columns.h"

#include <string.h>

#include "base/time_text.h"
#include "base/utf8.h"
#include "core/currency.h"
#include "core/order.h"

const struct import_kind IMPORT_KINDS[] = {
    {"clients",
     RECORD_CLIENT,
     "client",
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
     "order",
     {{"order_id", "id", IMPORT_TEXT, false},
      {"client_id", "client_id", IMPORT_TEXT, true},
      {"ordered_at", "ordered_at", IMPORT_TIME, true},
      {"total", "total_minor", IMPORT_MONEY, false},
      {"currency", "currency", IMPORT_TEXT, false},
      {"status", "status", IMPORT_WORD, false},
      {"category", "items", IMPORT_CATEGORY, false}}},
    {"products",
     RECORD_PRODUCT,
     "product",
     {{"product_id", "id", IMPORT_TEXT, true},
      {"name", "name", IMPORT_TEXT, true},
      {"category", "category", IMPORT_TEXT, false},
      {"url", "url", IMPORT_TEXT, false},
      {"image_url", "image_url", IMPORT_TEXT, false},
      {"price", "price_minor", IMPORT_MONEY, false},
      {"currency", "currency", IMPORT_TEXT, false},
      {"in_stock", "in_stock", IMPORT_YESNO, false}}},
    {"suppressions", RECORD_SUPPRESSION, NULL, {{"email", "email", IMPORT_TEXT, true}}},
};
const size_t IMPORT_KIND_COUNT = sizeof IMPORT_KINDS / sizeof IMPORT_KINDS[0];

const struct import_kind *import_kind_find(struct str name)
{
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++)
        if (str_equal(name, str_of(IMPORT_KINDS[i].name)))
            return &IMPORT_KINDS[i];
    return NULL;
}

struct str import_column_of(const struct import_kind *kind, struct str member)
{
    for (const struct import_column *column = kind->columns; column->name; column++)
        if (str_equal(member, str_of(column->member)))
            return str_of(column->name);
    return member;
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

/* --- rows ---------------------------------------------------------------------------------------------------------- */
struct writer {
    const struct import_header *header;
    const struct csv_row *row;
    const struct import_shop *shop;
    struct tally *twins;
    struct arena *arena;
    struct json_out out;
    struct str *why;
    struct order order; /* what a derived id is made of */
};

/* The trimmed text of a column; absent when the file has no such column or the field is empty. */
static struct str field_of(const struct writer *w, size_t column)
{
    if (column == SIZE_MAX || w->header->at[column] == SIZE_MAX)
        return STR_NONE;
    struct str text = str_trim(w->row->fields[w->header->at[column]]);
    return str_is_empty(text) ? STR_NONE : text;
}

static struct str currency_of(const struct writer *w)
{
    struct str currency = field_of(w, find_column(w->header->kind, STR("currency")));
    return str_is_none(currency) ? w->shop->currency : currency;
}

static enum rc fault(const struct writer *w, const struct import_column *column, const char *detail)
{
    *w->why = arena_printf(w->arena, "%s %s", column->name, detail);
    return RC_INVALID;
}

static enum rc put_time(struct writer *w, const struct import_column *column, struct str text)
{
    int64_t instant;
    char memory[TIME_TEXT_BYTES];
    if (time_from_text_or_day(text, w->shop->time_zone, &instant) != RC_OK)
        return fault(w, column, "must be a day such as 2026-11-24 or an instant such as 2026-11-24T09:12:00Z");
    if (strcmp(column->name, "ordered_at") == 0)
        w->order.ordered_at = instant;
    json_put_str(&w->out, time_write(instant, memory));
    return RC_OK;
}

static enum rc put_money(struct writer *w, const struct import_column *column, struct str text)
{
    int64_t minor;
    if (money_from_text(text, currency_of(w), &minor) != RC_OK)
        return fault(w, column, "must be an amount such as 12.50, with no more decimals than its currency has");
    w->order.total_minor = minor;
    json_put_i64(&w->out, minor);
    return RC_OK;
}

static void put_list(struct writer *w, struct str text)
{
    json_begin_array(&w->out);
    while (!str_is_none(text)) {
        struct str item = str_trim(str_cut(&text, ';'));
        if (!str_is_empty(item))
            json_put_str(&w->out, item);
    }
    json_end_array(&w->out);
}

static enum rc put_yesno(struct writer *w, const struct import_column *column, struct str text)
{
    static const struct str YES[] = {STR_INIT("true"), STR_INIT("yes"), STR_INIT("1")};
    static const struct str NO[] = {STR_INIT("false"), STR_INIT("no"), STR_INIT("0")};
    for (size_t i = 0; i < 3; i++) {
        bool yes = str_equal_nocase(text, YES[i]);
        if (yes || str_equal_nocase(text, NO[i])) {
            json_put_bool(&w->out, yes);
            return RC_OK;
        }
    }
    return fault(w, column, "must be true or false (yes or no, 1 or 0)");
}

static void put_word(struct writer *w, struct str text)
{
    struct str word = arena_str(w->arena, text);
    char *letters = arena_new(w->arena, word.len + 1, 1);
    for (size_t i = 0; i < word.len; i++)
        letters[i] = (char)(word.ptr[i] >= 'A' && word.ptr[i] <= 'Z' ? word.ptr[i] + 32 : word.ptr[i]);
    json_put_str(&w->out, (struct str){letters, word.len});
}

static void put_category(struct writer *w, struct str text)
{
    json_begin_array(&w->out);
    json_begin_object(&w->out);
    json_pair_str(&w->out, "category", text);
    json_end_object(&w->out);
    json_end_array(&w->out);
}

static enum rc put_value(struct writer *w, const struct import_column *column, struct str text)
{
    switch (column->form) {
    case IMPORT_TEXT: json_put_str(&w->out, text); return RC_OK;
    case IMPORT_WORD: put_word(w, text); return RC_OK;
    case IMPORT_TIME: return put_time(w, column, text);
    case IMPORT_MONEY: return put_money(w, column, text);
    case IMPORT_LIST: put_list(w, text); return RC_OK;
    case IMPORT_YESNO: return put_yesno(w, column, text);
    case IMPORT_CATEGORY: put_category(w, text); return RC_OK;
    }
    return RC_BUG;
}

/* Members of the object itself. email and total_minor are always named, null when empty: an upsert must say what it
 * does not know. */
static enum rc put_members(struct writer *w)
{
    const struct import_column *columns = w->header->kind->columns;
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX && columns[i].name; i++) {
        if (strchr(columns[i].member, '.'))
            continue;
        struct str text = field_of(w, i);
        bool named = strcmp(columns[i].member, "email") == 0 || strcmp(columns[i].member, "total_minor") == 0;
        if (str_is_none(text) && !named)
            continue;
        json_key(&w->out, columns[i].member);
        if (str_is_none(text)) {
            json_put_null(&w->out);
            continue;
        }
        enum rc rc = put_value(w, &columns[i], text);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* Consent is said by the file, never by the person: its source is "import", which undoes no opt-out. */
static enum rc put_consent(struct writer *w)
{
    const struct import_kind *kind = w->header->kind;
    size_t status = find_column(kind, STR("consent")), at = find_column(kind, STR("consent_at"));
    if (kind->record != RECORD_CLIENT || str_is_none(field_of(w, status)))
        return RC_OK;
    enum rc rc = RC_OK;
    json_key(&w->out, "consent");
    json_begin_object(&w->out);
    json_key(&w->out, "status");
    put_word(w, field_of(w, status));
    json_pair_str(&w->out, "source", STR("import"));
    if (!str_is_none(field_of(w, at))) {
        json_key(&w->out, "at");
        rc = put_time(w, &kind->columns[at], field_of(w, at));
    }
    json_end_object(&w->out);
    return rc;
}

/* The derived id of an order that has none. */
static void put_derived_id(struct writer *w)
{
    const struct import_kind *kind = w->header->kind;
    w->order.client_id = field_of(w, find_column(kind, STR("client_id")));
    if (kind->record != RECORD_ORDER || !str_is_none(field_of(w, find_column(kind, STR("order_id")))) ||
        str_is_none(w->order.client_id) || w->order.ordered_at == TIME_NONE)
        return;
    struct str first = order_derived_id(&w->order, w->shop->time_zone, 0, w->arena);
    uint32_t nth = tally_next(w->twins, first);
    json_pair_str(&w->out, "id",
                  nth == 0 ? first : order_derived_id(&w->order, w->shop->time_zone, (int)nth, w->arena));
}

static enum rc put_row(struct writer *w)
{
    json_begin_object(&w->out);
    json_key(&w->out, w->header->kind->wrap);
    json_begin_object(&w->out);
    enum rc rc = put_members(w);
    if (rc == RC_OK)
        rc = put_consent(w);
    if (rc != RC_OK)
        return rc; /* an open object is thrown away with its text */
    put_derived_id(w);
    json_end_object(&w->out);
    json_end_object(&w->out);
    return RC_OK;
}

/* The JSON writer would mend bytes that are no text; the file shall be told instead. */
static enum rc check_text(const struct writer *w)
{
    const struct import_column *columns = w->header->kind->columns;
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX && columns[i].name; i++) {
        struct str text = field_of(w, i);
        if (!utf8_is_valid(text))
            return fault(w, &columns[i], "is no UTF-8 text");
    }
    return RC_OK;
}

enum rc import_row_text(const struct import_header *header, const struct csv_row *row, const struct import_shop *shop,
                        struct tally *twins, struct arena *arena, struct str *text, struct str *why)
{
    if (row->fault) {
        *why = arena_printf(arena, "the row %s", row->fault);
        return RC_INVALID;
    }
    if (row->count != header->width) {
        *why = arena_printf(arena, "the row has %zu fields, the header has %zu", row->count, header->width);
        return RC_INVALID;
    }
    struct writer w = {.header = header,
                       .row = row,
                       .shop = shop,
                       .twins = twins,
                       .arena = arena,
                       .why = why,
                       .order = {.ordered_at = TIME_NONE, .total_minor = I64_NONE}};
    if (check_text(&w) != RC_OK)
        return RC_INVALID;
    if (!header->kind->wrap) {
        *text = arena_str(arena, field_of(&w, 0));
        return RC_OK;
    }
    struct buf buf = {0};
    json_out_init(&w.out, &buf);
    enum rc rc = put_row(&w);
    if (rc == RC_OK)
        *text = arena_str(arena, buf_str(&buf));
    buf_clear(&buf);
    return rc;
}
