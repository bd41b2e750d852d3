/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What must hold for any history, shop and detector, of whatever kind. */
#include "core/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "core/record.h"

enum { ROUNDS = 10000, ORDERS_MAX = 40 };
#define BEGIN 1700000000000LL
#define FAR (36500 * TIME_DAY_MS) /* the end of what is looked at */

struct world {
    struct engagement sums;
    struct scale scale;
    struct detector detector;
    double threshold;
};

static struct world random_world(struct rand_stream *random, int kind)
{
    struct world world = {.threshold = 10 + 80 * rand_unit(random)};
    int64_t visits = 1 + (int64_t)(rand_u64(random) % 60);
    double span = visits == 1 ? 0 : (double)visits * rand_exponential(random, 1.0 / 40);
    world.sums.visits = visits;
    world.sums.valued = (int64_t)(rand_u64(random) % (uint64_t)(visits + 1));
    world.sums.first_at = BEGIN;
    world.sums.last_at = BEGIN + (int64_t)(span * (double)TIME_DAY_MS);
    world.sums.value_minor = (int64_t)(rand_u64(random) % 500000);
    world.scale.gap_days = 3 + 400 * rand_unit(random);
    world.scale.value_minor = rand_u64(random) % 8 ? 100 + 20000 * rand_unit(random) : (double)NAN;
    world.scale.chance_r = exp(-2 + 3 * rand_unit(random));
    world.scale.chance_alpha_days = exp(1 + 5 * rand_unit(random));
    world.scale.chance_a = exp(-2 + 3 * rand_unit(random));
    world.scale.chance_b = exp(-1 + 3 * rand_unit(random));
    world.scale.return_days = rand_u64(random) % 4 ? 20 + 800 * rand_unit(random) : (double)NAN;
    world.detector.kind = kind;
    world.detector.base_days = 30 + 330 * rand_unit(random);
    world.detector.rhythm_power = 0.5 * rand_unit(random);
    world.detector.fade_gaps = 4 + 5 * rand_unit(random);
    world.detector.frequency_days = world.detector.base_days / 3;
    world.detector.chance = 0.001 + 0.899 * pow(rand_unit(random), 2);
    return world;
}

static struct score score_of(const struct world *world, int64_t at_ms)
{
    struct score score;
    score_at(&world->sums, &world->scale, &world->detector, at_ms, &score);
    return score;
}

static int64_t some_time(struct rand_stream *random)
{
    return (int64_t)(pow(rand_unit(random), 3) * 2000 * (double)TIME_DAY_MS);
}

static void the_score_is_within_0_and_100_its_parts_add_up_and_silence_lowers_it(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 21);
    for (int i = 0; i < ROUNDS; i++) {
        struct world world = random_world(&random, i % 3);
        int64_t at = world.sums.last_at + some_time(&random);
        struct score now = score_of(&world, at), later = score_of(&world, at + TIME_HOUR_MS + some_time(&random));
        double sum = now.rhythm + now.frequency + now.value;
        assert_memory_equal(&sum, &now.total, sizeof sum);
        assert_true(now.rhythm >= 0 && now.rhythm <= 50);
        assert_true(now.frequency >= 0 && now.frequency <= 30);
        assert_true(now.value >= 0 && now.value <= 20);
        assert_true(now.total >= 0 && now.total <= 100);
        assert_true(later.total < now.total);
    }
}

static double chance_at(const struct world *world, int64_t at_ms)
{
    struct chance_model model = scale_chance_model(&world->scale);
    struct chance_client client = score_chance_client(&world->sums, at_ms);
    return chance_order_within(&model, &client, 30);
}

/* Below from `at` on and not a millisecond before, as the kind means it. */
static void expect_crossing(const struct world *world, int64_t at)
{
    int64_t last = world->sums.last_at;
    assert_true(at >= last && at <= last + FAR);
    if (at < last + FAR) /* else never within a century */
        assert_true(score_of(world, at).total < world->threshold);
    if (at > last)
        assert_true(score_of(world, at - 1).total >= world->threshold);
}

