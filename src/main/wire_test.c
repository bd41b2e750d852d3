/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/time_text.h"
#include "main/backup.h"
#include "main/file.h"
#include "main/http_client.h"
#include "main/import.h"
#include "main/keys.h"
#include "main/test_folder.h"
#include "step/admin_acts.h"
#include "step/ingest.h"

#define OTHER_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* One shop in a folder of its own, its configuration, and what the last opening said. */
struct shop_test {
    struct test_folder at;
    struct arena arena;
    struct config config;
    struct wired wired;
    struct folder_owner owner;
    struct str why;
};

static const char *nothing(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

static int set_up(void **state)
{
    struct shop_test *test = test_calloc(1, sizeof *test);
    test_folder_make(&test->at);
    assert_int_equal(config_read(nothing, NULL, &test->arena, &test->config, &test->why), RC_OK);
    test->config.values[CONFIG_DATA].text = str_of(test->at.path);
    test->config.values[CONFIG_WRITER].text = STR("template");
    test->config.values[CONFIG_LISTEN].text = STR("127.0.0.1:0");
    test->wired.folder.lock_fd = -1;
    *state = test;
    return 0;
}

static int tear_down(void **state)
{
    struct shop_test *test = *state;
    unwire(&test->wired);
    arena_clear(&test->arena);
    test_folder_clear(&test->at);
    test_free(test);
    return 0;
}

static enum rc open_shop(struct shop_test *test)
{
    unwire(&test->wired);
    return wire_store(&test->config, "test", &test->wired, &test->owner, &test->why);
}

static void add_order(struct shop_test *test)
{
    struct arena arena = {0};
    struct order order;
    enum ingest_status status;
    record_init(RECORD_ORDER, &order);
    order.id = STR("o-1");
    order.client_id = STR("c-1");
    order.ordered_at = clock_now(test->wired.env.clock);
    order.total_minor = 100;
    assert_int_equal(ingest_order(&test->wired.env, &order, INGEST_UPSERT, STR("api"), NULL, &arena, &status), RC_OK);
    arena_clear(&arena);
}

static void a_folder_has_one_owner(void **state)
{
    struct shop_test *test = *state;
    struct wired second;
    struct folder_owner owner;
    struct str why;
    assert_int_equal(open_shop(test), RC_OK);
    assert_int_equal(wire_store(&test->config, "serve", &second, &owner, &why), RC_BUSY);
    assert_int_equal(owner.pid, getpid());
    assert_true(str_equal(owner.command, STR("test")));
    unwire(&second);
}

static void another_suppression_key_is_refused(void **state)
{
    struct shop_test *test = *state;
    assert_int_equal(open_shop(test), RC_OK);
    assert_int_equal(open_shop(test), RC_OK);
    test->config.values[CONFIG_SUPPRESSION_KEY].text = STR(OTHER_KEY);
    assert_int_equal(open_shop(test), RC_DENIED);
    assert_true(str_contains(test->why, STR("suppression key")));
}

static void a_database_without_its_key_files_is_refused(void **state)
{
    struct shop_test *test = *state;
    assert_int_equal(open_shop(test), RC_OK);
    unwire(&test->wired);
    assert_int_equal(unlink(test_path(&test->at, KEYS_SUPPRESSION_FILE)), 0);
    assert_int_equal(open_shop(test), RC_NOT_FOUND);
    assert_true(str_contains(test->why, STR("suppression.key")));
    assert_false(file_exists(test_path(&test->at, KEYS_SUPPRESSION_FILE)));
}

static void currency_and_zone_are_fixed_by_the_first_record(void **state)
{
    struct shop_test *test = *state;
    assert_int_equal(open_shop(test), RC_OK);
    test->config.values[CONFIG_SHOP_CURRENCY].text = STR("EUR");
    assert_int_equal(open_shop(test), RC_OK); /* nothing came in yet */
    add_order(test);
    assert_int_equal(open_shop(test), RC_OK);
    test->config.values[CONFIG_SHOP_CURRENCY].text = STR("GBP");
    assert_int_equal(open_shop(test), RC_DENIED);
    assert_true(str_contains(test->why, STR("EUR")));
}

static void a_manual_clock_goes_on_from_where_it_stood(void **state)
{
    struct shop_test *test = *state;
    int64_t start, later;
    assert_int_equal(time_from_text(STR("1997-10-01T00:00:00Z"), &start), RC_OK);
    later = start + 5 * TIME_DAY_MS;
    test->config.values[CONFIG_CLOCK].text = STR("1997-10-01T00:00:00Z");
    assert_int_equal(open_shop(test), RC_OK);
    assert_int_equal(clock_now(test->wired.env.clock), start);
    assert_int_equal(wire_serve(&test->wired, &test->why), RC_OK);
    assert_int_equal(workers_advance(test->wired.workers, later, 60000), RC_OK);
    assert_int_equal(open_shop(test), RC_OK);
    assert_int_equal(clock_now(test->wired.env.clock), later);
    test->config.values[CONFIG_CLOCK].text = STR("1998-01-01T00:00:00Z");
    assert_int_equal(open_shop(test), RC_OK);
    assert_true(clock_now(test->wired.env.clock) > later);
}

static void serving_answers_and_stops(void **state)
{
    struct shop_test *test = *state;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(open_shop(test), RC_OK);
        assert_int_equal(wire_serve(&test->wired, &test->why), RC_OK);
        assert_true(api_port(test->wired.api) > 0);
        assert_true(file_exists(test_path(&test->at, SOCKET_FILE)));
    }
}

