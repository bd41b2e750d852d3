/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "adapter/mem/sorted.h"

static int by_number(const void *context, const void *item, const void *probe)
{
    const int a = *(const int *)item, b = *(const int *)probe;
    (void)context;
    return (a > b) - (a < b);
}

/* Coarser than the order: by tens. */
static int by_tens(const void *context, const void *item, const void *probe)
{
    (void)context;
    return *(const int *)item / 10 - *(const int *)probe / 10;
}

#define COUNT 997 /* prime, so that steps of 331 visit every number once */

static void items_stay_sorted_whatever_order_they_come_and_go_in(void **state)
{
    static int numbers[COUNT];
    struct sorted set;
    (void)state;
    sorted_init(&set, by_number, NULL);
    for (int i = 0; i < COUNT; i++) {
        int n = i * 331 % COUNT;
        numbers[n] = n;
        sorted_insert(&set, &numbers[n]);
    }
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(*(int *)set.items[i], i);
    for (int i = 0; i < COUNT; i += 2)
        sorted_remove(&set, &numbers[i * 331 % COUNT]);
    assert_int_equal(set.count, COUNT / 2);
    for (size_t i = 1; i < set.count; i++)
        assert_true(*(int *)set.items[i - 1] < *(int *)set.items[i]);
    sorted_clear(&set);
}

static void find_gives_the_equal_item_or_nothing(void **state)
{
    int numbers[] = {10, 20, 30}, probe = 20, missing[] = {5, 15, 35};
    struct sorted set;
    (void)state;
    sorted_init(&set, by_number, NULL);
    assert_null(sorted_find(&set, &probe));
    for (int i = 0; i < 3; i++)
        sorted_insert(&set, &numbers[i]);
    assert_ptr_equal(sorted_find(&set, &probe), &numbers[1]);
    for (int i = 0; i < 3; i++)
        assert_null(sorted_find(&set, &missing[i]));
    sorted_clear(&set);
}

static void below_and_through_bound_a_coarser_range(void **state)
{
    int numbers[] = {9, 10, 14, 19, 20, 31}, tens = 15, hundred = 100, zero = 0;
    struct sorted set;
    (void)state;
    sorted_init(&set, by_number, NULL);
    for (int i = 0; i < 6; i++)
        sorted_insert(&set, &numbers[i]);
    assert_int_equal(sorted_below(&set, by_tens, NULL, &tens), 1);
    assert_int_equal(sorted_through(&set, by_tens, NULL, &tens), 4);
    assert_int_equal(sorted_below(&set, by_tens, NULL, &hundred), 6);
    assert_int_equal(sorted_through(&set, by_tens, NULL, &zero), 1);
    sorted_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stay_sorted_whatever_order_they_come_and_go_in),
        cmocka_unit_test(find_gives_the_equal_item_or_nothing),
        cmocka_unit_test(below_and_through_bound_a_coarser_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
