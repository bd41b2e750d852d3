/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A bulk load: each row is merged with what is there and written, all in one transaction. With one_change the triggers
 * are told by state.bulk to keep quiet while the rows are written, and one change names the clients instead.
 *
 * Two thirds of a row's cost were things beside it. A trigger that keeps quiet still makes SQLite keep the old pages of
 * each statement, so for a large load they are switched off (a switch has all statements prepared again, some milliseconds,
 * too dear for a small one). And a row is written first and looked for only when its key was there. */
#include "adapter/sqlite/backend.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/* The distinct client ids in order of their first touch, borrowed from the rows. An open hash table of indexes into them;
 * it is at most half full. */
struct touched {
    struct str *ids;
    size_t count;
    uint32_t *slots; /* index + 1; 0 = empty */
    size_t mask;
};

static void touched_init(struct touched *touched, size_t rows)
{
    size_t size = 16;
    while (size < 2 * rows)
        size *= 2;
    *touched = (struct touched){
        .ids = mem_new(rows, sizeof(*touched->ids)), .slots = mem_new(size, sizeof(*touched->slots)), .mask = size - 1};
}

static void touched_clear(struct touched *touched)
{
    mem_free(touched->ids);
    mem_free(touched->slots);
}

static void touched_add(struct touched *touched, struct str id)
{
    size_t at = (size_t)hash_mix(id, 0) & touched->mask;
    for (; touched->slots[at] != 0; at = (at + 1) & touched->mask)
        if (str_equal(touched->ids[touched->slots[at] - 1], id))
            return;
    touched->ids[touched->count++] = id;
    touched->slots[at] = (uint32_t)touched->count;
}

enum rc load_validate(const struct store_load *load)
{
    if (load->count >= UINT32_MAX / 2)
        return RC_INVALID;
    for (size_t i = 0; i < load->count; i++) {
        enum record_kind kind = load->rows[i].kind;
        if (kind != RECORD_CLIENT && kind != RECORD_ORDER && kind != RECORD_PRODUCT)
            return RC_INVALID;
        if (record_validate(kind, load->rows[i].record) != RC_OK)
            return RC_INVALID;
    }
    return writes_validate(load->writes, load->write_count);
}

/* What a load carries from row to row. */
struct loading {
    struct sql_db *db;
    struct arena arena;          /* texts of the stored row; cleared when it has grown */
    bool is_known[RECORD_KINDS]; /* the last row of the kind was there already; then so is the next, mostly */
    void *old[RECORD_KINDS];     /* room for one struct of each kind that is loaded */
    void *merged[RECORD_KINDS];
};

static enum rc find_old(struct loading *loading, enum record_kind kind, struct str key)
{
    sqlite3_stmt *stmt = sql_of_kind(loading->db, kind, SQL_GET);
    sql_bind_text(stmt, 1, key);
    enum rc rc = sql_step(stmt);
    if (rc == RC_OK)
        rc = sql_read_record(stmt, kind, &loading->arena, loading->old[kind]);
    sql_reset(stmt);
    return rc;
}

static enum rc write_row(struct loading *loading, enum record_kind kind, enum sql_verb verb, const void *record)
{
    sqlite3_stmt *stmt = sql_of_kind(loading->db, kind, verb);
    sql_bind_record(stmt, kind, record);
    return sql_run(stmt);
}

/* Merges with nothing and writes. *done is false when the key turned out to be there: then nothing was written. */
static enum rc load_new(struct loading *loading, struct store_load_row *row, bool *done)
{
    row->result = record_merge(row->kind, NULL, row->record, loading->merged[row->kind]);
    if (row->result != MERGE_STORE)
        return RC_OK;
    enum rc rc = write_row(loading, row->kind, SQL_INSERT_NEW, loading->merged[row->kind]);
    *done = rc != RC_OK || sql_changes(loading->db) == 1;
    return rc;
}

static enum rc load_row(struct loading *loading, struct store_load_row *row)
{
    enum record_kind kind = row->kind;
    bool done = true;
    enum rc rc = RC_OK;
    if (!loading->is_known[kind])
        rc = load_new(loading, row, &done);
    if (!loading->is_known[kind] && done)
        return rc;
    rc = find_old(loading, kind, record_key(kind, row->record));
    loading->is_known[kind] = rc == RC_OK;
    if (rc == RC_NOT_FOUND)
        return load_new(loading, row, &done);
    if (rc != RC_OK)
        return rc;
    row->result = record_merge(kind, loading->old[kind], row->record, loading->merged[kind]);
    return row->result == MERGE_STORE ? write_row(loading, kind, SQL_UPSERT, loading->merged[kind]) : RC_OK;
}

