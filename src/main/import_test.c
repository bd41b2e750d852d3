/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The import over both stores that it can meet in one process: memory and SQLite. */
#include "main/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/mem/mem.h"
#include "adapter/sqlite/sqlite.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/time_text.h"
#include "main/file.h"
#include "main/gzip_input.h"
#include "main/test_folder.h"
#include "step/admin_acts.h"
#include "step/client_acts.h"

struct import_shop_test {
    struct test_folder at;
    struct arena arena;
    struct step_env env;
    struct import import;
    struct import_sink_store sink;
    struct str_list maps;
    struct str why;
};

static struct import_shop_test *set_up(struct store *store, struct feed *feed, struct queue *queue,
                                       struct import_shop_test *test)
{
    test->env = (struct step_env){.store = store,
                                  .feed = feed,
                                  .queue = queue,
                                  .clock = clock_new_manual(1795000000000LL),
                                  .shop = {.currency = STR("EUR"), .time_zone = STR("Europe/Berlin")},
                                  .suppression_key = {.bytes = {1, 2, 3}},
                                  .rehearsal = true};
    assert_int_equal(policy_ensure(&test->env, &test->arena), RC_OK);
    import_sink_store_init(&test->sink, &test->env);
    return test;
}

static int set_up_mem(void **state)
{
    struct import_shop_test *test = test_calloc(1, sizeof *test);
    struct mem_backend *backend = mem_open();
    test_folder_make(&test->at);
    *state = set_up(mem_store(backend), mem_feed(backend), mem_queue(backend), test);
    return 0;
}

static int set_up_sqlite(void **state)
{
    struct import_shop_test *test = test_calloc(1, sizeof *test);
    struct sqlite_backend *backend = NULL;
    test_folder_make(&test->at);
    assert_int_equal(sqlite_open(test->at.path, &backend, &test->why), RC_OK);
    *state = set_up(sqlite_store(backend), sqlite_feed(backend), sqlite_queue(backend), test);
    return 0;
}

static int tear_down(void **state)
{
    struct import_shop_test *test = *state;
    test->env.store->vtable->close(test->env.store);
    clock_free(test->env.clock);
    arena_clear(&test->arena);
    test_folder_clear(&test->at);
    test_free(test);
    return 0;
}

static enum rc read_gzip(void *ctx, char *out, size_t size, size_t *got) { return gzip_read(ctx, out, size, got); }

/* Imports the file at `path`. */
static enum rc import_file(struct import_shop_test *test, const char *kind, const char *path)
{
    struct gzip_input *input = NULL;
    assert_int_equal(gzip_open(path, &input), RC_OK);
    test->import = (struct import){
        .kind = import_kind_find(str_of(kind)),
        .shop = {.currency = test->env.shop.currency, .time_zone = test->env.shop.time_zone},
        .maps = &test->maps,
        .sink = &test->sink.sink,
        .read = read_gzip,
        .read_ctx = input,
        .rejects_path = arena_printf(&test->arena, "%s/rejects.csv", test->at.path).ptr,
    };
    enum rc rc = import_run(&test->import, &test->arena, &test->why);
    gzip_close(input);
    return rc;
}

static enum rc import_text(struct import_shop_test *test, const char *kind, const char *text)
{
    const char *path = test_path(&test->at, "file.csv");
    test_write(path, text);
    return import_file(test, kind, path);
}

static void assert_tally(const struct import_shop_test *test, int stored, int unchanged, int rejected)
{
    const struct import *import = &test->import;
    assert_int_equal(import->tally[INGEST_STORED], stored);
    assert_int_equal(import->tally[INGEST_UNCHANGED], unchanged);
    assert_int_equal(import->tally[INGEST_REJECTED], rejected);
    assert_int_equal(import->count, import->tally[INGEST_STORED] + import->tally[INGEST_UNCHANGED] +
                                        import->tally[INGEST_REJECTED] + import->tally[INGEST_ERASED]);
}

