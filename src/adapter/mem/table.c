/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Records in memory: see table.h. Every order here is the contract's: bytes of the text, then numbers, then the key. */
#include "adapter/mem/table.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

bool table_is_absent(const struct field *field, const void *record)
{
    const char *at = (const char *)record + field->offset;
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: return str_is_none(table_text(field, record));
    case FIELD_I64:
    case FIELD_TIME: return table_number(field, record) == I64_NONE;
    case FIELD_F64: return isnan(*(const double *)(const void *)at);
    default: return false; /* BOOL and ENUM always have a value */
    }
}

/* Order of one field's values; ENUM by its number, which is as good as any within an `equal`. */
static int compare_field(const struct field *field, const void *a, const void *b)
{
    if (field->type == FIELD_ENUM) {
        const int x = *(const int *)(const void *)((const char *)a + field->offset);
        const int y = *(const int *)(const void *)((const char *)b + field->offset);
        return (x > y) - (x < y);
    }
    if (field->type == FIELD_I64 || field->type == FIELD_TIME) {
        const int64_t x = table_number(field, a), y = table_number(field, b);
        return (x > y) - (x < y);
    }
    return str_compare(table_text(field, a), table_text(field, b));
}

static int order_by_key(const void *context, const void *item, const void *probe)
{
    return compare_field(context, item, probe);
}

static int order_by_index(const void *context, const void *item, const void *probe)
{
    const struct table_index *index = context;
    int order = index->equal != NULL ? compare_field(index->equal, item, probe) : 0;
    if (order == 0 && index->sort != NULL)
        order = compare_field(index->sort, item, probe);
    return order != 0 ? order : compare_field(index->key, item, probe);
}

void table_init(struct table *table)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        sorted_init(&table->rows[kind], order_by_key, &RECORD_TYPES[kind].fields[0]);
    for (int i = 0; i < RECORD_INDEXES; i++) {
        const struct record_index_def *def = &RECORD_INDEX_DEFS[i];
        struct table_index *index = &table->indexes[i];
        index->kind = def->kind;
        index->equal = def->equal != NULL ? record_field(def->kind, def->equal) : NULL;
        index->sort = def->sort != NULL ? record_field(def->kind, def->sort) : NULL;
        index->key = &RECORD_TYPES[def->kind].fields[0];
        index->by_number = index->sort != NULL && (index->sort->type == FIELD_I64 || index->sort->type == FIELD_TIME);
        sorted_init(&index->rows, order_by_index, index);
    }
}

void table_clear(struct table *table)
{
    for (int i = 0; i < RECORD_INDEXES; i++)
        sorted_clear(&table->indexes[i].rows);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        for (size_t i = 0; i < table->rows[kind].count; i++)
            mem_free(table->rows[kind].items[i]);
        sorted_clear(&table->rows[kind]);
    }
}

static bool is_text(const struct field *field) { return field->type == FIELD_STR || field->type == FIELD_JSON; }

/* One heap block with the struct and, behind it, its texts. */
static void *new_row(const struct record_type *type, const void *record)
{
    size_t bytes = type->size;
    for (size_t i = 0; i < type->field_count; i++)
        bytes += is_text(&type->fields[i]) ? table_text(&type->fields[i], record).len + 1 : 0;
    char *row = mem_new(1, bytes);
    memcpy(row, record, type->size);
    char *free_bytes = row + type->size;
    for (size_t i = 0; i < type->field_count; i++) {
        if (!is_text(&type->fields[i]) || table_is_absent(&type->fields[i], record))
            continue;
        struct str *text = table_member(&type->fields[i], row);
        memcpy(free_bytes, text->ptr, text->len);
        text->ptr = free_bytes;
        free_bytes += text->len + 1;
    }
    return row;
}

static bool in_index(const struct table_index *index, enum record_kind kind, const void *row)
{
    return index->kind == kind && (index->sort == NULL || !table_is_absent(index->sort, row)) &&
           (index->equal == NULL || !table_is_absent(index->equal, row));
}

static int place_key(const void *context, const void *item, const void *probe)
{
    return str_compare(table_text(context, item), *(const struct str *)probe);
}

/* The row to change or free; NULL when there is none. */
static void *find_row(const struct table *table, enum record_kind kind, struct str key)
{
    const struct sorted *rows = &table->rows[kind];
    const struct field *field = &RECORD_TYPES[kind].fields[0];
    size_t at = sorted_below(rows, place_key, field, &key);
    return at < rows->count && str_equal(table_text(field, rows->items[at]), key) ? rows->items[at] : NULL;
}

const void *table_find(const struct table *table, enum record_kind kind, struct str key)
{
    return find_row(table, kind, key);
}

int64_t table_version(const struct table *table, enum record_kind kind, struct str key)
{
    const void *row = table_find(table, kind, key);
    return row == NULL ? 0 : record_version(kind, row);
}

static void unlink_row(struct table *table, enum record_kind kind, const void *row)
{
    for (int i = 0; i < RECORD_INDEXES; i++)
        if (in_index(&table->indexes[i], kind, row))
            sorted_remove(&table->indexes[i].rows, row);
    sorted_remove(&table->rows[kind], row);
}

void table_put(struct table *table, enum record_kind kind, const void *record)
{
    void *row = new_row(&RECORD_TYPES[kind], record);
    void *old = find_row(table, kind, record_key(kind, row));
    if (old != NULL)
        unlink_row(table, kind, old);
    sorted_insert(&table->rows[kind], row);
    for (int i = 0; i < RECORD_INDEXES; i++)
        if (in_index(&table->indexes[i], kind, row))
            sorted_insert(&table->indexes[i].rows, row);
    mem_free(old);
}

void table_remove(struct table *table, enum record_kind kind, struct str key)
{
    void *row = find_row(table, kind, key);
    unlink_row(table, kind, row);
    mem_free(row);
}
