/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Values between C and SQLite, by field table: absent is NULL, a bool 0 or 1, an enum its word, JSON its text. */
#include "adapter/sqlite/sql.h"

#include <math.h>
#include <string.h>

#include "base/log.h"

/* Bindings fail only for an index the statement does not have, which is our bug, and without memory, which the step then
 * answers; so nobody looks at their results. */
void sql_bind_text(sqlite3_stmt *stmt, int at, struct str text)
{
    if (stmt == NULL)
        return;
    if (str_is_none(text))
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_text64(stmt, at, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8);
}

void sql_bind_i64(sqlite3_stmt *stmt, int at, int64_t value)
{
    if (stmt != NULL)
        sqlite3_bind_int64(stmt, at, value);
}

/* SQLite sorts any blob after any text. */
void sql_bind_above_all(sqlite3_stmt *stmt, int at)
{
    if (stmt != NULL)
        sqlite3_bind_zeroblob(stmt, at, 0);
}

static void bind_number(sqlite3_stmt *stmt, int at, int64_t value)
{
    if (value == I64_NONE)
        sqlite3_bind_null(stmt, at);
    else
        sqlite3_bind_int64(stmt, at, value);
}

static void bind_field(sqlite3_stmt *stmt, int at, const struct field *field, const void *record)
{
    const void *slot = (const char *)record + field->offset;
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: sql_bind_text(stmt, at, *(const struct str *)slot); return;
    case FIELD_I64:
    case FIELD_TIME: bind_number(stmt, at, *(const int64_t *)slot); return;
    case FIELD_F64: sqlite3_bind_double(stmt, at, *(const double *)slot); return; /* NaN binds NULL */
    case FIELD_BOOL: sqlite3_bind_int(stmt, at, *(const bool *)slot ? 1 : 0); return;
    case FIELD_ENUM: sql_bind_text(stmt, at, field_enum_word(field->words, *(const int *)slot)); return;
    }
}

void sql_bind_record(sqlite3_stmt *stmt, enum record_kind kind, const void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    if (stmt == NULL)
        return;
    for (size_t i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, "version") != 0)
            bind_field(stmt, (int)i + 1, &type->fields[i], record);
}

struct str sql_text(sqlite3_stmt *stmt, int column, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    if (text == NULL)
        return STR_NONE;
    return arena_str(arena, (struct str){text, (size_t)sqlite3_column_bytes(stmt, column)});
}

int64_t sql_i64(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? I64_NONE : sqlite3_column_int64(stmt, column);
}

static enum rc read_enum(sqlite3_stmt *stmt, int column, const struct field *field, int *out)
{
    const char *word = (const char *)sqlite3_column_text(stmt, column);
    int index = word == NULL ? 0 : field_enum_from(field->words, str_of(word));
    *out = index < 0 ? 0 : index;
    return index < 0 ? RC_CORRUPT : RC_OK;
}

static enum rc read_field(sqlite3_stmt *stmt, int column, const struct field *field, struct arena *arena, void *record)
{
    void *slot = (char *)record + field->offset;
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: *(struct str *)slot = sql_text(stmt, column, arena); return RC_OK;
    case FIELD_I64:
    case FIELD_TIME: *(int64_t *)slot = sql_i64(stmt, column); return RC_OK;
    case FIELD_F64:
        *(double *)slot = sqlite3_column_type(stmt, column) == SQLITE_NULL ? (double)NAN
                                                                           : sqlite3_column_double(stmt, column);
        return RC_OK;
    case FIELD_BOOL: *(bool *)slot = sqlite3_column_int(stmt, column) != 0; return RC_OK;
    case FIELD_ENUM: return read_enum(stmt, column, field, slot);
    }
    return RC_BUG;
}

enum rc sql_read_record(sqlite3_stmt *stmt, enum record_kind kind, struct arena *arena, void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    enum rc rc = RC_OK;
    memset(record, 0, type->size);
    for (size_t i = 0; i < type->field_count && rc == RC_OK; i++)
        rc = read_field(stmt, (int)i, &type->fields[i], arena, record);
    if (rc != RC_OK)
        log_error("store_word_unknown", "table=%s rc=%s", type->name, rc_name(rc));
    return rc;
}
