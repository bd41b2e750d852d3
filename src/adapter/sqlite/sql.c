/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The single place that may prepare SQL that is no literal: the statements of the kinds and indexes are put together from
 * the constant tables RECORD_TYPES and RECORD_INDEX_DEFS. Identifiers come from those tables only, never from input;
 * values are always bound. Every text begins with a comment that is its name, which is all a log line says of it. */
#include "adapter/sqlite/sql.h"

#include <string.h>

#include "base/buf.h"
#include "base/log.h"

/* --- statements written out ------------------------------------------------------------------------------------- */
static const char *const FIXED[SQL_FIXED] = {
    [SQL_BEGIN] = "/*begin*/ BEGIN IMMEDIATE",
    [SQL_COMMIT] = "/*commit*/ COMMIT",
    [SQL_ROLLBACK] = "/*rollback*/ ROLLBACK",
    [SQL_SAVEPOINT] = "/*savepoint*/ SAVEPOINT batch",
    [SQL_RELEASE] = "/*release*/ RELEASE batch",
    [SQL_ROLLBACK_TO] = "/*rollback_to*/ ROLLBACK TO batch",
    /* A commit of its own. It must change something: SQLite does not write a page that stays as it was. */
    [SQL_CHECK] = "/*check*/ UPDATE state SET checks = checks + 1",
    [SQL_BULK] = "/*bulk*/ UPDATE state SET bulk = ?1",
    /* Counts this opening and tells its number. */
    [SQL_OPENINGS] = "/*openings*/ UPDATE state SET openings = openings + 1 RETURNING openings",
    [SQL_COUNTER_ADD] = "/*counter_add*/ INSERT INTO counter (id, value, updated_at, version) VALUES (?1, ?2, ?3, 1) "
                        "ON CONFLICT (id) DO UPDATE SET value = value + ?2, updated_at = ?3, version = version + 1",
    [SQL_CHANGE_HEAD] = "/*change_head*/ SELECT seq FROM sqlite_sequence WHERE name = 'change'",
    [SQL_CHANGE_READ] = "/*change_read*/ SELECT seq, kind, op, key, at, old_image, new_image FROM change "
                        "WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    /* A slice of ?4 rows at most, past ?1, so that no transaction is long; answers where the slice ended. */
    [SQL_CHANGE_TRIM] = "/*change_trim*/ DELETE FROM change WHERE seq IN (SELECT seq FROM change "
                        "WHERE seq > ?1 AND seq <= ?2 AND at < ?3 ORDER BY seq LIMIT ?4) RETURNING seq",
    [SQL_CHANGE_LOAD] = "/*change_load*/ INSERT INTO change (kind, op, key, at, new_image) "
                        "VALUES (?1, 'load', ?2, ?3, ?4)",
    [SQL_CHANGE_FORGET] =
        "/*change_forget*/ UPDATE change SET old_image = NULL, new_image = NULL WHERE op <> 'load' AND "
        "((kind = 'client' AND key = ?1) OR (kind = 'orders' AND "
        "(old_image ->> '$.client_id' = ?1 OR new_image ->> '$.client_id' = ?1)))",
    [SQL_CHANGE_FORGET_LOAD] = "/*change_forget_load*/ UPDATE change SET key = iif(key = ?1, '', key), new_image = "
                               "(SELECT json_group_array(value) FROM json_each(new_image) WHERE value <> ?1) "
                               "WHERE op = 'load' AND EXISTS (SELECT 1 FROM json_each(new_image) WHERE value = ?1)",
    [SQL_JOB_GET] = "/*job_get*/ SELECT run_at, attempts, generation, reason, created_at FROM job "
                    "WHERE kind = ?1 AND key = ?2 AND dead = ?3",
    [SQL_JOB_PUT] = "/*job_put*/ INSERT INTO job (kind, key, dead, run_at, attempts, generation, reason, created_at) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (kind, key, dead) DO UPDATE SET "
                    "run_at = ?4, attempts = ?5, generation = ?6, reason = ?7, created_at = ?8",
    [SQL_JOB_DELETE] = "/*job_delete*/ DELETE FROM job WHERE kind = ?1 AND key = ?2 AND dead = ?3",
    [SQL_JOB_COUNTS] = "/*job_counts*/ SELECT kind, dead, count(*) FROM job GROUP BY kind, dead",
    [SQL_JOB_FIRST] = "/*job_first*/ SELECT key, run_at, attempts, generation, reason, created_at FROM job "
                      "WHERE kind = ?1 AND dead = 0 ORDER BY run_at, key LIMIT ?2",
    [SQL_JOB_LIST_WAITING] = "/*job_list_waiting*/ SELECT key, run_at, attempts, generation, reason, created_at "
                             "FROM job WHERE kind = ?1 AND dead = 0 AND key > ?2 ORDER BY key LIMIT ?3",
    [SQL_INTEGRITY] = "/*integrity*/ PRAGMA integrity_check(1)", /* one row: 'ok', or the first fault */
    [SQL_LOOSE_ROWS] = "/*loose_rows*/ SELECT count(*) FROM pragma_foreign_key_check",
    [SQL_JOB_LIST_DEAD] = "/*job_list_dead*/ SELECT key, run_at, attempts, generation, reason, created_at "
                          "FROM job WHERE kind = ?1 AND dead = 1 AND key > ?2 ORDER BY key LIMIT ?3",
};

