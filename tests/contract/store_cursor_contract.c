/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of cursors: pages that follow one another show every row once, whatever is written between them. */
#include "contract/contract.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"

#define MANY 1000

/* Puts `count` orders in batches, numbered from `first`: clients c0..c2 in turn, and so few instants that there are ties. */
static void put_orders(struct contract *contract, int first, int count)
{
    for (int done = 0; done < count;) {
        struct store_write writes[STORE_BATCH_MAX];
        size_t in_batch = 0;
        for (; in_batch < STORE_BATCH_MAX && done < count; in_batch++, done++) {
            int number = first + done;
            struct order *order = contract_full(contract, RECORD_ORDER, number);
            order->client_id = arena_printf(&contract->arena, "c%d", number % 3);
            /* scattered, each of 101 instants about ten times */
            order->ordered_at = CONTRACT_NOW + number * 7919LL % 101;
            writes[in_batch] =
                (struct store_write){.op = STORE_PUT, .kind = RECORD_ORDER, .record = order, .expect = STORE_ANY};
        }
        assert_rc(contract_write(contract, writes, in_batch), RC_OK);
    }
}

static bool in_order(const struct order *a, const struct order *b, bool descending)
{
    int order = (a->ordered_at > b->ordered_at) - (a->ordered_at < b->ordered_at);
    order = order != 0 ? order : str_compare(a->id, b->id);
    return descending ? order > 0 : order < 0;
}

/* Called after each page, with how many there were so far. */
typedef void (*between)(struct contract *contract, int pages, const struct order *last);

/* Walks all pages of a query over orders and counts the rows, which must be in order from the first to the last. */
static size_t walk(struct contract *contract, struct store_query query, between act)
{
    struct order last = {0};
    size_t rows = 0;
    for (int pages = 1;; pages++) {
        struct store_page page;
        assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
        const struct order *orders = page.items;
        for (size_t i = 0; i < page.count; i++) {
            assert_true(rows + i == 0 || in_order(&last, &orders[i], query.descending));
            last = orders[i];
        }
        rows += page.count;
        if (str_is_none(page.cursor))
            return rows;
        assert_int_equal(page.count, query.limit);
        if (act != NULL)
            act(contract, pages, &last);
        query.cursor = page.cursor;
    }
}

static void a_thousand_rows_come_once_each_in_both_directions(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, MANY);
    const size_t limits[] = {STORE_LIST_MAX, 199, 7};
    for (int i = 0; i < 3; i++)
        for (int descending = 0; descending < 2; descending++) {
            struct store_query query = STORE_QUERY(ORDER_BY_TIME);
            query.limit = limits[i];
            query.descending = descending == 1;
            assert_int_equal(walk(contract, query, NULL), MANY);
        }
}

static void pages_of_one_row_come_to_an_end(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, 40);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    query.limit = 1;
    assert_int_equal(walk(contract, query, NULL), 40);
    query.descending = true;
    assert_int_equal(walk(contract, query, NULL), 40);
}

static void a_full_last_page_has_no_cursor(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, 20);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    struct store_page page;
    query.limit = 20;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_int_equal(page.count, 20);
    assert_true(str_is_none(page.cursor));
    query.limit = 19;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_false(str_is_none(page.cursor));
}

static void pages_stay_within_equal_and_range(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, MANY);
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.limit = 10;
    query.equal = STR("c1");
    assert_int_equal(walk(contract, query, NULL), 333);
    size_t parts = 0;
    const int64_t bounds[] = {I64_NONE, CONTRACT_NOW + 30, CONTRACT_NOW + 60, INT64_MAX};
    for (int i = 0; i < 3; i++) {
        query.from = bounds[i];
        query.to = bounds[i + 1];
        query.descending = i == 1;
        size_t part = walk(contract, query, NULL);
        assert_true(part > 80);
        parts += part;
    }
    assert_int_equal(parts, 333);
}

static void pages_stay_within_a_prefix(void **state)
{
    struct contract *contract = *state;
    for (int number = 0; number < 120; number++) {
        struct client *client = contract_full(contract, RECORD_CLIENT, number);
        client->name_folded = arena_printf(&contract->arena, "%s%d", number % 2 == 0 ? "ann" : "ben", number / 30);
        assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    }
    for (int descending = 0; descending < 2; descending++) {
        struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
        query.prefix = STR("ann");
        query.limit = 7;
        query.descending = descending == 1;
        size_t rows = 0;
        for (struct store_page page = {.cursor = STR("go on")}; !str_is_none(page.cursor); query.cursor = page.cursor) {
            assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
            const struct client *clients = page.items;
            for (size_t i = 0; i < page.count; i++)
                assert_true(str_starts_with(clients[i].name_folded, STR("ann")));
            rows += page.count;
        }
        assert_int_equal(rows, 60);
    }
}

static void the_limit_may_change_from_page_to_page(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, 30);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    struct store_page page;
    query.limit = 12;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    query.cursor = page.cursor;
    query.limit = 200;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_int_equal(page.count, 18);
}

static struct str first_cursor(struct contract *contract, struct store_query query)
{
    struct store_page page;
    query.limit = 3;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_false(str_is_none(page.cursor));
    return page.cursor;
}

static void a_cursor_is_for_its_own_index_and_direction_only(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, 30);
    struct store_query by_time = STORE_QUERY(ORDER_BY_TIME), by_client = STORE_QUERY(ORDER_BY_CLIENT);
    struct store_page page;
    by_client.equal = STR("c1");
    by_client.cursor = first_cursor(contract, by_time);
    assert_rc(store_list(contract->store, &by_client, &contract->arena, &page), RC_INVALID);
    by_time.cursor = by_client.cursor;
    by_time.descending = true;
    assert_rc(store_list(contract->store, &by_time, &contract->arena, &page), RC_INVALID);
}

