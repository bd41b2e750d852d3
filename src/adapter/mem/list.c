/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists along an index: the rows of a query stand side by side in the index's sorted array, so a page is a few binary
 * searches and a walk. A cursor holds the last row's sort value and key (keyset), never a position. */
#include "adapter/mem/backend.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"

/* A query made ready: a record that holds `equal` and, past the first page, the cursor's sort value and key. */
struct probe {
    const struct table_index *index;
    const struct store_query *query;
    void *record;
};

static int sign(int order) { return (order > 0) - (order < 0); }

/* Where a row stands to the query's range: before it, in it, after it. */
static int place_in_range(const void *context, const void *row, const void *unused)
{
    const struct probe *probe = context;
    const struct table_index *index = probe->index;
    const struct store_query *query = probe->query;
    (void)unused;
    if (index->equal != NULL) {
        int order = 0;
        if (index->equal->type == FIELD_ENUM) {
            const int *a = (const void *)((const char *)row + index->equal->offset);
            const int *b = (const void *)((const char *)probe->record + index->equal->offset);
            order = (*a > *b) - (*a < *b);
        } else {
            order = str_compare(table_text(index->equal, row), table_text(index->equal, probe->record));
        }
        if (order != 0)
            return order;
    }
    if (index->by_number) {
        int64_t value = table_number(index->sort, row);
        return value < query->from ? -1 : query->to != INT64_MAX && value >= query->to;
    }
    struct str value = table_text(index->sort != NULL ? index->sort : index->key, row);
    if (str_is_empty(query->prefix) || str_starts_with(value, query->prefix))
        return 0;
    return sign(str_compare(value, query->prefix));
}

/* Puts the query's `equal` into the probe. RC_NOT_FOUND: no record can have it. */
static enum rc set_equal(const struct probe *probe)
{
    const struct field *field = probe->index->equal;
    if (field == NULL)
        return RC_OK;
    if (str_is_none(probe->query->equal))
        return RC_INVALID;
    if (field->type != FIELD_ENUM) {
        *(struct str *)table_member(field, probe->record) = probe->query->equal;
        return RC_OK;
    }
    int word = field_enum_from(field->words, probe->query->equal);
    *(int *)table_member(field, probe->record) = word;
    return word < 0 ? RC_NOT_FOUND : RC_OK;
}

/* Cursor: base64url of "INDEX,DIRECTION,NUMBER,LENGTH,TEXTKEY", TEXT being LENGTH bytes of sort text. */
static struct str make_cursor(const struct probe *probe, const void *row, struct arena *arena)
{
    const struct table_index *index = probe->index;
    const struct store_query *query = probe->query;
    struct str text = index->sort != NULL && !index->by_number ? table_text(index->sort, row) : STR("");
    struct str key = table_text(index->key, row);
    struct buf buf = {0};
    buf_printf(&buf, "%d,%d,%" PRId64 ",%zu,", (int)query->index, (int)query->descending,
               index->by_number ? table_number(index->sort, row) : 0, text.len);
    buf_add(&buf, text);
    buf_add(&buf, key);
    struct str cursor = hash_to_base64url(buf.ptr, buf.len, arena);
    buf_clear(&buf);
    return cursor;
}

/* Puts the cursor's sort value and key into the probe. RC_INVALID unless it is one of this index and direction. */
static enum rc set_cursor(const struct probe *probe, struct arena *arena)
{
    const struct table_index *index = probe->index;
    int64_t numbers[4] = {0}; /* index, direction, sort number, length of the sort text */
    struct str rest = STR_NONE;
    if (hash_from_base64url(probe->query->cursor, arena, &rest) != RC_OK)
        return RC_INVALID;
    for (int i = 0; i < 4; i++)
        if (str_to_i64(str_cut(&rest, ','), &numbers[i]) != RC_OK)
            return RC_INVALID;
    if (str_is_none(rest) || numbers[0] != (int64_t)probe->query->index ||
        numbers[1] != (int64_t)probe->query->descending || numbers[3] < 0 || (uint64_t)numbers[3] > rest.len)
        return RC_INVALID;
    size_t text_len = (size_t)numbers[3];
    if (index->by_number)
        *(int64_t *)table_member(index->sort, probe->record) = numbers[2];
    else if (index->sort != NULL)
        *(struct str *)table_member(index->sort, probe->record) = (struct str){rest.ptr, text_len};
    *(struct str *)table_member(index->key, probe->record) = (struct str){rest.ptr + text_len, rest.len - text_len};
    return RC_OK;
}

/* Fills the page from the rows [low, high) of the index, from the end the direction begins at. */
static void fill(const struct probe *probe, size_t low, size_t high, struct arena *arena, struct store_page *out)
{
    const struct sorted *rows = &probe->index->rows;
    const struct store_query *query = probe->query;
    size_t size = RECORD_TYPES[probe->index->kind].size;
    size_t available = high > low ? high - low : 0;
    out->count = available < query->limit ? available : query->limit;
    out->items = arena_new(arena, out->count, size);
    for (size_t i = 0; i < out->count; i++)
        record_copy(probe->index->kind, rows->items[query->descending ? high - 1 - i : low + i],
                    (char *)out->items + i * size, arena);
    if (out->count < available)
        out->cursor = make_cursor(probe, (const char *)out->items + (out->count - 1) * size, arena);
}

enum rc mem_list(const struct table *table, const struct store_query *query, struct arena *arena,
                 struct store_page *out)
{
    *out = (struct store_page){0};
    if (query->index >= RECORD_INDEXES || query->limit < 1 || query->limit > STORE_LIST_MAX)
        return RC_INVALID;
    const struct table_index *index = &table->indexes[query->index];
    struct probe probe = {index, query, arena_new(arena, 1, RECORD_TYPES[index->kind].size)};
    enum rc rc = set_equal(&probe);
    if (rc == RC_INVALID)
        return rc;
    if (!str_is_none(query->cursor) && set_cursor(&probe, arena) != RC_OK)
        return RC_INVALID;
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* an empty page */
    size_t low = sorted_below(&index->rows, place_in_range, &probe, NULL);
    size_t high = sorted_through(&index->rows, place_in_range, &probe, NULL);
    if (!str_is_none(query->cursor) && !query->descending) {
        size_t next = sorted_through(&index->rows, index->rows.order, index, probe.record);
        low = next > low ? next : low;
    }
    if (!str_is_none(query->cursor) && query->descending) {
        size_t next = sorted_below(&index->rows, index->rows.order, index, probe.record);
        high = next < high ? next : high;
    }
    fill(&probe, low, high, arena, out);
    return RC_OK;
}