static struct order need_order(struct import_shop_test *test, const char *id)
{
    struct order order;
    assert_int_equal(store_get(test->env.store, RECORD_ORDER, str_of(id), &test->arena, &order), RC_OK);
    return order;
}

static struct client need_client(struct import_shop_test *test, const char *id)
{
    struct client client;
    assert_int_equal(store_get(test->env.store, RECORD_CLIENT, str_of(id), &test->arena, &client), RC_OK);
    return client;
}

static void a_second_run_changes_nothing(void **state)
{
    struct import_shop_test *test = *state;
    const char *orders = "order_id,client_id,ordered_at,total,currency,status\r\n"
                         "o-1,c-1,2024-03-03,12.50,EUR,placed\r\no-2,c-2,2024-03-04T10:00:00Z,7,USD,shipped\r\n";
    assert_int_equal(import_text(test, "orders", orders), RC_OK);
    assert_tally(test, 2, 0, 0);
    assert_int_equal(import_text(test, "orders", orders), RC_OK);
    assert_tally(test, 0, 2, 0);
    struct order order = need_order(test, "o-1");
    int64_t day;
    assert_int_equal(time_from_text(STR("2024-03-02T23:00:00Z"), &day), RC_OK); /* midnight in Berlin */
    assert_int_equal(order.ordered_at, day);
    assert_int_equal(order.total_minor, 1250);
    assert_int_equal(order.version, 1);
}

static void an_order_of_an_unknown_client_makes_one_known_by_id_alone(void **state)
{
    struct import_shop_test *test = *state;
    assert_int_equal(import_text(test, "orders", "client_id,ordered_at,total\nc-9,2024-01-01,1\n"), RC_OK);
    struct client client = need_client(test, "c-9");
    assert_true(str_is_none(client.email));
    assert_int_equal(import_text(test, "clients", "client_id,email\nc-9,nine@example.com\n"), RC_OK);
    assert_int_equal(import_text(test, "orders", "client_id,ordered_at,total\nc-9,2024-02-01,1\n"), RC_OK);
    client = need_client(test, "c-9");
    assert_true(str_equal(client.email, STR("nine@example.com")));
}

static void equal_orders_of_a_day_are_told_apart_over_the_whole_file(void **state)
{
    struct import_shop_test *test = *state;
    struct buf text = {0};
    buf_add_c(&text, "client_id,ordered_at,total\nc-1,2024-01-01,5.00\n");
    for (int i = 0; i < IMPORT_CHUNK; i++) /* the twin lies in the next chunk */
        buf_printf(&text, "c-1,2024-01-02,%d.00\n", i);
    buf_add_c(&text, "c-1,2024-01-01,5.00\nc-1,2024-01-01,5\n");
    assert_int_equal(import_text(test, "orders", text.ptr), RC_OK);
    assert_tally(test, IMPORT_CHUNK + 3, 0, 0);
    need_order(test, "d-c-1-2024-01-01-500-0");
    need_order(test, "d-c-1-2024-01-01-500-1");
    need_order(test, "d-c-1-2024-01-01-500-2");
    assert_int_equal(import_text(test, "orders", text.ptr), RC_OK);
    assert_tally(test, 0, IMPORT_CHUNK + 3, 0);
    buf_clear(&text);
}