static void expect_chance_crossing(const struct world *world, int64_t at)
{
    int64_t last = world->sums.last_at;
    int64_t earliest = last + (int64_t)ceil(world->scale.gap_days / 2 * (double)TIME_DAY_MS);
    double most = isnan(world->scale.return_days) ? 36500 : world->scale.return_days;
    int64_t latest = last + (int64_t)ceil(most * (double)TIME_DAY_MS);
    latest = latest > earliest ? latest : earliest;
    assert_true(at >= earliest && at <= latest);
    if (at < latest)
        assert_true(chance_at(world, at) < world->detector.chance);
    if (at > earliest)
        assert_true(chance_at(world, at - 1) >= world->detector.chance);
}

static void the_due_instant_is_the_crossing_to_the_millisecond_for_every_kind(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 22);
    int inside = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct world world = random_world(&random, i % 3);
        int64_t at = score_due(&world.sums, &world.scale, &world.detector, world.threshold);
        struct engagement filled = world.sums;
        score_crossings(&world.scale, &world.detector, world.threshold, &filled);
        assert_int_equal(filled.due_at, at);
        if (world.detector.kind == DETECTOR_CHANCE)
            expect_chance_crossing(&world, at);
        else
            expect_crossing(&world, at);
        inside += at > world.sums.last_at && at < world.sums.last_at + FAR;
    }
    assert_true(inside > ROUNDS / 2);
}

/* The kind without a rhythm of one's own: no gap of the client's or fade matters, and the two other parts do not fall. */
static void plain_rfm_knows_no_rhythm(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 23);
    for (int i = 0; i < 1000; i++) {
        struct world world = random_world(&random, DETECTOR_RFM), other;
        int64_t at = world.sums.last_at + some_time(&random);
        struct score now = score_of(&world, at), fresh = score_of(&world, world.sums.last_at);
        other = world;
        other.detector.rhythm_power = 0.5 - world.detector.rhythm_power;
        other.detector.fade_gaps = 13 - world.detector.fade_gaps;
        struct score same = score_of(&other, at);
        assert_memory_equal(&same.total, &now.total, sizeof now.total);
        assert_true(fabs(now.value - fresh.value) <= 0);
        double expected = 50 * exp2(-now.silence_days / world.detector.base_days);
        assert_true(fabs(now.rhythm - expected) < 1e-12 * (1 + expected));
    }
}

/* --- sums ---------------------------------------------------------------------------------------------------------- */
struct history {
    char ids[ORDERS_MAX][24];
    struct order orders[ORDERS_MAX];
    size_t count;
};

static void random_history(struct rand_stream *random, struct history *history)
{
    history->count = rand_u64(random) % (ORDERS_MAX + 1);
    for (size_t i = 0; i < history->count; i++) {
        struct order *order = &history->orders[i];
        record_init(RECORD_ORDER, order);
        snprintf(history->ids[i], sizeof history->ids[i], "o%zu", i);
        order->id = str_of(history->ids[i]);
        order->ordered_at = BEGIN + (int64_t)(rand_unit(random) * 60 * (double)TIME_DAY_MS) / 600000 * 600000;
        order->status = (int)(rand_u64(random) % 5 ? rand_u64(random) % 2 : rand_u64(random) % 4);
        order->automatic = rand_u64(random) % 10 == 0;
        order->quarantined = rand_u64(random) % 20 == 0;
        order->total_minor = (int64_t)(rand_u64(random) % 10000);
        order->total_shop_minor = rand_u64(random) % 5 ? order->total_minor : I64_NONE;
    }
}

