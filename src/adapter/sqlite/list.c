/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists along an index. A page is a range of (sort value, key) that the index seeks; a cursor holds the last row's sort
 * value and key, never a position, so rows that come or go between pages neither repeat nor hide another. */
#include "adapter/sqlite/backend.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"

/* One end of a range: a sort value (number or text) and a key, in the order of an index. */
struct bound {
    int64_t number;
    struct str text;
    struct str key;
    bool above_all; /* after every text; of a number: after every key of that number */
};

struct listing {
    const struct store_query *query;
    const struct field *sort; /* NULL: ordered by key alone */
    bool by_number;
    struct bound from, to; /* from inclusive, to exclusive */
};

/* The least text above all that begin with the prefix. STR_NONE when there is none (0xff alone, which is no UTF-8). */
static struct str after_prefix(struct str prefix, struct arena *arena)
{
    struct str copy = arena_str(arena, prefix);
    while (copy.len > 0 && (unsigned char)copy.ptr[copy.len - 1] == 0xff)
        copy.len--;
    if (copy.len == 0)
        return STR_NONE;
    char *bytes = arena_new(arena, copy.len, 1);
    memcpy(bytes, copy.ptr, copy.len);
    bytes[copy.len - 1] = (char)((unsigned char)bytes[copy.len - 1] + 1);
    return (struct str){bytes, copy.len};
}

static void set_range(struct listing *listing, struct arena *arena)
{
    const struct store_query *query = listing->query;
    listing->from = (struct bound){.key = STR(""), .text = STR("")};
    listing->to = (struct bound){.key = STR("")};
    if (listing->by_number) {
        listing->from.number = query->from;
        listing->to.number = query->to;
        listing->to.above_all = query->to == INT64_MAX;
        return;
    }
    if (!str_is_none(query->prefix))
        listing->from.text = query->prefix;
    listing->to.text = str_is_empty(query->prefix) ? STR_NONE : after_prefix(query->prefix, arena);
    listing->to.above_all = str_is_none(listing->to.text);
}

static int compare_bounds(const struct listing *listing, const struct bound *a, const struct bound *b)
{
    int order = listing->by_number ? (a->number > b->number) - (a->number < b->number) : str_compare(a->text, b->text);
    return order != 0 ? order : str_compare(a->key, b->key);
}

/* Cursor: base64url of "INDEX,DIRECTION,NUMBER,LENGTH,TEXTKEY", TEXT being LENGTH bytes of sort text. */
static struct str make_cursor(const struct listing *listing, const void *record, struct arena *arena)
{
    const struct store_query *query = listing->query;
    const struct field *sort = listing->sort;
    const void *slot = sort == NULL ? NULL : (const char *)record + sort->offset;
    struct str text = sort == NULL || listing->by_number ? STR("") : *(const struct str *)slot;
    struct buf buf = {0};
    buf_printf(&buf, "%d,%d,%" PRId64 ",%zu,", (int)query->index, (int)query->descending,
               listing->by_number ? *(const int64_t *)slot : 0, text.len);
    buf_add(&buf, text);
    buf_add(&buf, record_key(RECORD_INDEX_DEFS[query->index].kind, record));
    struct str cursor = hash_to_base64url(buf.ptr, buf.len, arena);
    buf_clear(&buf);
    return cursor;
}

/* The cursor's row; RC_INVALID unless it is one of this index and direction. */
static enum rc read_cursor(const struct listing *listing, struct arena *arena, struct bound *row)
{
    const struct store_query *query = listing->query;
    int64_t numbers[4] = {0}; /* index, direction, sort number, length of the sort text */
    struct str rest = STR_NONE;
    if (hash_from_base64url(query->cursor, arena, &rest) != RC_OK)
        return RC_INVALID;
    for (int i = 0; i < 4; i++)
        if (str_to_i64(str_cut(&rest, ','), &numbers[i]) != RC_OK)
            return RC_INVALID;
    if (str_is_none(rest) || numbers[0] != (int64_t)query->index || numbers[1] != (int64_t)query->descending ||
        numbers[3] < 0 || (uint64_t)numbers[3] > rest.len)
        return RC_INVALID;
    size_t length = (size_t)numbers[3];
    *row =
        (struct bound){.number = numbers[2], .text = {rest.ptr, length}, .key = {rest.ptr + length, rest.len - length}};
    return RC_OK;
}

