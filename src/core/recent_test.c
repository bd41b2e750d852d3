/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "base/time_text.h"
#include "core/record.h"
#include "core/score.h"

#define DAY_0 1772409600000LL /* 2026-03-02, 00:00 UTC */
#define AT(day) (DAY_0 + (int64_t)((day)*86400000.0))

static struct order order_at(struct arena *arena, double day, int64_t value)
{
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.id = arena_printf(arena, "o%.3f", day);
    order.client_id = STR("c");
    order.ordered_at = AT(day);
    order.total_minor = value == I64_NONE ? 1 : value;
    order.total_shop_minor = value;
    return order;
}

static struct engagement sums_of(const struct order *orders, size_t count, int64_t now_ms, struct arena *arena)
{
    struct engagement sums;
    record_init(RECORD_ENGAGEMENT, &sums);
    score_sums(orders, count, STR("UTC"), &sums);
    sums.recent = recent_write(orders, count, STR("UTC"), now_ms, arena);
    return sums;
}

static void assert_text(struct str text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.ptr, expected, text.len);
}

static void the_text_holds_the_last_days_and_one_visit_before_them(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct {
        double days[4];
        size_t count;
        const char *text;
    } rows[] = {
        {{0}, 0, NULL},
        {{0}, 1, "[[1772409600,500]]"},                          /* long ago: the one before */
        {{0, 10, 90}, 3, "[[1773273600,500],[1780185600,500]]"}, /* now is day 200: one within */
        {{0, 79.9, 80, 199}, 4, "[[1779312960,500],[1779321600,500],[1789603200,500]]"}, /* day 80 is 120 days ago */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct order orders[4];
        for (size_t k = 0; k < rows[i].count; k++)
            orders[k] = order_at(&arena, rows[i].days[k], 500);
        struct str text = recent_write(orders, rows[i].count, STR("UTC"), AT(200), &arena);
        if (rows[i].text == NULL)
            assert_true(str_is_none(text));
        else
            assert_text(text, rows[i].text);
    }
    arena_clear(&arena);
}

static void an_unknown_value_is_null_and_orders_of_one_day_are_one_visit(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct order orders[] = {order_at(&arena, 1.5, I64_NONE), order_at(&arena, 2.25, 300), order_at(&arena, 2.75, 50)};
    struct engagement now = sums_of(orders, 3, AT(3), &arena), then[4];
    assert_text(now.recent, "[[1772539200,null],[1772647200,350]]");
    assert_int_equal(recent_silences(&now, then, 4), 2);
    assert_int_equal(then[1].visits, 1);
    assert_int_equal(then[1].value_minor, 0);
    assert_int_equal(then[1].valued, 0);
    assert_int_equal(then[1].last_at, AT(1.5));
    assert_int_equal(then[1].first_at, AT(1.5));
    arena_clear(&arena);
}

static void at_most_so_many_visits_are_kept_the_latest(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct order orders[100];
    for (int i = 0; i < 100; i++)
        orders[i] = order_at(&arena, i, 100 + i);
    struct engagement now = sums_of(orders, 100, AT(100), &arena), then[200];
    size_t count = recent_silences(&now, then, 200);
    assert_int_equal(count, RECENT_MAX);
    assert_int_equal(then[count - 1].last_at, AT(100 - RECENT_MAX));
    arena_clear(&arena);
}

/* The promise: what is worked out backwards is what the sums were. */
static void each_past_silence_has_the_sums_it_had_then(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 5);
    for (int round = 0; round < 2000; round++) {
        struct arena arena = {0};
        struct order orders[60];
        size_t count = 1 + (size_t)(rand_unit(&random) * 59);
        double day = rand_unit(&random) * 100;
        for (size_t i = 0; i < count; i++, day += 1 + (double)(int64_t)(rand_exponential(&random, 0.2) * 86400) / 86400)
            orders[i] = order_at(&arena, (double)(int64_t)(day * 86400) / 86400,
                                 rand_unit(&random) < 0.2 ? I64_NONE : (int64_t)(rand_unit(&random) * 9000));
        int64_t now_ms = orders[count - 1].ordered_at + (int64_t)(rand_unit(&random) * 40 * 86400000.0);
        struct engagement now = sums_of(orders, count, now_ms, &arena), then[RECENT_MAX];
        size_t silences = recent_silences(&now, then, RECENT_MAX);
        assert_true(silences >= 1 && silences <= count);
        for (size_t i = 0; i < silences; i++) {
            struct engagement sums;
            record_init(RECORD_ENGAGEMENT, &sums);
            score_sums(orders, count - i, STR("UTC"), &sums); /* every order is a day of its own */
            assert_int_equal(then[i].visits, sums.visits);
            assert_int_equal(then[i].first_at, sums.first_at);
            assert_true(then[i].last_at / 1000 == sums.last_at / 1000);
            assert_int_equal(then[i].value_minor, sums.value_minor);
            assert_int_equal(then[i].valued, sums.valued);
        }
        if (silences < count && silences < RECENT_MAX) /* what is left out ended before the days that are kept */
            assert_true(orders[count - silences].ordered_at < now_ms - (RECENT_DAYS - 1) * TIME_DAY_MS);
        arena_clear(&arena);
    }
}

static void a_text_that_is_not_sound_gives_the_present_silence_alone(void **state)
{
    (void)state;
    const char *const texts[] = {"",
                                 "[",
                                 "[]",
                                 "{}",
                                 "[[1]]",
                                 "[[1772582400,5],[1772668800,7]",
                                 "[[1772582400,5],[1772668800,7]]x",
                                 "[[1772582400,5],[1772668801,7]]", /* not where the client's last one was */
                                 "[[1772668900,5],[1772668800,7]]", /* not in order */
                                 "[[1,1],[2,1],[1772582400,5],[1772668800,7]]", /* more than there were */
                                 "[[1772582400,5],[1772668800,12345678901234567890]]",
                                 "[[1772582400,],[1772668800,7]]"};
    struct arena arena = {0};
    struct order orders[] = {order_at(&arena, 1, 1), order_at(&arena, 2, 5), order_at(&arena, 3, 7)};
    struct engagement now = sums_of(orders, 3, AT(4), &arena), then[8];
    now.recent = STR("[[1772582400,5],[1772668800,7]]");
    assert_int_equal(recent_silences(&now, then, 8), 2);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        now.recent = str_of(texts[i]);
        assert_int_equal(recent_silences(&now, then, 8), 1);
        assert_int_equal(then[0].last_at, AT(3));
    }
    now.recent = STR_NONE;
    assert_int_equal(recent_silences(&now, then, 8), 1);
    now.visits = 0;
    assert_int_equal(recent_silences(&now, then, 8), 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_holds_the_last_days_and_one_visit_before_them),
        cmocka_unit_test(an_unknown_value_is_null_and_orders_of_one_day_are_one_visit),
        cmocka_unit_test(at_most_so_many_visits_are_kept_the_latest),
        cmocka_unit_test(each_past_silence_has_the_sums_it_had_then),
        cmocka_unit_test(a_text_that_is_not_sound_gives_the_present_silence_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