struct text_input {
    const char *text;
    size_t at;
};

static enum rc read_text(void *ctx, char *out, size_t size, size_t *got)
{
    struct text_input *input = ctx;
    size_t left = strlen(input->text) - input->at;
    *got = left < size ? left : size;
    memcpy(out, input->text + input->at, *got);
    input->at += *got;
    return RC_OK;
}

static void import_through(struct shop_test *test, struct http_client *server, const char *kind, const char *text,
                           struct import *import)
{
    struct text_input input = {.text = text};
    struct import_sink_server sink;
    struct str_list maps = {.count = 0};
    import_sink_server_init(&sink, server);
    *import = (struct import){.kind = import_kind_find(str_of(kind)),
                              .shop = {.currency = STR("USD"), .time_zone = STR("UTC")},
                              .maps = &maps,
                              .sink = &sink.sink,
                              .read = read_text,
                              .read_ctx = &input,
                              .rejects_path = arena_printf(&test->arena, "%s/rejects.csv", test->at.path).ptr};
    assert_int_equal(import_run(import, &test->arena, &test->why), RC_OK);
}

static void a_file_goes_in_through_the_running_server(void **state)
{
    struct shop_test *test = *state;
    struct import import;
    struct str rejects;
    assert_int_equal(open_shop(test), RC_OK);
    assert_int_equal(wire_serve(&test->wired, &test->why), RC_OK);
    struct http_client *server = http_open_socket(test_path(&test->at, SOCKET_FILE));
    const char *orders = "client_id,ordered_at,total,status\nc-1,2024-01-01,1,placed\nc-1,2024-01-01,1,placed\n"
                         "c-2,2024-01-01,1,lost\nc 3,2024-01-01,1,placed\n";
    import_through(test, server, "orders", orders, &import);
    assert_int_equal(import.tally[INGEST_STORED], 2);
    assert_int_equal(import.tally[INGEST_REJECTED], 2);
    assert_int_equal(file_read(import.rejects_path, 1000, &test->arena, &rejects), RC_OK);
    assert_true(str_contains(rejects, STR("\n4,\"status must be one of")));
    assert_true(str_contains(rejects, STR("\n5,client_id must be")));
    import_through(test, server, "orders", orders, &import);
    assert_int_equal(import.tally[INGEST_UNCHANGED], 2);
    import_through(test, server, "suppressions", "email\na@example.com\nnobody\n", &import);
    assert_int_equal(import.tally[INGEST_STORED], 1);
    assert_int_equal(import.tally[INGEST_REJECTED], 1);
    import_through(test, server, "suppressions",
                   "email,reason\nb@example.com,bounced\na@example.com,\nx,\nc@example.com,\n", &import);
    assert_int_equal(import.tally[INGEST_STORED], 2);
    assert_int_equal(import.tally[INGEST_UNCHANGED], 1);
    assert_int_equal(import.tally[INGEST_REJECTED], 1);
    http_close(server);
}

