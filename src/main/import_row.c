/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One row, cell by cell, into its record. Texts of JSON form go through the same shape as the API's input, so that equal
 * content is equal bytes; a category's, which repeats in nearly every row, is kept. */
#include <string.h>

#include "base/time_text.h"
#include "base/utf8.h"
#include "core/currency.h"
#include "core/records_small.h"
#include "main/import_columns.h"

struct cell {
    struct import_reader *reader;
    const struct csv_row *row;
    struct arena *arena;
    struct str *why;
    const struct import_column *column;
    const struct field *field;
    struct str text; /* trimmed, not empty */
    void *slot;      /* in the record */
};

/* The trimmed text of a column; absent when the file has no such column or the field is empty. */
static struct str text_of(const struct cell *cell, size_t column)
{
    const struct import_header *header = cell->reader->header;
    if (header->at[column] == SIZE_MAX)
        return STR_NONE;
    struct str text = str_trim(cell->row->fields[header->at[column]]);
    return str_is_empty(text) ? STR_NONE : text;
}

static struct str text_named(const struct cell *cell, const char *name)
{
    const struct import_column *columns = cell->reader->header->kind->columns;
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX && columns[i].name; i++)
        if (strcmp(columns[i].name, name) == 0)
            return text_of(cell, i);
    return STR_NONE;
}

static enum rc fault(const struct cell *cell, const char *detail)
{
    *cell->why = arena_printf(cell->arena, "%s %s", cell->column->name, detail);
    return RC_INVALID;
}

/* The rules of core/record_input.c for a text. */
static enum rc put_text(const struct cell *cell)
{
    const struct field *field = cell->field;
    size_t max = field->max_length ? field->max_length : 1000;
    if (!RULE_TEXT.holds(cell->text))
        return fault(cell, RULE_TEXT.detail);
    if (cell->text.len > max && utf8_length(cell->text) > max)
        return fault(cell, arena_printf(cell->arena, "must have at most %zu characters", max).ptr);
    if (field->rule && !field->rule->holds(cell->text))
        return fault(cell, field->rule->detail);
    *(struct str *)cell->slot = arena_str(cell->arena, cell->text);
    return RC_OK;
}

static enum rc put_word(const struct cell *cell)
{
    struct str list = STR_NONE;
    for (int i = 0; cell->field->words[i]; i++) {
        if (str_equal_nocase(cell->text, str_of(cell->field->words[i]))) {
            *(int *)cell->slot = i;
            return RC_OK;
        }
        list = arena_printf(cell->arena, "%.*s%s%s", STR_ARG(list), i ? ", " : "", cell->field->words[i]);
    }
    return fault(cell, arena_printf(cell->arena, "must be one of %.*s", STR_ARG(list)).ptr);
}

static enum rc put_time(const struct cell *cell)
{
    if (time_from_text_or_day(cell->text, cell->reader->shop.time_zone, cell->slot) == RC_OK)
        return RC_OK;
    return fault(cell, "must be a day such as 2026-11-24 or an instant such as 2026-11-24T09:12:00Z");
}

static enum rc put_money(const struct cell *cell)
{
    int64_t minor;
    struct str currency = text_named(cell, "currency");
    if (str_is_none(currency))
        currency = cell->reader->shop.currency;
    if (money_from_text(cell->text, currency, &minor) != RC_OK)
        return fault(cell, "must be an amount such as 12.50, with no more decimals than its currency has");
    if (minor < cell->field->min || minor > cell->field->max)
        return fault(cell, "must be from 0 to 1000000000000 of the smallest unit (cents)");
    *(int64_t *)cell->slot = minor;
    return RC_OK;
}

static enum rc put_yesno(const struct cell *cell)
{
    static const struct str WORDS[2][3] = {{STR_INIT("false"), STR_INIT("no"), STR_INIT("0")},
                                           {STR_INIT("true"), STR_INIT("yes"), STR_INIT("1")}};
    for (int yes = 0; yes < 2; yes++)
        for (size_t i = 0; i < 3; i++)
            if (str_equal_nocase(cell->text, WORDS[yes][i])) {
                *(bool *)cell->slot = yes == 1;
                return RC_OK;
            }
    return fault(cell, "must be true or false (yes or no, 1 or 0)");
}

/* JSON of our making through the field's shape. */
static enum rc put_shaped(const struct cell *cell, struct str json_text)
{
    struct json *json = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    size_t max = cell->field->max_length ? cell->field->max_length : 1000;
    if (json_parse(json_text, &json, &error) != RC_OK)
        return fault(cell, RULE_TEXT.detail);
    struct str text = cell->field->shape->read(json, STR_NONE, cell->arena, &problems);
    json_free(json);
    if (problems.count > 0)
        return fault(cell, problems.items[0].detail.ptr);
    if (text.len > max)
        return fault(cell, arena_printf(cell->arena, "must have at most %zu bytes", max).ptr);
    *(struct str *)cell->slot = text;
    return RC_OK;
}

static enum rc put_list(const struct cell *cell)
{
    struct buf buf = {0};
    struct json_out out;
    struct str rest = cell->text;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    while (!str_is_none(rest)) {
        struct str item = str_trim(str_cut(&rest, ';'));
        if (!str_is_empty(item))
            json_put_str(&out, item);
    }
    json_end_array(&out);
    enum rc rc = put_shaped(cell, buf_str(&buf));
    buf_clear(&buf);
    return rc;
}

