/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/demo_shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/record.h"

#define TO_MS 1795000000000LL
#define FROM_MS (TO_MS - 400 * TIME_DAY_MS)

static void make(struct demo_shop *shop)
{
    const struct simulate_options options = {
        .clients = 60, .seed = 7, .from_ms = FROM_MS, .to_ms = TO_MS, .zone = STR("UTC"), .currency = STR("USD")};
    demo_shop_init(shop, &options);
}

/* The API takes every line as it is. */
static void every_line_is_good_input(void **state)
{
    (void)state;
    struct demo_shop shop;
    struct buf lines = {0};
    size_t count = 0;
    make(&shop);
    assert_true(demo_shop_take(&shop, TO_MS, SIZE_MAX, &lines) > 0);
    assert_true(demo_shop_is_over(&shop));
    struct str rest = buf_str(&lines);
    for (struct str line = str_cut(&rest, '\n'); !str_is_empty(line); line = str_cut(&rest, '\n'), count++) {
        struct json *json = NULL;
        struct json_error error;
        struct arena arena = {0};
        struct problems problems = {.count = 0};
        assert_int_equal(json_parse(line, &json, &error), RC_OK);
        enum record_kind kind = json_get(json, "client")  ? RECORD_CLIENT
                                : json_get(json, "order") ? RECORD_ORDER
                                                          : RECORD_PRODUCT;
        const char *name = kind == RECORD_CLIENT ? "client" : kind == RECORD_ORDER ? "order" : "product";
        void *record = arena_new(&arena, 1, RECORD_TYPES[kind].size);
        record_init(kind, record);
        assert_int_equal(record_from_json(kind, json_get(json, name), INPUT_UPSERT, &arena, record, &problems), RC_OK);
        json_free(json);
        arena_clear(&arena);
    }
    assert_int_equal(count, shop.count);
    buf_clear(&lines);
    demo_shop_clear(&shop);
}

static void lines_come_in_the_order_of_time_and_each_once(void **state)
{
    (void)state;
    struct demo_shop shop;
    make(&shop);
    size_t total = 0;
    for (int64_t now = FROM_MS; now <= TO_MS; now += 10 * TIME_DAY_MS) {
        struct buf lines = {0};
        total += demo_shop_take(&shop, now, SIZE_MAX, &lines);
        assert_true(shop.next == shop.count || shop.events[shop.next].at_ms >= now);
        assert_int_equal(demo_shop_take(&shop, now, SIZE_MAX, &lines), 0);
        buf_clear(&lines);
    }
    assert_int_equal(total, shop.count);
    demo_shop_clear(&shop);
}

static void nobody_orders_before_the_shop_knows_them(void **state)
{
    (void)state;
    struct demo_shop shop;
    make(&shop);
    for (size_t i = 0; i < shop.count; i++) {
        if (shop.events[i].kind != RECORD_ORDER)
            continue;
        const struct order *order = shop.events[i].record;
        bool known = false;
        for (size_t before = 0; before < i && !known; before++)
            known = shop.events[before].kind == RECORD_CLIENT &&
                    str_equal(((const struct client *)shop.events[before].record)->id, order->client_id);
        assert_true(known);
    }
    demo_shop_clear(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_good_input),
        cmocka_unit_test(lines_come_in_the_order_of_time_and_each_once),
        cmocka_unit_test(nobody_orders_before_the_shop_knows_them),
    };
    return cmocka_run_group_tests_name("demo_shop", tests, NULL, NULL);
}