static void a_backup_comes_back_with_its_keys(void **state)
{
    struct shop_test *test = *state;
    struct test_folder other;
    struct api_backup done;
    struct order order;
    assert_int_equal(open_shop(test), RC_OK);
    add_order(test);
    struct str file = arena_printf(&test->arena, "%s/copy.db", test->at.path);
    assert_int_equal(backup_write(&test->wired, file.ptr, &test->arena, &done), RC_OK);
    assert_true(done.keys_included && done.bytes > 0);
    assert_int_equal(backup_write(&test->wired, file.ptr, &test->arena, &done), RC_CONFLICT);
    assert_int_equal(backup_restore(&test->config, file.ptr, &test->arena, &test->why), RC_BUSY);
    unwire(&test->wired);
    assert_int_equal(backup_restore(&test->config, file.ptr, &test->arena, &test->why), RC_CONFLICT);
    test_folder_make(&other);
    test->config.values[CONFIG_DATA].text = str_of(other.path);
    assert_int_equal(backup_restore(&test->config, file.ptr, &test->arena, &test->why), RC_OK);
    assert_int_equal(open_shop(test), RC_OK);
    assert_int_equal(store_get(test->wired.env.store, RECORD_ORDER, STR("o-1"), &test->arena, &order), RC_OK);
    unwire(&test->wired);
    test_folder_clear(&other);
}

static void a_backup_without_the_right_key_is_not_restored(void **state)
{
    struct shop_test *test = *state;
    struct test_folder other;
    struct api_backup done;
    assert_int_equal(open_shop(test), RC_OK);
    struct str file = arena_printf(&test->arena, "%s/copy.db", test->at.path);
    assert_int_equal(backup_write(&test->wired, file.ptr, &test->arena, &done), RC_OK);
    unwire(&test->wired);
    test_folder_make(&other);
    test->config.values[CONFIG_DATA].text = str_of(other.path);
    test->config.values[CONFIG_SUPPRESSION_KEY].text = STR(OTHER_KEY);
    assert_int_equal(backup_restore(&test->config, file.ptr, &test->arena, &test->why), RC_DENIED);
    assert_false(file_exists(test_path(&other, DATABASE_FILE)));
    test_folder_clear(&other);
}

static void keys_of_the_environment_are_named_as_missing(void **state)
{
    struct shop_test *test = *state;
    struct api_backup done;
    test->config.values[CONFIG_SUPPRESSION_KEY].text = STR(OTHER_KEY);
    assert_int_equal(open_shop(test), RC_OK);
    struct str file = arena_printf(&test->arena, "%s/copy.db", test->at.path);
    assert_int_equal(backup_write(&test->wired, file.ptr, &test->arena, &done), RC_OK);
    assert_false(done.keys_included);
    assert_true(str_contains(done.missing, STR("REKINDLE_SUPPRESSION_KEY")));
    struct str keys;
    assert_int_equal(file_read(arena_printf(&test->arena, "%.*s.keys", STR_ARG(file)).ptr, 1000, &test->arena, &keys),
                     RC_OK);
    assert_false(str_contains(keys, STR(OTHER_KEY)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_has_one_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_suppression_key_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_database_without_its_key_files_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(currency_and_zone_are_fixed_by_the_first_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_manual_clock_goes_on_from_where_it_stood, set_up, tear_down),
        cmocka_unit_test_setup_teardown(serving_answers_and_stops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_goes_in_through_the_running_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_backup_comes_back_with_its_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_backup_without_the_right_key_is_not_restored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_of_the_environment_are_named_as_missing, set_up, tear_down),
    };
    hash_init();
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
