/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The contract of bulk loads: rows merged by record_merge in one commit, and one change that names the clients. */
#include "contract/contract.h"

#include <string.h>

#include "core/change.h"

static struct store_load_row client_row(struct contract *contract, const char *id, const char *name)
{
    struct client *client = contract_bare(contract, RECORD_CLIENT, id);
    client->first_name = arena_str(&contract->arena, str_of(name));
    return (struct store_load_row){.kind = RECORD_CLIENT, .record = client};
}

static struct store_load_row order_row(struct contract *contract, const char *id, const char *client, int64_t total)
{
    struct order *order = contract_bare(contract, RECORD_ORDER, id);
    order->client_id = arena_str(&contract->arena, str_of(client));
    order->total_minor = total;
    return (struct store_load_row){.kind = RECORD_ORDER, .record = order};
}

static struct store_load_row product_row(struct contract *contract, const char *id)
{
    return (struct store_load_row){.kind = RECORD_PRODUCT, .record = contract_bare(contract, RECORD_PRODUCT, id)};
}

static enum rc load(struct contract *contract, struct store_load_row *rows, size_t count, bool one_change)
{
    const struct store_load load = {.rows = rows, .count = count, .one_change = one_change, .now = CONTRACT_NOW + 5};
    return store_load(contract->store, &load);
}

/* True when the change names exactly the clients c0 .. c(count-1), each once, in any order. */
static bool names_clients(const struct change *change, int count)
{
    struct json *ids = NULL;
    struct json_error error;
    bool right = json_parse(change->new_image, &ids, &error) == RC_OK && json_size(ids) == (size_t)count;
    for (int i = 0; right && i < count; i++) {
        struct arena arena = {0};
        struct str id = arena_printf(&arena, "c%d", i);
        int found = 0;
        for (size_t at = 0; at < json_size(ids); at++)
            found += str_equal(json_str(json_at(ids, at)), id);
        arena_clear(&arena);
        right = found == 1;
    }
    right = right && str_equal(json_str(json_at(ids, 0)), change->key);
    json_free(ids);
    return right;
}

static void loaded_rows_are_there_with_their_versions(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c1", "ann"), order_row(contract, "o1", "c1", 500),
                                    product_row(contract, "p1")};
    assert_rc(load(contract, rows, 3, true), RC_OK);
    for (int i = 0; i < 3; i++) {
        enum record_kind kind = rows[i].kind;
        const void *stored = contract_get(contract, kind, record_key(kind, rows[i].record));
        assert_int_equal(rows[i].result, MERGE_STORE);
        assert_non_null(stored);
        assert_true(record_equal(kind, stored, rows[i].record));
        assert_int_equal(record_version(kind, stored), 1);
    }
}

static void a_row_that_changes_nothing_is_not_written(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c1", "ann"), order_row(contract, "o1", "c1", 500),
                                    product_row(contract, "p1")};
    assert_rc(load(contract, rows, 3, true), RC_OK);
    int64_t head = contract_head(contract);
    assert_rc(load(contract, rows, 3, true), RC_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rows[i].result, MERGE_SAME);
        assert_int_equal(contract_version(contract, rows[i].kind, record_key(rows[i].kind, rows[i].record)), 1);
    }
    assert_int_equal(contract_head(contract), head);
}

static void a_row_is_merged_with_what_is_there(void **state)
{
    struct contract *contract = *state;
    struct store_load_row first[] = {client_row(contract, "c1", "ann"), order_row(contract, "o1", "c1", 500)};
    assert_rc(load(contract, first, 2, true), RC_OK);
    struct store_load_row second[] = {client_row(contract, "c1", "anna"), order_row(contract, "o1", "c2", 900)};
    void *there[] = {contract_get(contract, RECORD_CLIENT, STR("c1")), contract_get(contract, RECORD_ORDER, STR("o1"))};
    assert_rc(load(contract, second, 2, true), RC_OK);
    for (int i = 0; i < 2; i++) {
        enum record_kind kind = second[i].kind;
        void *merged = arena_new(&contract->arena, 1, RECORD_TYPES[kind].size);
        assert_int_equal(second[i].result, record_merge(kind, there[i], second[i].record, merged));
        assert_true(record_equal(kind, merged, contract_get(contract, kind, record_key(kind, merged))));
    }
    assert_int_equal(second[0].result, MERGE_STORE);
    assert_int_equal(second[1].result, MERGE_REFUSED); /* an order never changes its client */
    assert_int_equal(contract_version(contract, RECORD_CLIENT, STR("c1")), 2);
    assert_int_equal(contract_version(contract, RECORD_ORDER, STR("o1")), 1);
}