static enum rc load_rows(struct loading *loading, const struct store_load *load, struct touched *touched)
{
    enum { ARENA_MAX_BYTES = 1 << 20 };
    const struct field *client_of_order = record_field(RECORD_ORDER, "client_id");
    enum rc rc = RC_OK;
    for (size_t i = 0; i < load->count && rc == RC_OK; i++) {
        struct store_load_row *row = &load->rows[i];
        rc = load_row(loading, row);
        if (loading->arena.used_bytes > ARENA_MAX_BYTES)
            arena_clear(&loading->arena);
        if (rc != RC_OK || row->result != MERGE_STORE || row->kind == RECORD_PRODUCT)
            continue;
        const char *record = row->record;
        size_t offset = row->kind == RECORD_ORDER ? client_of_order->offset : 0;
        touched_add(touched, *(const struct str *)(const void *)(record + offset));
    }
    return rc;
}

/* Rows that are written without a change of their own each. */
static enum rc load_quietly(struct loading *loading, const struct store_load *load, struct touched *touched)
{
    enum { LARGE = 1000 };
    bool is_large = load->count >= LARGE;
    sqlite3_stmt *bulk = sql_fixed(loading->db, SQL_BULK);
    sql_bind_i64(bulk, 1, true);
    enum rc rc = sql_run(bulk);
    if (rc == RC_OK && is_large)
        rc = sql_set_triggers(loading->db, false);
    if (rc == RC_OK)
        rc = load_rows(loading, load, touched);
    if (is_large && sql_set_triggers(loading->db, true) != RC_OK)
        return RC_IO; /* the group is taken back; a store whose triggers sleep must not go on */
    if (rc != RC_OK)
        return rc;
    sql_bind_i64(bulk, 1, false);
    return sql_run(bulk);
}

static enum rc emit_one_change(struct sql_db *db, const struct touched *touched, int64_t now)
{
    struct buf ids = {0};
    struct json_out out;
    if (touched->count == 0)
        return RC_OK;
    json_out_init(&out, &ids);
    json_begin_array(&out);
    for (size_t i = 0; i < touched->count; i++)
        json_put_str(&out, touched->ids[i]);
    json_end_array(&out);
    sqlite3_stmt *stmt = sql_fixed(db, SQL_CHANGE_LOAD);
    sql_bind_text(stmt, 1, str_of(RECORD_TYPES[RECORD_CLIENT].name));
    sql_bind_text(stmt, 2, touched->ids[0]);
    sql_bind_i64(stmt, 3, now);
    sql_bind_text(stmt, 4, buf_str(&ids));
    enum rc rc = sql_run(stmt);
    buf_clear(&ids);
    return rc;
}

enum rc apply_load(struct write_tx *tx, void *arg)
{
    const struct store_load *load = arg;
    struct loading loading = {.db = tx->db};
    struct touched touched;
    const enum record_kind kinds[] = {RECORD_CLIENT, RECORD_ORDER, RECORD_PRODUCT};
    touched_init(&touched, load->count);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        loading.old[kinds[i]] = mem_new(1, RECORD_TYPES[kinds[i]].size);
        loading.merged[kinds[i]] = mem_new(1, RECORD_TYPES[kinds[i]].size);
    }
    enum rc rc = load->one_change ? load_quietly(&loading, load, &touched) : load_rows(&loading, load, &touched);
    if (rc == RC_OK && load->one_change)
        rc = emit_one_change(tx->db, &touched, load->now);
    if (rc == RC_OK)
        rc = apply_writes(tx, load->writes, load->write_count, load->now);
    if (rc == RC_OK)
        rc = apply_jobs(tx, load->jobs, load->job_count, load->now);
    for (size_t kind = 0; kind < RECORD_KINDS; kind++) {
        mem_free(loading.old[kind]);
        mem_free(loading.merged[kind]);
    }
    arena_clear(&loading.arena);
    touched_clear(&touched);
    return rc;
}