static void bad_rows_are_rejected_with_line_and_reason_and_stop_no_other(void **state)
{
    struct import_shop_test *test = *state;
    const char *rows = "order_id,client_id,ordered_at,total,status,currency\n"
                       "o-1,c-1,2024-03-03,12.50,placed,EUR\n"
                       "o-2,c-1,yesterday,1,placed,EUR\n"
                       "o-3,c-1,2024-03-03,12.505,placed,EUR\n"
                       "o-4,c-1,2024-03-03,-1,placed,EUR\n"
                       "o-5,c-1,2024-03-03,1,lost,EUR\n"
                       "o-6,c-1,2024-03-03,1,placed,XXQ\n"
                       "o-7,\"c 1\",2024-03-03,1,placed,EUR\n"
                       "o-8,c-1,2024-03-03\n"
                       "o-9,c-1,\"2024-03-03,1,placed,EUR\n"
                       "o-10,c-1,2024-03-03,1,Placed,EUR\n";
    struct str rejects;
    assert_int_equal(import_text(test, "orders", rows), RC_OK);
    assert_tally(test, 2, 0, 8);
    need_order(test, "o-10");
    assert_int_equal(file_read(test->import.rejects_path, 10000, &test->arena, &rejects), RC_OK);
    static const char *const LINES[] = {"line,reason\n",
                                        "\n3,",
                                        "ordered_at must be a day",
                                        "\n4,\"total must be an amount",
                                        "\n5,total must be",
                                        "\n6,\"status must be one of",
                                        "\n7,currency must be",
                                        "\n8,client_id must",
                                        "\n9,\"the row has 3 fields, the header has 6\"",
                                        "\n10,the row has a quote that never closes"};
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++)
        assert_true(str_contains(rejects, str_of(LINES[i])));
    assert_int_equal(import_text(test, "orders", "client_id,ordered_at,total\nc-1,2024-05-05,1\n"), RC_OK);
    assert_false(file_exists(test->import.rejects_path)); /* those of another run are not left behind */
}

static void bytes_that_are_no_text_are_rejected(void **state)
{
    struct import_shop_test *test = *state;
    assert_int_equal(
        import_text(test, "clients", "client_id,email,first_name\nc-1,a@example.com,\xff\xfe\nc-2,b@example.com,B\n"),
        RC_OK);
    assert_tally(test, 1, 0, 1);
}

static void an_opt_out_is_never_undone(void **state)
{
    struct import_shop_test *test = *state;
    assert_int_equal(
        import_text(test, "clients", "client_id,email,consent,consent_at\nc-1,a@example.com,unsubscribed,2024-01-01\n"),
        RC_OK);
    assert_int_equal(
        import_text(test, "clients", "client_id,email,consent,consent_at\nc-1,a@example.com,subscribed,2025-01-01\n"),
        RC_OK);
    assert_int_equal(need_client(test, "c-1").consent_status, CONSENT_UNSUBSCRIBED);
    assert_int_equal(import_text(test, "clients", "client_id,email\nc-1,a@example.com\n"), RC_OK);
    assert_int_equal(need_client(test, "c-1").consent_status, CONSENT_UNSUBSCRIBED);
}

static void all_columns_of_a_client_and_a_product_arrive(void **state)
{
    struct import_shop_test *test = *state;
    const char *clients =
        "\xEF\xBB\xBF"
        "Email,client_id,first_name,last_name,locale,country,time_zone,preferred_categories,consent,consent_at,"
        "created_at\n"
        "a@example.com,c-1,Ann,\"O'Neil, jr\",en-GB,GB,Europe/London,tea; coffee ;,Subscribed,2024-01-01,2023-01-01\n";
    assert_int_equal(import_text(test, "clients", clients), RC_OK);
    assert_tally(test, 1, 0, 0);
    struct client client = need_client(test, "c-1");
    assert_true(str_equal(client.last_name, STR("O'Neil, jr")));
    assert_true(str_equal(client.preferred_categories, STR("[\"tea\",\"coffee\"]")));
    assert_int_equal(client.consent_status, CONSENT_SUBSCRIBED);
    assert_true(str_equal(client.consent_source, STR("import")));
    const char *products = "product_id,name,category,url,image_url,price,currency,in_stock\n"
                           "p-1,Tea,tea,https://shop.example/p-1,,12.90,EUR,no\n"
                           "p-2,Mug,,,,1200,JPY,yes\np-3,Gift,,,,,,\n";
    assert_int_equal(import_text(test, "products", products), RC_OK);
    assert_tally(test, 3, 0, 0);
    struct product product;
    assert_int_equal(store_get(test->env.store, RECORD_PRODUCT, STR("p-1"), &test->arena, &product), RC_OK);
    assert_int_equal(product.price_minor, 1290);
    assert_false(product.in_stock);
    assert_int_equal(store_get(test->env.store, RECORD_PRODUCT, STR("p-2"), &test->arena, &product), RC_OK);
    assert_int_equal(product.price_minor, 1200);
}