static void shuffle(struct rand_stream *random, struct history *history)
{
    for (size_t i = history->count; i > 1; i--) {
        size_t j = rand_u64(random) % i;
        struct order kept = history->orders[i - 1];
        history->orders[i - 1] = history->orders[j];
        history->orders[j] = kept;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    return x->ordered_at != y->ordered_at ? (x->ordered_at < y->ordered_at ? -1 : 1) : str_compare(x->id, y->id);
}

static struct engagement from_scratch(const struct history *history, struct str zone)
{
    struct engagement sums;
    record_init(RECORD_ENGAGEMENT, &sums);
    score_sums(history->orders, history->count, zone, &sums);
    return sums;
}

static void expect_same_sums(const struct engagement *a, const struct engagement *b)
{
    assert_int_equal(a->visits, b->visits);
    assert_int_equal(a->first_at, b->first_at);
    assert_int_equal(a->last_at, b->last_at);
    assert_int_equal(a->value_minor, b->value_minor);
    assert_int_equal(a->valued, b->valued);
}

static const struct str ZONES[] = {STR_INIT("UTC"), STR_INIT("Europe/Stockholm"), STR_INIT("America/Sao_Paulo"),
                                   STR_INIT("Asia/Kathmandu")};

static void the_order_of_input_does_not_matter(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 24);
    for (int i = 0; i < ROUNDS; i++) {
        struct history history;
        struct str zone = ZONES[i % 4];
        random_history(&random, &history);
        struct engagement first = from_scratch(&history, zone);
        shuffle(&random, &history);
        struct engagement second = from_scratch(&history, zone);
        assert_true(record_equal(RECORD_ENGAGEMENT, &first, &second));
    }
}

/* One visit after the other, days told apart here by the calendar alone, and after each the sums from all orders so far. */
static void adding_visit_by_visit_equals_summing_from_scratch(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 25);
    for (int round = 0; round < ROUNDS; round++) {
        struct history history, so_far = {.count = 0};
        struct str zone = ZONES[round % 4];
        struct engagement sums = {.visits = 0};
        random_history(&random, &history);
        qsort(history.orders, history.count, sizeof history.orders[0], by_time);
        for (size_t i = 0; i < history.count;) {
            int64_t day = time_day(history.orders[i].ordered_at, zone), at = TIME_NONE, value = I64_NONE;
            for (; i < history.count && time_day(history.orders[i].ordered_at, zone) == day; i++) {
                const struct order *order = &history.orders[i];
                so_far.orders[so_far.count++] = *order;
                if (!order_is_visit(order))
                    continue;
                at = order->ordered_at;
                if (order_value_minor(order) != I64_NONE)
                    value = (value == I64_NONE ? 0 : value) + order_value_minor(order);
            }
            if (at != TIME_NONE)
                score_sums_add(&sums, at, value);
            struct engagement all = from_scratch(&so_far, zone);
            if (sums.visits == 0)
                assert_int_equal(all.visits, 0);
            else
                expect_same_sums(&sums, &all);
        }
    }
}

static void visits_are_the_days_with_counting_orders(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 26);
    for (int round = 0; round < 1000; round++) {
        struct history history;
        struct score_visit visits[ORDERS_MAX];
        struct engagement sums = {.visits = 0};
        random_history(&random, &history);
        size_t count = score_visits(history.orders, history.count, ZONES[round % 4], visits);
        for (size_t i = 0; i < count; i++) {
            assert_true(i == 0 ||
                        time_day(visits[i].at, ZONES[round % 4]) > time_day(visits[i - 1].at, ZONES[round % 4]));
            score_sums_add(&sums, visits[i].at, visits[i].value_minor);
        }
        struct engagement all = from_scratch(&history, ZONES[round % 4]);
        assert_int_equal(all.visits, count);
        if (count > 0)
            expect_same_sums(&sums, &all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_score_is_within_0_and_100_its_parts_add_up_and_silence_lowers_it),
        cmocka_unit_test(the_due_instant_is_the_crossing_to_the_millisecond_for_every_kind),
        cmocka_unit_test(plain_rfm_knows_no_rhythm),
        cmocka_unit_test(the_order_of_input_does_not_matter),
        cmocka_unit_test(adding_visit_by_visit_equals_summing_from_scratch),
        cmocka_unit_test(visits_are_the_days_with_counting_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
