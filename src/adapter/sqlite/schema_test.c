/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Holds schema.sql to the field tables: what the code believes of the database and what an operator reads are one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/sqlite/testing.h"
#include "base/buf.h"

static sqlite3 *look(const struct testing *testing)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open_v2(testing->file, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return handle;
}

/* A field's column: '_' for the dot. Into 64 bytes. */
static void column_of(const struct field *field, char *out)
{
    snprintf(out, 64, "%s", field->name);
    for (; *out != '\0'; out++)
        *out = *out == '.' ? '_' : *out;
}

/* STRICT columns: an enum and JSON are text, a bool and an instant integers. */
static const char *type_of(const struct field *field)
{
    switch (field->type) {
    case FIELD_STR:
    case FIELD_ENUM:
    case FIELD_JSON: return "TEXT";
    case FIELD_F64: return "REAL";
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_BOOL: return "INTEGER";
    }
    return "";
}

static bool is_not_null(const struct field *field)
{
    return (field->flags & (FIELD_KEY | FIELD_REQUIRED | FIELD_STORED)) != 0 || field->type == FIELD_ENUM ||
           field->type == FIELD_BOOL;
}

static int64_t columns_of(sqlite3 *handle, const char *table)
{
    ASK(stmt, handle, "SELECT count(*) FROM pragma_table_info(?1)");
    sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return count;
}

/* Whatever their order: a column that a migration added stands last. */
static void every_field_has_its_column_and_there_are_no_others(void **state)
{
    sqlite3 *handle = look(*state);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record_type *type = &RECORD_TYPES[kind];
        ASK(stmt, handle, "SELECT type, \"notnull\", pk FROM pragma_table_info(?1) WHERE name = ?2");
        sqlite3_bind_text(stmt, 1, type->name, -1, SQLITE_STATIC);
        for (size_t i = 0; i < type->field_count; i++) {
            const struct field *field = &type->fields[i];
            char column[64];
            column_of(field, column);
            print_message("%s.%s\n", type->name, column); /* names the place when the next lines fail */
            sqlite3_bind_text(stmt, 2, column, -1, SQLITE_TRANSIENT);
            assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
            assert_string_equal((const char *)sqlite3_column_text(stmt, 0), type_of(field));
            assert_int_equal(sqlite3_column_int(stmt, 1), is_not_null(field));
            assert_int_equal(sqlite3_column_int(stmt, 2), i == 0);
            sqlite3_reset(stmt);
        }
        sqlite3_finalize(stmt);
        assert_int_equal(columns_of(handle, type->name), type->field_count);
    }
    sqlite3_close(handle);
}

static void tables_are_strict_and_without_rowid(void **state)
{
    sqlite3 *handle = look(*state);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        ASK(stmt, handle, "SELECT strict, wr FROM pragma_table_list WHERE name = ?1");
        sqlite3_bind_text(stmt, 1, RECORD_TYPES[kind].name, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_int_equal(sqlite3_column_int(stmt, 0), 1);
        assert_int_equal(sqlite3_column_int(stmt, 1), 1);
        sqlite3_finalize(stmt);
    }
    sqlite3_close(handle);
}

/* The text of a table with runs of blanks made one. */
static void table_text(sqlite3 *handle, const char *name, struct buf *out)
{
    ASK(stmt, handle, "SELECT sql FROM sqlite_schema WHERE name = ?1");
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    bool blank = false;
    for (const char *at = (const char *)sqlite3_column_text(stmt, 0); *at != '\0'; at++) {
        bool is_blank = *at == ' ' || *at == '\n';
        if (!is_blank || !blank)
            buf_add_char(out, is_blank ? ' ' : *at);
        blank = is_blank;
    }
    sqlite3_finalize(stmt);
}

/* The CHECK a field must have; empty for one that needs none. */
static void check_of(const struct field *field, struct buf *out)
{
    char column[64];
    column_of(field, column);
    buf_reset(out);
    if (field->type == FIELD_BOOL)
        buf_printf(out, "CHECK (%s IN (0, 1))", column);
    if (field->type == FIELD_JSON && is_not_null(field))
        buf_printf(out, "CHECK (json_valid(%s))", column);
    if (field->type == FIELD_JSON && !is_not_null(field))
        buf_printf(out, "CHECK (%s IS NULL OR json_valid(%s))", column, column);
    if (field->type != FIELD_ENUM)
        return;
    buf_add_c(out, "CHECK (");
    for (int word = 0; field->words[word] != NULL; word++)
        buf_printf(out, "%s%s = '%s'", word > 0 ? " OR " : "", column, field->words[word]);
    buf_add_c(out, ")");
}

static void every_enum_bool_and_json_is_checked(void **state)
{
    sqlite3 *handle = look(*state);
    struct buf text = {0}, check = {0};
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record_type *type = &RECORD_TYPES[kind];
        buf_reset(&text);
        table_text(handle, type->name, &text);
        for (size_t i = 0; i < type->field_count; i++) {
            check_of(&type->fields[i], &check);
            if (check.len > 0 && strstr(text.ptr, check.ptr) == NULL)
                fail_msg("%s lacks %s", type->name, check.ptr);
        }
    }
    buf_clear(&text);
    buf_clear(&check);
    sqlite3_close(handle);
}