static const char *const MIGRATIONS[SQL_SCHEMA_VERSION] = {SCHEMA_SQL, SCHEMA_2_SQL, SCHEMA_3_SQL, SCHEMA_4_SQL};

/* --- faults ------------------------------------------------------------------------------------------------------ */
static enum rc rc_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW: return RC_OK;
    case SQLITE_DONE: return RC_NOT_FOUND;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return RC_CORRUPT;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE ||
                       code == SQLITE_CONSTRAINT_FOREIGNKEY /* its client went, or a row came, in between: redo */
                   ? RC_CONFLICT
                   : RC_BUG;
    case SQLITE_ERROR:
    case SQLITE_INTERNAL:
    case SQLITE_MISMATCH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG: return RC_BUG;
    default: return RC_IO; /* full, I/O error, busy, locked, read-only, cannot open, no memory ... */
    }
}

enum rc sql_fault(sqlite3 *handle, const char *statement)
{
    int code = sqlite3_extended_errcode(handle);
    enum rc rc = rc_of(code);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = RC_BUG; /* called without a fault */
    if (rc != RC_CONFLICT)
        log_error("store_fault", "statement=%s code=%d errno=%d rc=%s", statement, code, sqlite3_system_errno(handle),
                  rc_name(rc));
    return rc;
}

/* The fault of a statement, named by the comment its text begins with. */
static enum rc fault_of(sqlite3_stmt *stmt)
{
    struct str rest = str_of(sqlite3_sql(stmt));
    char name[64] = "";
    str_cut(&rest, '*');
    struct str comment = str_cut(&rest, '*');
    if (comment.len < sizeof(name))
        memcpy(name, comment.ptr, comment.len);
    return sql_fault(sqlite3_db_handle(stmt), name);
}

/* --- preparing --------------------------------------------------------------------------------------------------- */
static sqlite3_stmt *prepare_text(struct sql_db *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        sql_fault(db->handle, "prepare");
    return stmt;
}

sqlite3_stmt *sql_fixed(struct sql_db *db, enum sql_fixed id)
{
    const char *sql = FIXED[id];
    if (db->fixed[id] == NULL)
        db->fixed[id] = prepare_text(db, sql);
    return db->fixed[id];
}

/* A field's column: its name with '_' for the dot. */
static void add_column(struct buf *text, const char *name)
{
    for (; *name != '\0'; name++)
        buf_add_char(text, *name == '.' ? '_' : *name);
}

static void add_columns(struct buf *text, const struct record_type *type)
{
    for (size_t i = 0; i < type->field_count; i++) {
        buf_add_c(text, i > 0 ? ", " : "");
        add_column(text, type->fields[i].name);
    }
}

static bool is_version(const struct field *field) { return strcmp(field->name, "version") == 0; }

/* INSERT INTO client (id, email, ..., version) VALUES (?1, ?2, ..., 1) */
static void add_insert(struct buf *text, const struct record_type *type)
{
    buf_printf(text, "INSERT INTO %s (", type->name);
    add_columns(text, type);
    buf_add_c(text, ") VALUES (");
    for (size_t i = 0; i < type->field_count; i++) {
        if (is_version(&type->fields[i]))
            buf_add_c(text, i > 0 ? ", 1" : "1");
        else
            buf_printf(text, "%s?%zu", i > 0 ? ", " : "", i + 1);
    }
    buf_add_c(text, ")");
}

/* email = ?2, ..., version = client.version + 1 */
static void add_assignments(struct buf *text, const struct record_type *type)
{
    for (size_t i = 1; i < type->field_count; i++) {
        buf_add_c(text, i > 1 ? ", " : "");
        add_column(text, type->fields[i].name);
        if (is_version(&type->fields[i]))
            buf_printf(text, " = %s.version + 1", type->name);
        else
            buf_printf(text, " = ?%zu", i + 1);
    }
}