static void a_cursor_that_is_none_is_refused(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, 30);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    struct str real = first_cursor(contract, query);
    const struct str cursors[] = {STR("x"),
                                  STR("!!!"),
                                  STR("\xff\xfe"),
                                  STR("0"),
                                  STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                                  (struct str){real.ptr, 2},
                                  STR("k000001"),
                                  STR("' OR 1=1 --")};
    for (size_t i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++) {
        struct store_page page;
        query.cursor = cursors[i];
        assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_INVALID);
    }
}

static void a_cursor_can_travel_in_a_url(void **state)
{
    struct contract *contract = *state;
    for (int number = 0; number < 5; number++) {
        struct client *client = contract_full(contract, RECORD_CLIENT, number);
        client->name_folded = STR("a b&c=\xc3\xa9?#/+");
        assert_rc(contract_put(contract, RECORD_CLIENT, client, STORE_ANY), RC_OK);
    }
    struct store_query query = STORE_QUERY(CLIENT_BY_NAME);
    struct str cursor = first_cursor(contract, query);
    assert_int_equal(cursor.len,
                     strspn(cursor.ptr, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"));
    query.cursor = cursor;
    struct store_page page;
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_int_equal(page.count, 2);
}

/* The rows of before are numbered under MANY; those inserted later are not counted. */
static size_t walk_old_rows(struct contract *contract, bool descending)
{
    bool *seen = arena_new(&contract->arena, MANY, sizeof(*seen));
    size_t count = 0;
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    query.limit = 50;
    query.descending = descending;
    for (int pages = 1;; pages++) {
        struct store_page page;
        assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
        const struct order *orders = page.items;
        for (size_t i = 0; i < page.count; i++) {
            int64_t number = -1;
            assert_rc(str_to_i64((struct str){orders[i].id.ptr + 1, orders[i].id.len - 1}, &number), RC_OK);
            if (number >= MANY)
                continue;
            assert_false(seen[number]);
            seen[number] = true;
            count++;
        }
        if (str_is_none(page.cursor))
            return count;
        if (pages <= 4) /* new rows on both sides of where the reader stands */
            put_orders(contract, 100000 * (pages + (descending ? 4 : 0)), 60);
        query.cursor = page.cursor;
    }
}

static void rows_inserted_between_pages_neither_repeat_nor_hide_others(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, MANY);
    assert_int_equal(walk_old_rows(contract, false), MANY);
    assert_int_equal(walk_old_rows(contract, true), MANY);
}

static void delete_last(struct contract *contract, int pages, const struct order *last)
{
    (void)pages;
    assert_rc(contract_delete(contract, RECORD_ORDER, last->id, STORE_ANY), RC_OK);
}

static void a_cursor_outlives_the_row_it_names(void **state)
{
    struct contract *contract = *state;
    put_orders(contract, 0, 100);
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    query.limit = 10;
    assert_int_equal(walk(contract, query, delete_last), 100);
    query.descending = true;
    assert_int_equal(walk(contract, query, delete_last), 91); /* the nine that ended a page with a next one are gone */
}

/* One thread writes while another pages; cmocka's asserts work in the test's own thread only. */
struct writing {
    struct contract *contract;
    atomic_bool stop;
    int failures;
};

static void write_orders(void *arg)
{
    struct writing *writing = arg;
    for (int number = MANY; !atomic_load(&writing->stop) && number < 5 * MANY; number++) {
        struct arena arena = {0};
        struct order order;
        record_init(RECORD_ORDER, &order);
        order.id = arena_printf(&arena, "k%06d", number);
        order.client_id = STR("c9");
        order.currency = STR("USD");
        order.total_minor = 1;
        order.ordered_at = CONTRACT_NOW + number % 101;
        order.created_at = order.updated_at = CONTRACT_NOW;
        struct store_write write = {.op = STORE_PUT, .kind = RECORD_ORDER, .record = &order, .expect = STORE_ANY};
        struct store_batch batch = {.writes = &write, .write_count = 1, .now = CONTRACT_NOW};
        writing->failures += store_commit(writing->contract->store, &batch) != RC_OK;
        arena_clear(&arena);
    }
}

static void pages_are_right_while_other_threads_write(void **state)
{
    struct contract *contract = *state;
    struct writing writing = {.contract = contract};
    struct thread thread;
    put_orders(contract, 0, MANY);
    thread_start(&thread, "writer", write_orders, &writing);
    size_t up = walk_old_rows(contract, false);
    size_t down = walk_old_rows(contract, true);
    atomic_store(&writing.stop, true);
    thread_join(&thread);
    assert_int_equal(writing.failures, 0);
    assert_int_equal(up, MANY);
    assert_int_equal(down, MANY);
}

int store_cursor_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(a_thousand_rows_come_once_each_in_both_directions),
        CONTRACT_TEST(pages_of_one_row_come_to_an_end),
        CONTRACT_TEST(a_full_last_page_has_no_cursor),
        CONTRACT_TEST(pages_stay_within_equal_and_range),
        CONTRACT_TEST(pages_stay_within_a_prefix),
        CONTRACT_TEST(the_limit_may_change_from_page_to_page),
        CONTRACT_TEST(a_cursor_is_for_its_own_index_and_direction_only),
        CONTRACT_TEST(a_cursor_that_is_none_is_refused),
        CONTRACT_TEST(a_cursor_can_travel_in_a_url),
        CONTRACT_TEST(rows_inserted_between_pages_neither_repeat_nor_hide_others),
        CONTRACT_TEST(a_cursor_outlives_the_row_it_names),
        CONTRACT_TEST(pages_are_right_while_other_threads_write),
    };
    return cmocka_run_group_tests_name("store: cursors", tests, NULL, NULL);
}
