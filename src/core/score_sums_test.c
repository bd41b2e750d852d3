/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/score_sums.c: which orders count, what one visit is, and that the order of rows does not matter. */
#include "core/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"
#include "core/record.h"

#define STOCKHOLM STR("Europe/Stockholm")

static struct order order_at(const char *id, const char *instant, int64_t value)
{
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.id = str_of(id);
    order.total_shop_minor = order.total_minor = value;
    assert_int_equal(time_from_text(str_of(instant), &order.ordered_at), RC_OK);
    return order;
}

static struct engagement sums(const struct order *orders, size_t count, struct str zone)
{
    struct engagement out = {.client_id = STR_INIT("c1"), .due_at = 42};
    score_sums(orders, count, zone, &out);
    assert_int_equal(out.due_at, 42); /* nothing else is touched */
    return out;
}

static void no_orders_give_empty_sums(void **state)
{
    (void)state;
    struct engagement out = sums(NULL, 0, STOCKHOLM);
    assert_int_equal(out.visits, 0);
    assert_int_equal(out.last_at, TIME_NONE);
    assert_true(str_is_none(out.last_order_id));
}

static void orders_of_one_day_in_the_shops_zone_are_one_visit(void **state)
{
    (void)state;
    /* 22:30Z and 23:30Z are both the 2nd in Stockholm in winter; in UTC too, but 21:30Z in summer is not the same story */
    const struct order orders[] = {
        order_at("o1", "2026-01-01T23:30:00Z", 100), /* the 2nd, 00:30 */
        order_at("o2", "2026-01-02T22:30:00Z", 200), /* the 2nd, 23:30 */
        order_at("o3", "2026-01-02T23:30:00Z", 400), /* the 3rd, 00:30 */
    };
    struct engagement out = sums(orders, 3, STOCKHOLM);
    assert_int_equal(out.visits, 2);
    assert_int_equal(out.valued, 2);
    assert_int_equal(out.order_count, 3);
    assert_int_equal(out.value_minor, 700);
    assert_int_equal(out.first_at, orders[1].ordered_at); /* the latest of its day */
    assert_int_equal(out.last_at, orders[2].ordered_at);
    out = sums(orders, 3, STR("UTC"));
    assert_int_equal(out.visits, 2);
    assert_int_equal(out.first_at, orders[0].ordered_at);
}

static void only_orders_with_intention_count(void **state)
{
    (void)state;
    struct order orders[] = {
        order_at("o1", "2026-01-01T12:00:00Z", 100), order_at("o2", "2026-02-01T12:00:00Z", 100),
        order_at("o3", "2026-03-01T12:00:00Z", 100), order_at("o4", "2026-04-01T12:00:00Z", 100),
        order_at("o5", "2026-05-01T12:00:00Z", 100), order_at("o6", "2026-06-01T12:00:00Z", I64_NONE),
    };
    orders[1].status = ORDER_CANCELLED;
    orders[2].automatic = true;
    orders[3].quarantined = true;
    orders[4].status = ORDER_RETURNED;
    struct engagement out = sums(orders, 6, STOCKHOLM);
    assert_int_equal(out.visits, 3);
    assert_int_equal(out.valued, 2); /* a returned one has the known value 0 */
    assert_int_equal(out.value_minor, 100);
    assert_int_equal(out.order_count, 3);
    assert_true(str_equal(out.last_order_id, STR("o6")));
}

static void a_visit_is_valued_when_one_of_its_orders_is(void **state)
{
    (void)state;
    const struct order orders[] = {
        order_at("o1", "2026-01-01T10:00:00Z", I64_NONE), order_at("o2", "2026-01-01T11:00:00Z", 300),
        order_at("o3", "2026-01-01T12:00:00Z", 50),       order_at("o4", "2026-01-09T12:00:00Z", I64_NONE),
        order_at("o5", "2026-01-19T12:00:00Z", 0),
    };
    struct engagement out = sums(orders, 5, STOCKHOLM);
    assert_int_equal(out.visits, 3);
    assert_int_equal(out.valued, 2);
    assert_int_equal(out.value_minor, 350);
}

static void of_orders_at_one_instant_the_greater_id_is_the_last(void **state)
{
    (void)state;
    const struct order orders[] = {order_at("o2", "2026-01-01T10:00:00Z", 1),
                                   order_at("o1", "2026-01-01T10:00:00Z", 1)};
    assert_true(str_equal(sums(orders, 2, STOCKHOLM).last_order_id, STR("o2")));
}

static void the_order_of_rows_does_not_matter(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 3);
    for (int round = 0; round < 300; round++) {
        size_t count = 1 + rand_u64(&random) % 150;
        struct order *orders = mem_new(count, sizeof(*orders));
        char(*ids)[8] = mem_new(count, sizeof(*ids));
        for (size_t i = 0; i < count; i++) {
            snprintf(ids[i], sizeof(ids[i]), "o%zu", i);
            orders[i] = order_at(ids[i], "2026-03-20T00:00:00Z", (int64_t)(rand_u64(&random) % 1000));
            orders[i].ordered_at += (int64_t)(rand_u64(&random) % (uint64_t)(60 * TIME_DAY_MS)) / 1800000 * 1800000;
            orders[i].status = (int)(rand_u64(&random) % 4);
        }
        struct engagement first = sums(orders, count, STOCKHOLM);
        for (size_t i = count; i > 1; i--) {
            size_t j = rand_u64(&random) % i;
            struct order kept = orders[i - 1];
            orders[i - 1] = orders[j];
            orders[j] = kept;
        }
        struct engagement second = sums(orders, count, STOCKHOLM);
        assert_true(record_equal(RECORD_ENGAGEMENT, &first, &second));
        mem_free(orders);
        mem_free(ids);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_orders_give_empty_sums),
        cmocka_unit_test(orders_of_one_day_in_the_shops_zone_are_one_visit),
        cmocka_unit_test(only_orders_with_intention_count),
        cmocka_unit_test(a_visit_is_valued_when_one_of_its_orders_is),
        cmocka_unit_test(of_orders_at_one_instant_the_greater_id_is_the_last),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