static void build_of_kind(struct buf *text, const struct record_type *type, enum sql_verb verb)
{
    static const char *const NAMES[SQL_VERBS] = {"get",    "version", "insert", "insert_new",
                                                 "upsert", "update",  "delete", "delete"};
    const char *key = type->fields[0].name;
    buf_printf(text, "/*%s_%s*/ ", NAMES[verb], type->name);
    switch (verb) {
    case SQL_GET:
        buf_add_c(text, "SELECT ");
        add_columns(text, type);
        buf_printf(text, " FROM %s WHERE %s = ?1", type->name, key);
        return;
    case SQL_VERSION: buf_printf(text, "SELECT version FROM %s WHERE %s = ?1", type->name, key); return;
    case SQL_INSERT: add_insert(text, type); return;
    case SQL_INSERT_NEW:
        add_insert(text, type);
        buf_add_c(text, " ON CONFLICT DO NOTHING");
        return;
    case SQL_UPSERT:
        add_insert(text, type);
        buf_printf(text, " ON CONFLICT (%s) DO UPDATE SET ", key);
        add_assignments(text, type);
        return;
    case SQL_UPDATE:
        buf_printf(text, "UPDATE %s SET ", type->name);
        add_assignments(text, type);
        buf_printf(text, " WHERE %s = ?1 AND version = ?%zu", key, type->field_count + 1);
        return;
    case SQL_DELETE: buf_printf(text, "DELETE FROM %s WHERE %s = ?1", type->name, key); return;
    case SQL_DELETE_VERSION: buf_printf(text, "DELETE FROM %s WHERE %s = ?1 AND version = ?2", type->name, key); return;
    case SQL_VERBS: return;
    }
}

sqlite3_stmt *sql_of_kind(struct sql_db *db, enum record_kind kind, enum sql_verb verb)
{
    sqlite3_stmt **slot = &db->of_kind[kind][verb];
    if (*slot == NULL) {
        struct buf text = {0};
        build_of_kind(&text, &RECORD_TYPES[kind], verb);
        const char *sql = text.ptr;
        *slot = prepare_text(db, sql);
        buf_clear(&text);
    }
    return *slot;
}

/* The range is one of row values, so that an index seeks both of its ends; the test of `sort` against NULL is what lets a
 * partial index serve. */
static void build_of_index(struct buf *text, const struct record_index_def *def, bool descending)
{
    const struct record_type *type = &RECORD_TYPES[def->kind];
    const char *key = type->fields[0].name, *order = descending ? " DESC" : "";
    buf_printf(text, "/*list_%s*/ SELECT ", def->name != NULL ? def->name : type->name);
    add_columns(text, type);
    buf_printf(text, " FROM %s WHERE ", type->name);
    if (def->equal != NULL) {
        add_column(text, def->equal);
        buf_add_c(text, " = ?1 AND ");
    }
    if (def->sort != NULL) {
        struct buf sort = {0};
        add_column(&sort, def->sort);
        buf_printf(text, "%s IS NOT NULL AND (%s, %s) >= (?2, ?3) AND (%s, %s) < (?4, ?5) ORDER BY %s%s, %s%s",
                   sort.ptr, sort.ptr, key, sort.ptr, key, sort.ptr, order, key, order);
        buf_clear(&sort);
    } else {
        buf_printf(text, "%s >= ?2 AND %s < ?4 ORDER BY %s%s", key, key, key, order);
    }
    buf_add_c(text, " LIMIT ?6");
}

sqlite3_stmt *sql_of_index(struct sql_db *db, enum record_index index, bool descending)
{
    sqlite3_stmt **slot = &db->of_index[index][descending];
    if (*slot == NULL) {
        struct buf text = {0};
        build_of_index(&text, &RECORD_INDEX_DEFS[index], descending);
        const char *sql = text.ptr;
        *slot = prepare_text(db, sql);
        buf_clear(&text);
    }
    return *slot;
}

/* --- running ----------------------------------------------------------------------------------------------------- */
enum rc sql_step(sqlite3_stmt *stmt)
{
    if (stmt == NULL)
        return RC_IO; /* preparing failed and was logged */
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        return RC_OK;
    return code == SQLITE_DONE ? RC_NOT_FOUND : fault_of(stmt);
}

enum rc sql_run(sqlite3_stmt *stmt)
{
    enum rc rc = sql_step(stmt);
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc sql_run_fixed(struct sql_db *db, enum sql_fixed id) { return sql_run(sql_fixed(db, id)); }

enum rc sql_run_migration(struct sql_db *db, int64_t number)
{
    const char *sql = MIGRATIONS[number];
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : sql_fault(db->handle, "migration");
}

void sql_reset(sqlite3_stmt *stmt)
{
    if (stmt != NULL)
        sqlite3_reset(stmt); /* answers the code of the last step again: handled there */
}

enum rc sql_set_triggers(struct sql_db *db, bool awake)
{
    int code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, (int)awake, NULL);
    return code == SQLITE_OK ? RC_OK : sql_fault(db->handle, "triggers");
}

int sql_changes(const struct sql_db *db) { return sqlite3_changes(db->handle); }

static void finalize(sqlite3_stmt **stmts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sqlite3_finalize(stmts[i]);
}

void sql_close(struct sql_db *db)
{
    finalize(db->fixed, SQL_FIXED);
    for (size_t kind = 0; kind < RECORD_KINDS; kind++)
        finalize(db->of_kind[kind], SQL_VERBS);
    for (size_t index = 0; index < RECORD_INDEXES; index++)
        finalize(db->of_index[index], 2);
    sqlite3_close(db->handle);
    *db = (struct sql_db){0};
}