static void a_later_row_sees_an_earlier_one(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c1", "ann"), client_row(contract, "c1", "ann"),
                                    client_row(contract, "c1", "anna")};
    assert_rc(load(contract, rows, 3, true), RC_OK);
    assert_int_equal(rows[0].result, MERGE_STORE);
    assert_int_equal(rows[1].result, MERGE_SAME);
    assert_int_equal(rows[2].result, MERGE_STORE);
    const struct client *client = contract_get(contract, RECORD_CLIENT, STR("c1"));
    assert_str(client->first_name, "anna");
    assert_int_equal(client->version, 2);
}

static void loaded_rows_are_in_their_indexes(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {order_row(contract, "o1", "c1", 1), order_row(contract, "o2", "c2", 1),
                                    order_row(contract, "o3", "c1", 1)};
    struct store_page page;
    assert_rc(load(contract, rows, 3, true), RC_OK);
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = STR("c1");
    assert_rc(store_list(contract->store, &query, &contract->arena, &page), RC_OK);
    assert_int_equal(page.count, 2);
}

static void a_load_emits_one_change_that_names_its_clients(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[14];
    size_t count = 0;
    for (int i = 0; i < 4; i++)
        rows[count++] = client_row(contract, arena_printf(&contract->arena, "c%d", i).ptr, "x");
    for (int i = 0; i < 8; i++) /* c2 .. c5, each twice */
        rows[count++] = order_row(contract, arena_printf(&contract->arena, "o%d", i).ptr,
                                  arena_printf(&contract->arena, "c%d", 2 + i % 4).ptr, i);
    rows[count++] = product_row(contract, "p1");
    rows[count++] = client_row(contract, "c0", "x"); /* the same again: touches nobody */
    assert_rc(load(contract, rows, count, true), RC_OK);
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 1);
    assert_int_equal(changes[0].op, CHANGE_LOAD);
    assert_int_equal(changes[0].kind, RECORD_CLIENT);
    assert_int_equal(changes[0].at, CONTRACT_NOW + 5);
    assert_true(str_is_none(changes[0].old_image));
    assert_true(names_clients(&changes[0], 6));
}

static void only_stored_rows_are_named(void **state)
{
    struct contract *contract = *state;
    struct store_load_row before[] = {client_row(contract, "c9", "zoe")};
    assert_rc(load(contract, before, 1, true), RC_OK);
    int64_t head = contract_head(contract);
    struct store_load_row rows[] = {client_row(contract, "c9", "zoe"), client_row(contract, "c0", "ann")};
    size_t count = 0;
    assert_rc(load(contract, rows, 2, true), RC_OK);
    const struct change *changes = contract_changes(contract, head, &count);
    assert_int_equal(count, 1);
    assert_true(names_clients(&changes[0], 1));
}

static void a_load_of_products_alone_emits_no_change(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {product_row(contract, "p1"), product_row(contract, "p2")};
    assert_rc(load(contract, rows, 2, true), RC_OK);
    assert_int_equal(contract_head(contract), 0);
    assert_int_equal(contract_version(contract, RECORD_PRODUCT, STR("p2")), 1);
}

static void a_load_without_the_one_change_emits_ordinary_ones(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c1", "ann"), order_row(contract, "o1", "c1", 1),
                                    product_row(contract, "p1"), client_row(contract, "c1", "ann")};
    size_t count = 0;
    assert_rc(load(contract, rows, 4, false), RC_OK);
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(changes[i].op, CHANGE_PUT);
        assert_int_equal(changes[i].kind, rows[i].kind);
        assert_int_equal(str_is_none(changes[i].new_image), RECORD_TYPES[rows[i].kind].capture != CAPTURE_IMAGES);
    }
}

static void a_load_carries_writes_and_jobs_in_its_commit(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c0", "ann")};
    const struct store_write writes[] = {{.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("loaded"), .add = 1},
                                         {.op = STORE_PUT,
                                          .kind = RECORD_ORDER,
                                          .record = contract_full(contract, RECORD_ORDER, 1),
                                          .expect = STORE_ABSENT}};
    const struct store_job job = {.op = STORE_JOB_SET, .kind = JOB_SCALE, .key = JOB_SHOP, .run_at = 1};
    const struct store_load load = {.rows = rows,
                                    .count = 1,
                                    .one_change = true,
                                    .writes = writes,
                                    .write_count = 2,
                                    .jobs = &job,
                                    .job_count = 1,
                                    .now = CONTRACT_NOW};
    size_t count = 0;
    assert_rc(store_load(contract->store, &load), RC_OK);
    assert_int_equal(contract_counter(contract, "loaded"), 1);
    contract_must_claim(contract, 10, JOB_SCALE, "shop");
    contract_changes(contract, 0, &count);
    assert_int_equal(count, 2); /* the one of the load, and the written order's own */
}