static void a_category_of_an_order_is_kept(void **state)
{
    struct import_shop_test *test = *state;
    assert_int_equal(
        import_text(test, "orders", "order_id,client_id,ordered_at,total,category\no-1,c-1,2024-01-01,1,tea\n"), RC_OK);
    assert_true(str_contains(need_order(test, "o-1").items, STR("\"category\":\"tea\"")));
}

static void foreign_names_are_mapped_and_unknown_columns_told_once(void **state)
{
    struct import_shop_test *test = *state;
    test->maps = (struct str_list){.items = {STR("customer=client_id"), STR("Datum=ordered_at")}, .count = 2};
    assert_int_equal(import_text(test, "orders", "Customer,datum,total,colour\nc-1,2024-01-01,1,red\n"), RC_OK);
    assert_tally(test, 1, 0, 0);
    assert_true(str_equal(test->import.ignored, STR("colour")));
    test->maps.items[1] = STR("date=ordered_at");
    assert_int_equal(import_text(test, "orders", "Customer,datum,total\nc-1,2024-01-01,1\n"), RC_INVALID);
    assert_true(str_contains(test->why, STR("date=ordered_at")));
}

static void a_header_that_will_not_do_stops_before_any_row(void **state)
{
    struct import_shop_test *test = *state;
    static const char *const TEXTS[] = {"", "client_id,total\nc-1,1\n",
                                        "client_id,client_id,ordered_at\nc-1,c-2,2024-01-01\n",
                                        "\"client_id,ordered_at\n"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        assert_int_equal(import_text(test, "orders", TEXTS[i]), RC_INVALID);
        assert_true(test->why.len > 0);
        assert_int_equal(test->import.count, 0);
    }
}

static void an_erased_person_stays_away(void **state)
{
    struct import_shop_test *test = *state;
    struct str receipt;
    assert_int_equal(import_text(test, "clients", "client_id,email\nc-1,a@example.com\n"), RC_OK);
    assert_int_equal(erase_client(&test->env, STR("c-1"), STR("test"), &test->arena, &receipt), RC_OK);
    assert_int_equal(
        import_text(test, "clients", "client_id,email\nc-1,a@example.com\nc-2,A@example.com\nc-3,c@example.com\n"),
        RC_OK);
    assert_int_equal(test->import.tally[INGEST_ERASED], 2);
    assert_tally(test, 1, 0, 0);
}

static void suppressions_are_added(void **state)
{
    struct import_shop_test *test = *state;
    struct suppression suppression;
    assert_int_equal(import_text(test, "suppressions", "email\nA@example.com\nnot an address\n"), RC_OK);
    assert_tally(test, 1, 0, 1);
    struct str id = env_person(&test->env, STR("a@example.com"), STR("x"), &test->arena);
    assert_int_equal(store_get(test->env.store, RECORD_SUPPRESSION, id, &test->arena, &suppression), RC_OK);
}

static void a_list_of_suppressions_says_why_and_is_known_the_second_time(void **state)
{
    static const char LIST[] = "email,reason\na@example.com,bounced\nB@example.com,\nb@example.com,complained\n"
                               "c@example.com,because\n";
    struct import_shop_test *test = *state;
    struct suppression suppression;
    assert_int_equal(import_text(test, "suppressions", LIST), RC_OK);
    assert_tally(test, 2, 1, 1); /* an address said twice is one, and keeps its first reason */
    struct str a = env_person(&test->env, STR("a@example.com"), STR_NONE, &test->arena);
    struct str b = env_person(&test->env, STR("b@example.com"), STR_NONE, &test->arena);
    assert_int_equal(store_get(test->env.store, RECORD_SUPPRESSION, a, &test->arena, &suppression), RC_OK);
    assert_int_equal(suppression.reason, SUPPRESSED_HARD_BOUNCE);
    assert_int_equal(store_get(test->env.store, RECORD_SUPPRESSION, b, &test->arena, &suppression), RC_OK);
    assert_int_equal(suppression.reason, SUPPRESSED_IMPORT);
    assert_int_equal(import_text(test, "suppressions", LIST), RC_OK);
    assert_tally(test, 0, 3, 1);
}

