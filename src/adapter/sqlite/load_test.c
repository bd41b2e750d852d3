/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What only this back end can get wrong in a load: the switch that keeps the triggers quiet. The rest is the contract's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "adapter/sqlite/testing.h"
#include "core/client.h"
#include "core/order.h"

static struct client make_client(struct testing *testing, int number)
{
    struct client client;
    client_init_bare(&client, arena_printf(&testing->arena, "c%d", number), TESTING_NOW);
    return client;
}

static int64_t head_of(struct testing *testing)
{
    int64_t head = 0;
    assert_rc(testing->feed->vtable->head(testing->feed, &head), RC_OK);
    return head;
}

static bool triggers_are_quiet(const struct testing *testing)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open_v2(testing->file, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    ASK(stmt, handle, "SELECT bulk FROM state");
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    bool quiet = sqlite3_column_int(stmt, 0) != 0;
    sqlite3_finalize(stmt);
    sqlite3_close(handle);
    return quiet;
}

static void writes_beside_a_load_are_captured_and_its_rows_are_not(void **state)
{
    struct testing *testing = *state;
    struct client clients[3] = {make_client(testing, 1), make_client(testing, 2), make_client(testing, 3)};
    struct store_load_row rows[2] = {{.kind = RECORD_CLIENT, .record = &clients[0]},
                                     {.kind = RECORD_CLIENT, .record = &clients[1]}};
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_CLIENT, .record = &clients[2], .expect = STORE_ABSENT};
    struct store_load load = {
        .rows = rows, .count = 2, .one_change = true, .writes = &write, .write_count = 1, .now = TESTING_NOW};
    struct change *changes = NULL;
    size_t count = 0;
    assert_rc(store_load(testing->store, &load), RC_OK);
    assert_rc(testing->feed->vtable->read(testing->feed, 0, 10, &testing->arena, &changes, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(changes[0].op, CHANGE_LOAD);
    assert_true(str_equal(changes[0].new_image, STR("[\"c1\",\"c2\"]")));
    assert_int_equal(changes[1].op, CHANGE_PUT);
    assert_true(str_equal(changes[1].key, STR("c3")));
}

static void a_failed_load_leaves_the_triggers_awake(void **state)
{
    struct testing *testing = *state;
    struct client client = make_client(testing, 1);
    struct store_load_row row = {.kind = RECORD_CLIENT, .record = &client};
    struct setting setting = testing_setting(testing, "s", 1);
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_SETTING, .record = &setting, .expect = 5};
    struct store_load load = {
        .rows = &row, .count = 1, .one_change = true, .writes = &write, .write_count = 1, .now = TESTING_NOW};
    assert_rc(store_load(testing->store, &load), RC_CONFLICT);
    assert_false(triggers_are_quiet(testing));
    assert_int_equal(head_of(testing), 0);
    client.attributes = STR("{ no "); /* fails in the middle of the rows, while the triggers are quiet */
    load.write_count = 0;
    assert_rc(store_load(testing->store, &load), RC_BUG);
    assert_false(triggers_are_quiet(testing));
    client.attributes = STR_NONE;
    assert_rc(testing_put(testing, RECORD_CLIENT, &client, STORE_ABSENT), RC_OK);
    assert_int_equal(head_of(testing), 1);
}

/* More clients than the table of touched ones begins with, each touched again by its orders. */
static void a_large_load_names_each_client_once_in_order(void **state)
{
    enum { CLIENTS = 700 };
    struct testing *testing = *state;
    struct client *clients = arena_new(&testing->arena, CLIENTS, sizeof(*clients));
    struct order *orders = arena_new(&testing->arena, 2 * CLIENTS, sizeof(*orders));
    struct store_load_row *rows = arena_new(&testing->arena, 3 * CLIENTS, sizeof(*rows));
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = make_client(testing, i);
        rows[i] = (struct store_load_row){.kind = RECORD_CLIENT, .record = &clients[i]};
    }
    for (int i = 0; i < 2 * CLIENTS; i++) {
        record_init(RECORD_ORDER, &orders[i]);
        orders[i].id = arena_printf(&testing->arena, "o%d", i);
        orders[i].client_id = clients[CLIENTS - 1 - i % CLIENTS].id;
        orders[i].ordered_at = orders[i].created_at = orders[i].updated_at = TESTING_NOW;
        rows[CLIENTS + i] = (struct store_load_row){.kind = RECORD_ORDER, .record = &orders[i]};
    }
    struct store_load load = {.rows = rows, .count = 3 * CLIENTS, .one_change = true, .now = TESTING_NOW};
    assert_rc(store_load(testing->store, &load), RC_OK);
    struct change *changes = NULL;
    size_t count = 0;
    struct json *ids = NULL;
    struct json_error error;
    assert_rc(testing->feed->vtable->read(testing->feed, 0, 10, &testing->arena, &changes, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_rc(json_parse(changes[0].new_image, &ids, &error), RC_OK);
    assert_int_equal(json_size(ids), CLIENTS);
    for (size_t i = 0; i < CLIENTS; i++)
        assert_true(str_equal(json_str(json_at(ids, i)), clients[i].id));
    json_free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTING(writes_beside_a_load_are_captured_and_its_rows_are_not),
        TESTING(a_failed_load_leaves_the_triggers_awake),
        TESTING(a_large_load_names_each_client_once_in_order),
    };
    return cmocka_run_group_tests_name("sqlite load", tests, NULL, NULL);
}
