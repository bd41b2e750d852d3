/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Opening: what is made, what is refused and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "adapter/sqlite/testing.h"

static void write_behind_its_back(const struct testing *testing, const char *text)
{
    FILE *file = fopen(testing->file, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* A database made by somebody else, or changed by a later version. */
#define RUN(testing, TEXT)                                                               \
    do {                                                                                 \
        sqlite3 *to_change = NULL;                                                       \
        assert_int_equal(sqlite3_open((testing)->file, &to_change), SQLITE_OK);          \
        assert_int_equal(sqlite3_exec(to_change, "" TEXT, NULL, NULL, NULL), SQLITE_OK); \
        sqlite3_close(to_change);                                                        \
    } while (0)

static void refused(struct testing *testing, enum rc expected, const char *part_of_why)
{
    struct sqlite_backend *backend = NULL;
    struct str why = STR_NONE;
    assert_rc(sqlite_open(testing->folder, &backend, &why), expected);
    assert_null(backend);
    assert_true(str_contains(why, str_of(part_of_why)));
}

static unsigned mode_of(const char *folder, const char *name)
{
    char path[128];
    struct stat info;
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void a_new_folder_and_its_files_are_for_their_owner_alone(void **state)
{
    struct testing *testing = *state;
    struct sqlite_backend *backend = NULL;
    struct str why = STR_NONE;
    char folder[96];
    snprintf(folder, sizeof(folder), "%s/data", testing->folder);
    assert_rc(sqlite_open(folder, &backend, &why), RC_OK);
    struct store_batch batch = {.now = TESTING_NOW, .durable = true};
    assert_rc(store_commit(sqlite_store(backend), &batch), RC_OK);
    assert_rc(sqlite_store(backend)->vtable->check(sqlite_store(backend)), RC_OK);
    assert_int_equal(mode_of(folder, ""), 0700);
    assert_int_equal(mode_of(folder, "rekindle.db"), 0600);
    assert_int_equal(mode_of(folder, "rekindle.db-wal"), 0600);
    assert_int_equal(mode_of(folder, "rekindle.lock"), 0600);
    sqlite_store(backend)->vtable->close(sqlite_store(backend));
}

static void a_folder_that_cannot_be_made_is_refused(void **state)
{
    struct testing *testing = *state;
    struct sqlite_backend *backend = NULL;
    struct str why = STR_NONE;
    char folder[96];
    snprintf(folder, sizeof(folder), "%s/no/parent", testing->folder);
    assert_rc(sqlite_open(folder, &backend, &why), RC_IO);
    assert_true(str_contains(why, STR("No such file or directory")));
}

static void a_file_that_is_no_database_is_refused_and_left_alone(void **state)
{
    struct testing *testing = *state;
    const char *text =
        "These are the shop's notes on Rekindle, kept under an unlucky name. They are long enough to hold a "
        "header of SQLite's and are not one.\n";
    char back[200] = "";
    write_behind_its_back(testing, text);
    refused(testing, RC_CORRUPT, "not a database");
    FILE *file = fopen(testing->file, "r");
    assert_non_null(file);
    assert_non_null(fgets(back, sizeof(back), file));
    fclose(file);
    assert_string_equal(back, text);
}

static void the_database_of_another_program_is_refused(void **state)
{
    struct testing *testing = *state;
    RUN(testing, "CREATE TABLE cakes (name TEXT); PRAGMA user_version = 1;");
    refused(testing, RC_INVALID, "another program");
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(testing->file, &handle), SQLITE_OK);
    ASK(stmt, handle, "PRAGMA journal_mode"); /* nothing about it was changed */
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "delete");
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
}

static void a_newer_database_is_refused(void **state)
{
    struct testing *testing = *state;
    testing_open(testing);
    testing_close(testing);
    RUN(testing, "PRAGMA user_version = 1000;");
    refused(testing, RC_INVALID, "newer version");
    RUN(testing, "PRAGMA user_version = 4;");
    testing_open(testing);
}

static void a_folder_opens_once_at_a_time(void **state)
{
    struct testing *testing = *state;
    testing_open(testing);
    refused(testing, RC_BUSY, "another Rekindle");
    testing_close(testing);
    testing_open(testing);
}

static void a_migration_that_fails_leaves_nothing_behind(void **state)
{
    struct testing *testing = *state;
    sqlite3 *handle = NULL;
    RUN(testing, "PRAGMA application_id = 1380664396; CREATE TABLE setting (id TEXT);");
    refused(testing, RC_BUG, "could not be brought");
    assert_int_equal(sqlite3_open(testing->file, &handle), SQLITE_OK);
    ASK(stmt, handle, "SELECT count(*) FROM sqlite_schema");
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(stmt, 0), 1);
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
}