/* "client_id, ordered_at, id" of the definition, and what the database has. */
static void columns_wanted(const struct record_index_def *def, struct buf *out)
{
    const char *const names[] = {def->equal, def->sort, RECORD_TYPES[def->kind].fields[0].name};
    for (size_t i = 0; i < 3; i++)
        if (names[i] != NULL)
            buf_printf(out, "%s%s", out->len > 0 ? ", " : "", names[i]);
}

static void columns_there(sqlite3 *handle, const char *index, struct buf *out)
{
    ASK(stmt, handle, "SELECT name FROM pragma_index_info(?1) ORDER BY seqno");
    sqlite3_bind_text(stmt, 1, index, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        buf_printf(out, "%s%s", out->len > 0 ? ", " : "", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
}

static void every_index_is_there_and_holds_only_rows_with_a_sort_value(void **state)
{
    sqlite3 *handle = look(*state);
    for (int index = 0; index < RECORD_INDEXES; index++) {
        const struct record_index_def *def = &RECORD_INDEX_DEFS[index];
        struct buf wanted = {0}, there = {0};
        if (def->name == NULL)
            continue;
        columns_wanted(def, &wanted);
        columns_there(handle, def->name, &there);
        print_message("%s\n", def->name);
        assert_string_equal(there.ptr, wanted.ptr);
        ASK(stmt, handle, "SELECT partial FROM pragma_index_list(?1) WHERE name = ?2");
        sqlite3_bind_text(stmt, 1, RECORD_TYPES[def->kind].name, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 2, def->name, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        bool may_lack = def->sort != NULL && !is_not_null(record_field(def->kind, def->sort));
        assert_int_equal(sqlite3_column_int(stmt, 0), may_lack);
        sqlite3_finalize(stmt);
        buf_clear(&wanted);
        buf_clear(&there);
    }
    sqlite3_close(handle);
}

static void every_list_seeks_its_index_and_sorts_nothing(void **state)
{
    struct testing *testing = *state;
    struct sql_db *db = reader_take(&testing->backend->readers);
    struct setting setting = testing_setting(testing, "s1", 1);
    assert_rc(testing_put(testing, RECORD_SETTING, &setting, STORE_ANY), RC_OK);
    for (int index = 0; index < RECORD_INDEXES; index++)
        for (int descending = 0; descending < 2; descending++) {
            sqlite3_stmt *stmt = sql_of_index(db, index, descending);
            for (int at = 1; at <= sqlite3_bind_parameter_count(stmt); at++)
                sql_bind_i64(stmt, at, 1);
            assert_rc(sql_run(stmt), RC_OK);
            print_message("%s\n", sqlite3_sql(stmt));
            assert_int_equal(sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_SORT, 0), 0);
            assert_int_equal(sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0), 0);
        }
    reader_give(&testing->backend->readers, db);
}

static int triggers_of(sqlite3 *handle, const char *table)
{
    ASK(stmt, handle,
        "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 "
        "AND instr(sql, 'WHEN (SELECT bulk FROM state) = 0') > 0");
    sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int count = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return count;
}

static void captured_kinds_have_three_quiet_triggers_and_others_none(void **state)
{
    sqlite3 *handle = look(*state);
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        assert_int_equal(triggers_of(handle, RECORD_TYPES[kind].name),
                         RECORD_TYPES[kind].capture == CAPTURE_NOTHING ? 0 : 3);
    sqlite3_close(handle);
}

/* The images are written by SQL in the triggers: field by field they are what core/record.c makes of the record. */
static void an_image_is_the_record_without_its_secrets(void **state)
{
    struct testing *testing = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record_type *type = &RECORD_TYPES[kind];
        sqlite3 *handle = look(testing);
        ASK(stmt, handle, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1");
        sqlite3_bind_text(stmt, 1, type->name, -1, SQLITE_STATIC);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *text = (const char *)sqlite3_column_text(stmt, 0);
            for (size_t i = 0; i < type->field_count; i++) {
                char quoted[80];
                snprintf(quoted, sizeof(quoted), "'%s', ", type->fields[i].name);
                bool wanted = type->capture == CAPTURE_IMAGES && (type->fields[i].flags & FIELD_SECRET) == 0;
                assert_int_equal(strstr(text, quoted) != NULL, wanted);
            }
        }
        sqlite3_finalize(stmt);
        sqlite3_close(handle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTING(every_field_has_its_column_and_there_are_no_others),
        TESTING(tables_are_strict_and_without_rowid),
        TESTING(every_enum_bool_and_json_is_checked),
        TESTING(every_index_is_there_and_holds_only_rows_with_a_sort_value),
        TESTING(every_list_seeks_its_index_and_sorts_nothing),
        TESTING(captured_kinds_have_three_quiet_triggers_and_others_none),
        TESTING(an_image_is_the_record_without_its_secrets),
    };
    return cmocka_run_group_tests_name("sqlite schema", tests, NULL, NULL);
}
