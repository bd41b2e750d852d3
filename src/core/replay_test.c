/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void orders_of_one_day_are_one_visit(void **state)
{
    const struct test_visit rows[] = {{1, 5, 200},      {1, 0, 100}, {1, 5, 50},       {1, 5, I64_NONE},
                                      {1, 9, I64_NONE}, {1, 9, 70},  {1, 12, I64_NONE}};
    const int32_t days[] = {TEST_FROM_DAY, TEST_FROM_DAY + 5, TEST_FROM_DAY + 9, TEST_FROM_DAY + 12};
    const int64_t values[] = {100, 250, 70, I64_NONE};
    struct arena arena = {0};
    (void)state;
    struct replay_history history = test_history(rows, COUNT(rows), &arena);
    assert_int_equal(history.client_count, 1);
    assert_int_equal(history.order_count, 7);
    assert_int_equal(history.visit_count, 4);
    assert_memory_equal(history.day, days, sizeof days);
    assert_memory_equal(history.value_minor, values, sizeof values);
    assert_int_equal(history.from_day, TEST_FROM_DAY);
    assert_int_equal(history.to_day, TEST_FROM_DAY + 12);
    assert_true(str_equal(history.currency, STR("EUR")));
    arena_clear(&arena);
}

static void nothing_is_an_empty_history(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct replay_history history = test_history(NULL, 0, &arena);
    assert_int_equal(history.client_count, 0);
    assert_int_equal(history.visit_count, 0);
    assert_int_equal(history.from_day, REPLAY_DAY_NONE);
    assert_int_equal(history.first[0], 0);
    arena_clear(&arena);
}

static void assert_same(const struct replay_history *a, const struct replay_history *b)
{
    assert_int_equal(a->client_count, b->client_count);
    assert_int_equal(a->visit_count, b->visit_count);
    assert_memory_equal(a->first, b->first, (a->client_count + 1) * sizeof *a->first);
    assert_memory_equal(a->day, b->day, a->visit_count * sizeof *a->day);
    assert_memory_equal(a->value_minor, b->value_minor, a->visit_count * sizeof *a->value_minor);
}

/* 3,000 clients of 1 to 80 orders on days in no order, forwards and backwards. */
static void the_order_of_rows_leaves_no_trace(void **state)
{
    enum { ROWS = 60000 };
    static struct test_visit rows[ROWS], back[ROWS];
    struct arena arena = {0};
    struct rand_stream random;
    (void)state;
    rand_seed(&random, 5);
    for (size_t i = 0; i < ROWS; i++) {
        int client = (int)(rand_unit(&random) * rand_unit(&random) * 3000);
        rows[i] = (struct test_visit){client, (int)(rand_unit(&random) * 900), (int64_t)(rand_unit(&random) * 9000)};
        back[ROWS - 1 - i] = rows[i];
    }
    struct replay_history one = test_history(rows, ROWS, &arena), two = test_history(back, ROWS, &arena);
    assert_same(&one, &two);
    int64_t sum = 0, want = 0;
    for (size_t c = 0; c < one.client_count; c++)
        for (size_t v = one.first[c]; v < one.first[c + 1]; v++) {
            assert_true(v == one.first[c] || one.day[v] > one.day[v - 1]);
            sum += one.value_minor[v];
        }
    for (size_t i = 0; i < ROWS; i++)
        want += rows[i].value_minor;
    assert_int_equal(sum, want);
    arena_clear(&arena);
}

/* Clients number 0 .. 1999, of whom even ones order twice. */
static void the_first_clients_are_a_fair_and_fixed_sample(void **state)
{
    struct replay_builder builder = {.rows = NULL};
    struct arena arena = {0};
    struct replay_history history;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        test_add(&builder, i, 0, i);
        if (i % 2 == 0)
            test_add(&builder, i, 1 + i % 7, i);
    }
    replay_finish(&builder, STR("EUR"), &arena, &history);
    struct replay_history sample = replay_sample(&history, 400);
    assert_int_equal(sample.client_count, 400);
    assert_int_equal(sample.visit_count, history.first[400]);
    assert_ptr_equal(sample.day, history.day);
    /* 600 visits expected, standard deviation 9 */
    assert_in_range(sample.visit_count, 560, 640);
    assert_int_equal(replay_sample(&history, 0).client_count, 2000);
    assert_int_equal(replay_sample(&history, 5000).client_count, 2000);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_of_one_day_are_one_visit),
        cmocka_unit_test(nothing_is_an_empty_history),
        cmocka_unit_test(the_order_of_rows_leaves_no_trace),
        cmocka_unit_test(the_first_clients_are_a_fair_and_fixed_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