static void a_word_no_enum_has_is_damage_and_not_a_guess(void **state)
{
    struct testing *testing = *state;
    struct suppression suppression;
    testing_open(testing);
    record_init(RECORD_SUPPRESSION, &suppression);
    suppression.id = STR("s1");
    suppression.created_at = suppression.updated_at = TESTING_NOW;
    assert_rc(testing_put(testing, RECORD_SUPPRESSION, &suppression, STORE_ABSENT), RC_OK);
    RUN(testing, "PRAGMA ignore_check_constraints = ON; UPDATE suppression SET reason = 'whim';");
    assert_rc(store_get(testing->store, RECORD_SUPPRESSION, STR("s1"), &testing->arena, &suppression), RC_CORRUPT);
}

static void a_change_in_unknown_words_comes_with_its_text(void **state)
{
    struct testing *testing = *state;
    struct change *changes = NULL;
    size_t count = 0;
    testing_open(testing);
    RUN(testing, "INSERT INTO change (kind, op, key, at) VALUES ('cake', 'put', 'c1', 5);");
    assert_rc(testing->feed->vtable->read(testing->feed, 0, 10, &testing->arena, &changes, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(changes[0].kind, RECORD_KINDS);
    assert_true(str_equal(changes[0].key, STR("cake put c1")));
}

static void verify_tells_sound_from_damaged_and_counts_loose_rows(void **state)
{
    struct testing *testing = *state;
    int64_t loose = -1;
    testing_open(testing);
    assert_rc(sqlite_verify(testing->backend, &loose), RC_OK);
    assert_int_equal(loose, 0);
    RUN(testing,
        "INSERT INTO engagement (client_id, visits, value_minor, valued, order_count, backlog, updated_at, version) "
        "VALUES ('nobody', 0, 0, 0, 0, 'none', 0, 1);");
    assert_rc(sqlite_verify(testing->backend, &loose), RC_OK);
    assert_int_equal(loose, 1);
    RUN(testing, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema "
                 "WHERE name = 'orders') WHERE name = 'client';");
    testing_close(testing);
    testing_open(testing);
    assert_rc(sqlite_verify(testing->backend, &loose), RC_CORRUPT);
}

/* Whether the bytes stand anywhere in the database file. */
static bool file_has(const struct testing *testing, const char *text)
{
    FILE *file = fopen(testing->file, "rb");
    static char bytes[1 << 20];
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    assert_true(size < sizeof(bytes));
    return str_contains((struct str){bytes, size}, str_of(text));
}

static void what_was_deleted_is_not_left_in_the_file(void **state)
{
    struct testing *testing = *state;
    testing_open(testing);
    struct setting setting = testing_setting(testing, "s1", 0);
    setting.value = STR("\"ada@example.org\"");
    assert_rc(testing_put(testing, RECORD_SETTING, &setting, STORE_ABSENT), RC_OK);
    testing_close(testing); /* moves the log into the database */
    assert_true(file_has(testing, "ada@example.org"));
    testing_open(testing);
    struct store_write write = {.op = STORE_DELETE, .kind = RECORD_SETTING, .key = STR("s1"), .expect = 1};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = TESTING_NOW, .durable = true};
    assert_rc(store_commit(testing->store, &batch), RC_OK);
    testing_close(testing);
    assert_false(file_has(testing, "ada@example.org"));
}

static void an_order_of_a_client_that_is_not_there_is_refused(void **state)
{
    struct testing *testing = *state;
    struct str why = STR_NONE;
    assert_rc(sqlite_open(testing->folder, &testing->backend, &why), RC_OK);
    testing->store = sqlite_store(testing->backend);
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.id = STR("o1");
    order.client_id = STR("nobody");
    order.ordered_at = order.created_at = order.updated_at = TESTING_NOW;
    order.currency = STR("USD");
    assert_rc(testing_put(testing, RECORD_ORDER, &order, STORE_ABSENT), RC_CONFLICT);
    struct client client;
    client_init_bare(&client, order.client_id, TESTING_NOW);
    client.person = STR("c:nobody");
    assert_rc(testing_put(testing, RECORD_CLIENT, &client, STORE_ABSENT), RC_OK);
    assert_rc(testing_put(testing, RECORD_ORDER, &order, STORE_ABSENT), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTING_CLOSED(a_new_folder_and_its_files_are_for_their_owner_alone),
        TESTING_CLOSED(a_folder_that_cannot_be_made_is_refused),
        TESTING_CLOSED(a_file_that_is_no_database_is_refused_and_left_alone),
        TESTING_CLOSED(the_database_of_another_program_is_refused),
        TESTING_CLOSED(a_newer_database_is_refused),
        TESTING_CLOSED(a_folder_opens_once_at_a_time),
        TESTING_CLOSED(a_migration_that_fails_leaves_nothing_behind),
        TESTING_CLOSED(a_word_no_enum_has_is_damage_and_not_a_guess),
        TESTING_CLOSED(a_change_in_unknown_words_comes_with_its_text),
        TESTING_CLOSED(what_was_deleted_is_not_left_in_the_file),
        TESTING_CLOSED(verify_tells_sound_from_damaged_and_counts_loose_rows),
        TESTING_CLOSED(an_order_of_a_client_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests_name("sqlite opening", tests, NULL, NULL);
}
