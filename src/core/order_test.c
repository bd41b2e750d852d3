/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/order.c. */
#include "core/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/id.h"
#include "core/record.h"

static struct order order_of(const char *client, const char *instant, int64_t total)
{
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.client_id = str_of(client);
    order.total_minor = order.total_shop_minor = total;
    assert_int_equal(time_from_text(str_of(instant), &order.ordered_at), RC_OK);
    return order;
}

static void what_counts_as_a_visit(void **state)
{
    (void)state;
    struct order order = order_of("c1", "2026-01-01T00:00:00Z", 100);
    assert_true(order_is_visit(&order));
    order.status = ORDER_SHIPPED;
    assert_true(order_is_visit(&order));
    order.status = ORDER_RETURNED; /* the visit stays, its value goes back */
    assert_true(order_is_visit(&order));
    assert_int_equal(order_value_minor(&order), 0);
    order.status = ORDER_CANCELLED;
    assert_false(order_is_visit(&order));
    order.status = ORDER_PLACED;
    assert_int_equal(order_value_minor(&order), 100);
    order.total_shop_minor = I64_NONE;
    assert_int_equal(order_value_minor(&order), I64_NONE);
    order.automatic = true;
    assert_false(order_is_visit(&order));
    order.automatic = false;
    order.quarantined = true;
    assert_false(order_is_visit(&order));
}

static void a_derived_id_is_the_same_for_the_same_order(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct order order = order_of("c-1", "2026-01-01T23:30:00Z", 2900);
    assert_string_equal(order_derived_id(&order, STR("UTC"), 1, &arena).ptr, "d-c-1-2026-01-01-2900-1");
    assert_string_equal(order_derived_id(&order, STR("Europe/Stockholm"), 2, &arena).ptr, "d-c-1-2026-01-02-2900-2");
    order.total_minor = I64_NONE;
    assert_string_equal(order_derived_id(&order, STR("UTC"), 1, &arena).ptr, "d-c-1-2026-01-01-x-1");
    arena_clear(&arena);
}

static void a_derived_id_of_the_longest_client_is_valid(void **state)
{
    (void)state;
    struct arena arena = {0};
    char client[129], other[129];
    memset(client, 'a', 128);
    client[128] = '\0';
    memcpy(other, client, 129);
    other[127] = 'b';
    struct order a = order_of(client, "2026-01-01T00:00:00Z", MONEY_MAX_MINOR);
    struct order b = order_of(other, "2026-01-01T00:00:00Z", MONEY_MAX_MINOR);
    struct str id = order_derived_id(&a, STR("UTC"), 1000000, &arena);
    assert_true(id_is_valid(id));
    assert_false(str_equal(id, order_derived_id(&b, STR("UTC"), 1000000, &arena)));
    arena_clear(&arena);
}

static int init(void **state)
{
    (void)state;
    hash_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_as_a_visit),
        cmocka_unit_test(a_derived_id_is_the_same_for_the_same_order),
        cmocka_unit_test(a_derived_id_of_the_longest_client_is_valid),
    };
    return cmocka_run_group_tests(tests, init, NULL);
}