/* A slot of the cache for a category; two that share it only cost time. */
static struct import_category *cached(struct import_reader *reader, struct str category)
{
    return &reader->categories[hash_mix(category, 0) % IMPORT_CATEGORIES];
}

static enum rc put_category(const struct cell *cell)
{
    struct import_category *kept = cached(cell->reader, cell->text);
    if (str_equal(buf_str(&kept->name), cell->text)) {
        *(struct str *)cell->slot = arena_str(cell->arena, buf_str(&kept->items));
        return RC_OK;
    }
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    json_begin_object(&out);
    json_pair_str(&out, "category", cell->text);
    json_end_object(&out);
    json_end_array(&out);
    enum rc rc = put_shaped(cell, buf_str(&buf));
    buf_clear(&buf);
    if (rc == RC_OK) {
        buf_reset(&kept->name);
        buf_reset(&kept->items);
        buf_add(&kept->name, cell->text);
        buf_add(&kept->items, *(const struct str *)cell->slot);
    }
    return rc;
}

static enum rc put_cell(const struct cell *cell)
{
    /* the JSON writer would mend bytes that are no text; the file shall be told instead */
    if (!utf8_is_valid(cell->text))
        return fault(cell, "is no UTF-8 text");
    switch (cell->column->form) {
    case IMPORT_TEXT: return put_text(cell);
    case IMPORT_WORD: return put_word(cell);
    case IMPORT_TIME: return put_time(cell);
    case IMPORT_MONEY: return put_money(cell);
    case IMPORT_LIST: return put_list(cell);
    case IMPORT_YESNO: return put_yesno(cell);
    case IMPORT_CATEGORY: return put_category(cell);
    }
    return RC_BUG;
}

/* What a row does not say: what it must say, and what counts then. */
static enum rc put_nothing(const struct cell *cell)
{
    bool order_id = cell->reader->header->kind->record == RECORD_ORDER && (cell->field->flags & FIELD_KEY);
    bool suppressed = cell->reader->header->kind->record == RECORD_SUPPRESSION && cell->column->required;
    if ((cell->field->flags & (FIELD_REQUIRED | FIELD_KEY) && !order_id) || suppressed)
        return fault(cell, "is missing");
    return RC_OK;
}

static enum rc put_cells(struct cell *cell, char *record)
{
    const struct import_header *header = cell->reader->header;
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX && header->kind->columns[i].name; i++) {
        cell->column = &header->kind->columns[i];
        cell->field = header->fields[i];
        cell->slot = record + cell->field->offset;
        cell->text = text_of(cell, i);
        if (cell->field->type == FIELD_BOOL)
            *(bool *)cell->slot = cell->field->min != 0;
        enum rc rc = str_is_none(cell->text) ? put_nothing(cell) : put_cell(cell);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* Consent is said by the file, never by the person: its source is "import", which undoes no opt-out. */
static void finish_client(const struct cell *cell, struct client *client)
{
    if (str_is_none(text_named(cell, "consent")))
        client->consent_at = TIME_NONE;
    else
        client->consent_source = STR("import");
}

/* The derived id of an order that has none, with its count over the whole file. */
static void finish_order(const struct cell *cell, struct order *order)
{
    if (!str_is_none(order->id))
        return;
    struct str zone = cell->reader->shop.time_zone;
    order->id = order_derived_id(order, zone, 0, cell->arena);
    uint32_t nth = tally_next(&cell->reader->twins, order->id);
    if (nth > 0)
        order->id = order_derived_id(order, zone, (int)nth, cell->arena);
}

/* Why an address is suppressed, in our words. */
static enum rc check_reason(const struct cell *cell, const struct client *client)
{
    if (str_is_none(client->consent_source) || field_enum_from(SUPPRESSION_REASON_WORDS, client->consent_source) >= 0)
        return RC_OK;
    *cell->why = STR("reason must be one of unsubscribed, bounced, complained, manual, imported");
    return RC_INVALID;
}

enum rc import_row_read(struct import_reader *reader, const struct csv_row *row, struct arena *arena,
                        struct ingest_row *out, struct str *why)
{
    const struct import_header *header = reader->header;
    struct cell cell = {.reader = reader, .row = row, .arena = arena, .why = why};
    out->kind = header->kind->record;
    out->status = INGEST_UNCHANGED;
    if (row->fault) {
        *why = arena_printf(arena, "the row %s", row->fault);
        return RC_INVALID;
    }
    if (row->count != header->width) {
        *why = arena_printf(arena, "the row has %zu fields, the header has %zu", row->count, header->width);
        return RC_INVALID;
    }
    record_init(out->kind == RECORD_SUPPRESSION ? RECORD_CLIENT : out->kind, &out->as);
    enum rc rc = put_cells(&cell, (char *)&out->as);
    if (rc == RC_OK && out->kind == RECORD_SUPPRESSION)
        rc = check_reason(&cell, &out->as.client);
    if (rc == RC_OK && out->kind == RECORD_CLIENT)
        finish_client(&cell, &out->as.client);
    if (rc == RC_OK && out->kind == RECORD_ORDER)
        finish_order(&cell, &out->as.order);
    return rc;
}

void import_reader_clear(struct import_reader *reader)
{
    tally_clear(&reader->twins);
    for (size_t i = 0; i < IMPORT_CATEGORIES; i++) {
        buf_clear(&reader->categories[i].name);
        buf_clear(&reader->categories[i].items);
    }
}