/* The range goes on behind the cursor's row. Ascending that is from (value, key + NUL), the least key above it. */
static enum rc apply_cursor(struct listing *listing, struct arena *arena)
{
    struct bound row;
    if (str_is_none(listing->query->cursor))
        return RC_OK;
    if (read_cursor(listing, arena, &row) != RC_OK)
        return RC_INVALID;
    if (listing->sort == NULL) /* ordered by key: the key is the sort text */
        row = (struct bound){.text = row.key, .key = STR("")};
    if (listing->query->descending) {
        if (listing->to.above_all || compare_bounds(listing, &row, &listing->to) < 0)
            listing->to = row;
        return RC_OK;
    }
    struct str *last = listing->sort == NULL ? &row.text : &row.key;
    *last = arena_str(arena, *last);
    last->len++; /* arena texts end in a NUL that is not counted: now it is */
    if (compare_bounds(listing, &row, &listing->from) > 0)
        listing->from = row;
    return RC_OK;
}

static void bind_bound(const struct listing *listing, sqlite3_stmt *stmt, int at, const struct bound *bound)
{
    if (listing->by_number)
        sql_bind_i64(stmt, at, bound->number);
    else if (bound->above_all)
        sql_bind_above_all(stmt, at);
    else
        sql_bind_text(stmt, at, bound->text);
    if (listing->sort == NULL)
        return;
    if (bound->above_all)
        sql_bind_above_all(stmt, at + 1);
    else
        sql_bind_text(stmt, at + 1, bound->key);
}

/* Reads up to `limit` rows; a further one only says that there is a next page. */
static enum rc read_page(const struct listing *listing, sqlite3_stmt *stmt, struct arena *arena, struct store_page *out)
{
    const struct store_query *query = listing->query;
    enum record_kind kind = RECORD_INDEX_DEFS[query->index].kind;
    size_t size = RECORD_TYPES[kind].size;
    enum rc rc = sql_step(stmt);
    out->items = arena_new(arena, query->limit, size);
    for (; rc == RC_OK; rc = sql_step(stmt)) {
        char *last = (char *)out->items + out->count * size;
        if (out->count == query->limit) {
            out->cursor = make_cursor(listing, last - size, arena);
            return RC_OK;
        }
        rc = sql_read_record(stmt, kind, arena, last);
        if (rc != RC_OK)
            return rc;
        out->count++;
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc reader_list(struct readers *readers, const struct store_query *query, struct arena *arena,
                    struct store_page *out)
{
    *out = (struct store_page){0};
    if (query->index >= RECORD_INDEXES || query->limit < 1 || query->limit > STORE_LIST_MAX)
        return RC_INVALID;
    const struct record_index_def *def = &RECORD_INDEX_DEFS[query->index];
    struct listing listing = {.query = query, .sort = def->sort != NULL ? record_field(def->kind, def->sort) : NULL};
    listing.by_number = listing.sort != NULL && (listing.sort->type == FIELD_I64 || listing.sort->type == FIELD_TIME);
    if (def->equal != NULL && str_is_none(query->equal))
        return RC_INVALID;
    set_range(&listing, arena);
    if (apply_cursor(&listing, arena) != RC_OK)
        return RC_INVALID;
    struct sql_db *db = reader_take(readers);
    if (db == NULL)
        return RC_IO;
    sqlite3_stmt *stmt = sql_of_index(db, query->index, query->descending);
    if (def->equal != NULL)
        sql_bind_text(stmt, 1, query->equal);
    bind_bound(&listing, stmt, 2, &listing.from);
    bind_bound(&listing, stmt, 4, &listing.to);
    sql_bind_i64(stmt, 6, (int64_t)query->limit + 1);
    enum rc rc = read_page(&listing, stmt, arena, out);
    sql_reset(stmt);
    reader_give(readers, db);
    return rc;
}
