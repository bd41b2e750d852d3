/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/simulate_visits.c: what the model states is what one counts in the history. */
#include "core/simulate_visits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/time_text.h"

#define FROM 1700000000000
#define YEARS(n) ((n)*365 * TIME_DAY_MS)

struct seen {
    double gaps, mean, deviation; /* days */
    double orders, clients;       /* orders over all clients */
    double december, august;      /* orders in those months, after the first year */
};

static void count_month(struct seen *seen, int64_t at_ms)
{
    int month = time_month(at_ms, STR("UTC"));
    seen->december += month == 12;
    seen->august += month == 8;
}

static struct seen watch(const struct simulate_model *model, int64_t clients, int64_t span_ms)
{
    struct arena arena = {0};
    struct simulate_plan plan;
    struct seen seen = {.clients = (double)clients};
    double squares = 0;
    simulate_plan_init(&plan, model, FROM, FROM + span_ms, STR("UTC"), &arena);
    for (int64_t i = 0; i < clients; i++) {
        struct simulate_habit habit;
        simulate_habit_draw(&habit, model, 1, i);
        for (int64_t at = FROM, next; at < plan.to_ms; at = next) {
            seen.orders++;
            next = simulate_next(&plan, &habit, at);
            assert_true(next > at);
            if (next >= plan.to_ms)
                break;
            double gap = (double)(next - at) / (double)TIME_DAY_MS;
            seen.gaps++;
            seen.mean += gap;
            squares += gap * gap;
            if (next >= FROM + YEARS(1))
                count_month(&seen, next);
        }
    }
    seen.mean /= seen.gaps;
    seen.deviation = sqrt(squares / seen.gaps - seen.mean * seen.mean);
    arena_clear(&arena);
    return seen;
}

/* Clients all alike who never leave, so that the gaps are the model's and nothing else. */
static void gaps_have_the_stated_mean_and_regularity(void **state)
{
    (void)state;
    static const struct {
        double gap_days, gap_shape;
        bool seasonal;
    } rows[] = {{7, 1, false}, {7, 9, false}, {30, 1, true}, {30, 4, true}, {40, 0.5, false}, {400, 4, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct simulate_model model = {.gap_days = rows[i].gap_days,
                                       .gap_shape = rows[i].gap_shape,
                                       .seasonal = rows[i].seasonal,
                                       .rate_shape = 1e9,
                                       .leave_beta = 1};
        double expected = rows[i].gap_days / (rows[i].seasonal ? simulate_season_mean() : 1);
        struct seen seen = watch(&model, 100, YEARS(100));
        assert_true(fabs(seen.mean / expected - 1) < 0.03);
        double spread = seen.deviation / seen.mean * sqrt(rows[i].gap_shape);
        assert_true(fabs(spread - 1) < (rows[i].seasonal ? 0.10 : 0.03));
    }
}

static void december_sells_more_than_august_whatever_the_regularity(void **state)
{
    (void)state;
    static const double SHAPES[] = {1, 3, 20};
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        struct simulate_model model = SIMULATE_MODEL;
        model.gap_shape = SHAPES[i];
        model.leave_alpha = 0;
        struct seen seasonal = watch(&model, 1000, YEARS(4));
        assert_true(fabs(seasonal.december / seasonal.august / (1.00 / 0.59) - 1) < 0.08);
        model.seasonal = false;
        struct seen flat = watch(&model, 1000, YEARS(4));
        assert_true(fabs(flat.december / flat.august - 1) < 0.08);
    }
}

/* A client orders once and again with probability 1 - leaves while time is left: with a beta of mean m, E(1 / leaves) orders. */
static void clients_leave_as_often_as_stated(void **state)
{
    (void)state;
    struct simulate_model model = {
        .gap_days = 1, .gap_shape = 1, .rate_shape = 50, .leave_alpha = 30, .leave_beta = 70, .seasonal = false};
    struct seen seen = watch(&model, 20000, YEARS(3));
    assert_true(fabs(seen.orders / seen.clients / (99.0 / 29.0) - 1) < 0.03);
    model.leave_alpha = 0;
    seen = watch(&model, 200, YEARS(1));
    assert_true(fabs(seen.orders / seen.clients / 366 - 1) < 0.05);
}

/* Over clients the rate is a gamma: the number of orders has the spread of a negative binomial. */
static void a_small_rate_shape_makes_clients_differ(void **state)
{
    (void)state;
    static const double SHAPES[] = {0.5, 2, 50};
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        struct simulate_model model = {.gap_days = 36.5, .gap_shape = 1, .rate_shape = SHAPES[i], .leave_beta = 1};
        struct arena arena = {0};
        struct simulate_plan plan;
        double sum = 0, squares = 0;
        enum { CLIENTS = 20000 };
        simulate_plan_init(&plan, &model, FROM, FROM + YEARS(1), STR("UTC"), &arena);
        for (int64_t c = 0; c < CLIENTS; c++) {
            struct simulate_habit habit;
            double orders = 0;
            simulate_habit_draw(&habit, &model, 3, c);
            for (int64_t at = FROM; (at = simulate_next(&plan, &habit, at)) < plan.to_ms;)
                orders++;
            sum += orders;
            squares += orders * orders;
        }
        double mean = sum / CLIENTS, variance = squares / CLIENTS - mean * mean;
        assert_true(fabs(mean / 10 - 1) < 0.05);
        assert_true(fabs(variance / (10 + 100 / SHAPES[i]) - 1) < 0.08);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_have_the_stated_mean_and_regularity),
        cmocka_unit_test(december_sells_more_than_august_whatever_the_regularity),
        cmocka_unit_test(clients_leave_as_often_as_stated),
        cmocka_unit_test(a_small_rate_shape_makes_clients_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
