/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One batch inside the writer's transaction. Every expectation is part of the statement that writes, so reading and
 * writing cannot come apart. */
#include "adapter/sqlite/backend.h"

#include <math.h>

/* A value the store keeps as NULL. */
static bool is_absent(const struct field *field, const void *record)
{
    const void *slot = (const char *)record + field->offset;
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: return str_is_none(*(const struct str *)slot);
    case FIELD_I64:
    case FIELD_TIME: return *(const int64_t *)slot == I64_NONE;
    case FIELD_F64: return isnan(*(const double *)slot);
    case FIELD_ENUM: return str_is_none(field_enum_word(field->words, *(const int *)slot));
    case FIELD_BOOL: return false;
    }
    return false;
}

/* The version is the store's own. */
enum rc record_validate(enum record_kind kind, const void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    const unsigned needed = FIELD_KEY | FIELD_REQUIRED | FIELD_STORED;
    for (size_t i = 0; i + 1 < type->field_count; i++)
        if ((type->fields[i].flags & needed) != 0 && is_absent(&type->fields[i], record))
            return RC_INVALID;
    return str_is_empty(record_key(kind, record)) ? RC_INVALID : RC_OK;
}

enum rc writes_validate(const struct store_write *writes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (writes[i].op == STORE_PUT && record_validate(writes[i].kind, writes[i].record) != RC_OK)
            return RC_INVALID;
        if (writes[i].op == STORE_ADD && (writes[i].kind != RECORD_COUNTER || str_is_empty(writes[i].key)))
            return RC_INVALID;
    }
    return RC_OK;
}

enum rc batch_validate(const struct store_batch *batch)
{
    if (batch->write_count > STORE_BATCH_MAX)
        return RC_INVALID;
    return writes_validate(batch->writes, batch->write_count);
}

static enum rc put_record(struct sql_db *db, const struct store_write *write)
{
    const enum sql_verb verb = write->expect == STORE_ANY      ? SQL_UPSERT
                               : write->expect == STORE_ABSENT ? SQL_INSERT
                                                               : SQL_UPDATE;
    sqlite3_stmt *stmt = sql_of_kind(db, write->kind, verb);
    sql_bind_record(stmt, write->kind, write->record);
    if (verb == SQL_UPDATE)
        sql_bind_i64(stmt, (int)RECORD_TYPES[write->kind].field_count + 1, write->expect);
    enum rc rc = sql_run(stmt);
    return rc == RC_OK && sql_changes(db) == 0 ? RC_CONFLICT : rc;
}

static enum rc check_record(struct sql_db *db, const struct store_write *write)
{
    sqlite3_stmt *stmt = sql_of_kind(db, write->kind, SQL_VERSION);
    sql_bind_text(stmt, 1, write->key);
    enum rc rc = sql_step(stmt);
    int64_t version = rc == RC_OK ? sql_i64(stmt, 0) : 0;
    sql_reset(stmt);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return write->expect == STORE_ANY || version == write->expect ? RC_OK : RC_CONFLICT;
}

static enum rc remove_record(struct sql_db *db, const struct store_write *write)
{
    if (write->expect == STORE_ABSENT)
        return check_record(db, write);
    sqlite3_stmt *stmt = sql_of_kind(db, write->kind, write->expect == STORE_ANY ? SQL_DELETE : SQL_DELETE_VERSION);
    sql_bind_text(stmt, 1, write->key);
    if (write->expect != STORE_ANY)
        sql_bind_i64(stmt, 2, write->expect);
    enum rc rc = sql_run(stmt);
    return rc == RC_OK && write->expect != STORE_ANY && sql_changes(db) == 0 ? RC_CONFLICT : rc;
}

static enum rc add_to_counter(struct sql_db *db, const struct store_write *write, int64_t now)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_COUNTER_ADD);
    sql_bind_text(stmt, 1, write->key);
    sql_bind_i64(stmt, 2, write->add);
    sql_bind_i64(stmt, 3, now);
    return sql_run(stmt);
}

enum rc apply_writes(struct write_tx *tx, const struct store_write *writes, size_t count, int64_t now)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        switch (writes[i].op) {
        case STORE_PUT: rc = put_record(tx->db, &writes[i]); break;
        case STORE_DELETE: rc = remove_record(tx->db, &writes[i]); break;
        case STORE_CHECK: rc = check_record(tx->db, &writes[i]); break;
        case STORE_ADD: rc = add_to_counter(tx->db, &writes[i], now); break;
        }
    }
    return rc;
}

enum rc apply_batch(struct write_tx *tx, void *arg)
{
    const struct store_batch *batch = arg;
    enum rc rc = apply_writes(tx, batch->writes, batch->write_count, batch->now);
    if (rc == RC_OK)
        rc = apply_jobs(tx, batch->jobs, batch->job_count, batch->now);
    if (rc == RC_OK)
        rc = apply_finish(tx, &batch->finish);
    return rc;
}