/* `printf 'client_id,ordered_at,total\nc-1,2024-01-01,1\n' | gzip -n`. */
static const unsigned char GZIPPED[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4b, 0xce, 0xc9,
                                        0x4c, 0xcd, 0x2b, 0x89, 0xcf, 0x4c, 0xd1, 0xc9, 0x2f, 0x4a, 0x49, 0x2d, 0x4a,
                                        0x4d, 0x89, 0x4f, 0x2c, 0xd1, 0x29, 0xc9, 0x2f, 0x49, 0xcc, 0xe1, 0x4a, 0xd6,
                                        0x35, 0xd4, 0x31, 0x32, 0x30, 0x32, 0xd1, 0x35, 0x30, 0x04, 0x22, 0x1d, 0x43,
                                        0x2e, 0x00, 0xae, 0x71, 0x6a, 0x3f, 0x2c, 0x00, 0x00, 0x00};

static void write_gzip(const char *path, const unsigned char *bytes, size_t count)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void gzip_is_told_by_its_first_bytes(void **state)
{
    struct import_shop_test *test = *state;
    const char *path = test_path(&test->at, "orders.csv");
    write_gzip(path, GZIPPED, sizeof GZIPPED);
    assert_int_equal(import_file(test, "orders", path), RC_OK);
    assert_tally(test, 1, 0, 0);
    need_order(test, "d-c-1-2024-01-01-100-0");
}

static void a_gzip_that_is_cut_short_is_a_fault_and_not_an_end(void **state)
{
    struct import_shop_test *test = *state;
    const char *path = test_path(&test->at, "orders.csv");
    write_gzip(path, GZIPPED, sizeof GZIPPED - 12);
    assert_int_equal(import_file(test, "orders", path), RC_CORRUPT);
    assert_true(str_contains(test->why, STR("cut short")));
}

static void a_dry_run_checks_by_the_same_rules_and_stores_nothing(void **state)
{
    struct import_shop_test *test = *state;
    struct order order;
    struct import_sink check;
    import_sink_check_init(&check);
    test->sink.sink = check;
    assert_int_equal(import_text(test, "orders",
                                 "order_id,client_id,ordered_at,total\no-1,c-1,2024-01-01,1\no-2,c 1,2024-01-01,1\n"),
                     RC_OK);
    assert_tally(test, 0, 1, 1);
    assert_int_equal(store_get(test->env.store, RECORD_ORDER, STR("o-1"), &test->arena, &order), RC_NOT_FOUND);
}

#define BOTH(test) \
    {"mem: " #test, test, set_up_mem, tear_down, NULL}, { "sqlite: " #test, test, set_up_sqlite, tear_down, NULL }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_second_run_changes_nothing),
        BOTH(an_order_of_an_unknown_client_makes_one_known_by_id_alone),
        BOTH(equal_orders_of_a_day_are_told_apart_over_the_whole_file),
        BOTH(bad_rows_are_rejected_with_line_and_reason_and_stop_no_other),
        BOTH(bytes_that_are_no_text_are_rejected),
        BOTH(an_opt_out_is_never_undone),
        BOTH(all_columns_of_a_client_and_a_product_arrive),
        BOTH(a_category_of_an_order_is_kept),
        BOTH(foreign_names_are_mapped_and_unknown_columns_told_once),
        BOTH(a_header_that_will_not_do_stops_before_any_row),
        BOTH(an_erased_person_stays_away),
        BOTH(suppressions_are_added),
        BOTH(a_list_of_suppressions_says_why_and_is_known_the_second_time),
        BOTH(gzip_is_told_by_its_first_bytes),
        BOTH(a_gzip_that_is_cut_short_is_a_fault_and_not_an_end),
        BOTH(a_dry_run_checks_by_the_same_rules_and_stores_nothing),
    };
    hash_init();
    log_set_level(LOG_ERROR);
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