static void a_load_with_a_conflict_does_nothing_at_all(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c0", "ann"), order_row(contract, "o1", "c0", 1)};
    const struct store_write writes[] = {{.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("loaded"), .add = 1},
                                         {.op = STORE_CHECK, .kind = RECORD_SETTING, .key = STR("s"), .expect = 4}};
    const struct store_job job = {.op = STORE_JOB_SET, .kind = JOB_SCALE, .key = JOB_SHOP, .run_at = 1};
    const struct store_load load = {.rows = rows,
                                    .count = 2,
                                    .one_change = true,
                                    .writes = writes,
                                    .write_count = 2,
                                    .jobs = &job,
                                    .job_count = 1,
                                    .now = CONTRACT_NOW};
    struct job none;
    assert_rc(store_load(contract->store, &load), RC_CONFLICT);
    assert_null(contract_get(contract, RECORD_CLIENT, STR("c0")));
    assert_null(contract_get(contract, RECORD_ORDER, STR("o1")));
    assert_int_equal(contract_counter(contract, "loaded"), 0);
    assert_int_equal(contract_head(contract), 0);
    assert_rc(contract_claim(contract, CONTRACT_ALL, INT64_MAX, &none), RC_NOT_FOUND);
}

static void a_load_of_any_other_kind_is_refused_whole(void **state)
{
    struct contract *contract = *state;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (kind == RECORD_CLIENT || kind == RECORD_ORDER || kind == RECORD_PRODUCT)
            continue;
        struct store_load_row rows[] = {
            client_row(contract, "c0", "ann"),
            {.kind = (enum record_kind)kind, .record = contract_full(contract, (enum record_kind)kind, 1)}};
        assert_rc(load(contract, rows, 2, true), RC_INVALID);
        assert_null(contract_get(contract, RECORD_CLIENT, STR("c0")));
    }
}

static void a_row_without_a_needed_field_refuses_the_load_whole(void **state)
{
    struct contract *contract = *state;
    struct store_load_row rows[] = {client_row(contract, "c0", "ann"), order_row(contract, "o1", "c0", 1)};
    struct order *order = contract_bare(contract, RECORD_ORDER, "o1");
    order->client_id = STR_NONE;
    rows[1].record = order;
    assert_rc(load(contract, rows, 2, true), RC_INVALID);
    assert_null(contract_get(contract, RECORD_CLIENT, STR("c0")));
    assert_int_equal(contract_head(contract), 0);
}

static void an_empty_load_is_fine(void **state)
{
    struct contract *contract = *state;
    assert_rc(load(contract, NULL, 0, true), RC_OK);
    assert_int_equal(contract_head(contract), 0);
}

static void a_load_of_many_thousand_rows_is_one_commit(void **state)
{
    struct contract *contract = *state;
    const int clients = 500, orders = 5000;
    struct store_load_row *rows = arena_new(&contract->arena, (size_t)(clients + orders), sizeof(*rows));
    size_t count = 0;
    for (int i = 0; i < clients; i++)
        rows[count++] = client_row(contract, arena_printf(&contract->arena, "c%d", i).ptr, "x");
    for (int i = 0; i < orders; i++)
        rows[count++] = order_row(contract, arena_printf(&contract->arena, "o%d", i * 7919 % orders).ptr,
                                  arena_printf(&contract->arena, "c%d", i % clients).ptr, i);
    assert_rc(load(contract, rows, count, true), RC_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rows[i].result, MERGE_STORE);
    const struct change *changes = contract_changes(contract, 0, &count);
    assert_int_equal(count, 1);
    assert_true(names_clients(&changes[0], clients));
    assert_int_equal(contract_version(contract, RECORD_ORDER, STR("o4999")), 1);
}

int store_load_contract_run(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TEST(loaded_rows_are_there_with_their_versions),
        CONTRACT_TEST(a_row_that_changes_nothing_is_not_written),
        CONTRACT_TEST(a_row_is_merged_with_what_is_there),
        CONTRACT_TEST(a_later_row_sees_an_earlier_one),
        CONTRACT_TEST(loaded_rows_are_in_their_indexes),
        CONTRACT_TEST(a_load_emits_one_change_that_names_its_clients),
        CONTRACT_TEST(only_stored_rows_are_named),
        CONTRACT_TEST(a_load_of_products_alone_emits_no_change),
        CONTRACT_TEST(a_load_without_the_one_change_emits_ordinary_ones),
        CONTRACT_TEST(a_load_carries_writes_and_jobs_in_its_commit),
        CONTRACT_TEST(a_load_with_a_conflict_does_nothing_at_all),
        CONTRACT_TEST(a_load_of_any_other_kind_is_refused_whole),
        CONTRACT_TEST(a_row_without_a_needed_field_refuses_the_load_whole),
        CONTRACT_TEST(an_empty_load_is_fine),
        CONTRACT_TEST(a_load_of_many_thousand_rows_is_one_commit),
    };
    return cmocka_run_group_tests_name("store: loads", tests, NULL, NULL);
}
