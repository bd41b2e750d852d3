/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/simulate_trial.c: the due moments are the score's, the arms are the holdout's, and the effect is the one
 * that was asked for and touches nothing else. */
#include "core/simulate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/holdout.h"
#include "core/policy.h"
#include "core/record.h"
#include "core/score.h"

#define FROM 1700000000000
#define TO (FROM + 730 * TIME_DAY_MS)
#define WINDOW_MS (SIMULATE_WINDOW_DAYS * TIME_DAY_MS)
#define SALT STR("a0b1")

static void simulate(int64_t clients, double effect, double share, struct arena *arena, struct simulate *out)
{
    struct simulate_trial trial = {.effect = effect, .holdout_share = share, .salt = SALT};
    struct simulate_options options = {.clients = clients,
                                       .seed = 5,
                                       .from_ms = FROM,
                                       .to_ms = TO,
                                       .zone = STR_INIT("Europe/London"),
                                       .currency = STR_INIT("EUR"),
                                       .trial = &trial};
    simulate_shop(&options, arena, out);
}

/* The client's orders before the due moment, in the order of time; returns the first visit after it in *back_at. */
static size_t history_of(const struct simulate *shop, const struct simulate_episode *episode, struct order *history,
                         int64_t *back_at)
{
    size_t count = 0;
    *back_at = TIME_NONE;
    for (size_t i = 0; i < shop->order_count; i++) {
        const struct order *order = &shop->orders[i];
        if (!str_equal(order->client_id, shop->clients[episode->client].id) || !order_is_visit(order))
            continue;
        if (order->ordered_at < episode->due_at)
            history[count++] = *order;
        else if (*back_at == TIME_NONE)
            *back_at = order->ordered_at;
    }
    return count;
}

static double score_of(const struct engagement *sums, const struct scale *scale, int64_t at_ms)
{
    struct policy policy;
    struct score score;
    policy_default(&policy, STR(""));
    score_at(sums, scale, &policy.detector, at_ms, &score);
    return score.total;
}

static void an_episode_begins_when_the_score_first_falls_under_the_threshold(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate shop;
    enum { MOST = 1000 };
    static struct order history[MOST];
    simulate(200, 0, 0.2, &arena, &shop);
    assert_true(shop.outcome.episode_count > 100);
    for (size_t i = 0; i < shop.outcome.episode_count; i++) {
        const struct simulate_episode *episode = &shop.outcome.episodes[i];
        struct engagement sums = {0};
        int64_t back_at;
        size_t count = history_of(&shop, episode, history, &back_at);
        for (size_t n = 1; n <= count; n++) { /* never under it before, however long the silences were */
            score_sums(history, n, STR("Europe/London"), &sums);
            assert_true(score_of(&sums, &shop.outcome.scale, n < count ? history[n].ordered_at : episode->due_at - 1) >=
                        50);
        }
        assert_true(score_of(&sums, &shop.outcome.scale, episode->due_at) < 50);
        assert_int_equal(episode->alone, back_at != TIME_NONE && back_at <= episode->due_at + WINDOW_MS);
        assert_int_equal(episode->arm, holdout_arm(SALT, shop.clients[episode->client].id, 0.2));
        assert_true(episode->email_made_at == TIME_NONE);
    }
    arena_clear(&arena);
}

static void the_effect_adds_orders_and_touches_nothing_else(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct simulate without, with;
    size_t made = 0, seen = 0;
    simulate(500, 0, 0.3, &arena, &without);
    simulate(500, 0.2, 0.3, &arena, &with);
    assert_int_equal(with.outcome.episode_count, without.outcome.episode_count);
    for (size_t i = 0; i < with.outcome.episode_count; i++) {
        const struct simulate_episode *a = &with.outcome.episodes[i], *b = &without.outcome.episodes[i];
        assert_true(a->client == b->client && a->due_at == b->due_at && a->arm == b->arm && a->alone == b->alone);
        if (a->email_made_at == TIME_NONE)
            continue;
        made++;
        assert_true(a->arm == ARM_TREATED && !a->alone);
        assert_true(a->email_made_at > a->due_at && a->email_made_at <= a->due_at + WINDOW_MS);
    }
    assert_true(made > 30);
    assert_int_equal(with.order_count, without.order_count + made);
    for (size_t i = 0; i < with.order_count; i++) { /* in the order of time: leave out what the email made */
        const struct order *order = &with.orders[i];
        if (seen < without.order_count && order->ordered_at == without.orders[seen].ordered_at &&
            str_equal(order->client_id, without.orders[seen].client_id)) {
            assert_int_equal(order->total_minor, without.orders[seen].total_minor);
            assert_int_equal(order->status, without.orders[seen++].status);
            continue;
        }
        assert_true(order_is_visit(order) && order_value_minor(order) > 0);
    }
    assert_int_equal(seen, without.order_count);
    arena_clear(&arena);
}

static void the_rates_of_the_arms_differ_by_the_effect(void **state)
{
    (void)state;
    static const double EFFECTS[] = {0, 0.03, 0.10};
    for (size_t e = 0; e < sizeof EFFECTS / sizeof EFFECTS[0]; e++) {
        struct arena arena = {0};
        struct simulate shop;
        double people[2] = {0}, back[2] = {0}, alone = 0;
        simulate(20000, EFFECTS[e], 0.5, &arena, &shop);
        for (size_t i = 0; i < shop.outcome.episode_count; i++) {
            const struct simulate_episode *episode = &shop.outcome.episodes[i];
            if (episode->due_at + WINDOW_MS >= TO)
                continue;
            int treated = episode->arm == ARM_TREATED;
            people[treated]++;
            back[treated] += episode->alone || episode->email_made_at != TIME_NONE;
            alone += treated && episode->alone;
        }
        double rate = back[1] / people[1], without = alone / people[1], control = back[0] / people[0];
        assert_true(people[0] > 5000 && people[1] > 5000);
        double error = sqrt(EFFECTS[e] / people[1]); /* of the email's own share */
        assert_true(fabs(rate - without - EFFECTS[e]) <= 3 * error);
        error = sqrt(control * (1 - control) * (1 / people[0] + 1 / people[1]));
        assert_true(fabs(without - control) < 3 * error);
        arena_clear(&arena);
    }
}

/* One order, silent for ever: due where the crossing says. Back before that: not due in that silence. */
static void a_return_before_the_crossing_is_no_episode(void **state)
{
    (void)state;
    struct scale scale = {.gap_days = 70, .value_minor = 3500, .chance_r = NAN};
    struct order orders[3];
    for (int i = 0; i < 3; i++) {
        record_init(RECORD_ORDER, &orders[i]);
        orders[i].ordered_at = FROM + i * 50 * TIME_DAY_MS;
        orders[i].total_minor = orders[i].total_shop_minor = 3500;
        orders[i].status = ORDER_SHIPPED;
    }
    int64_t back_at, once = simulate_first_due(orders, 1, STR("UTC"), &scale, TO, &back_at);
    assert_true(fabs((double)(once - FROM) / (double)TIME_DAY_MS - 55.782100) <
                1e-6); /* the known answer of the score */
    assert_true(back_at == TIME_NONE);
    assert_true(simulate_first_due(orders, 3, STR("UTC"), &scale, TO, &back_at) > orders[2].ordered_at);
    orders[1].status = ORDER_CANCELLED; /* does not end the silence */
    assert_true(simulate_first_due(orders, 3, STR("UTC"), &scale, TO, &back_at) == once);
    assert_true(back_at == orders[2].ordered_at);
    assert_true(simulate_first_due(orders, 1, STR("UTC"), &scale, once, &back_at) == TIME_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_episode_begins_when_the_score_first_falls_under_the_threshold),
        cmocka_unit_test(the_effect_adds_orders_and_touches_nothing_else),
        cmocka_unit_test(the_rates_of_the_arms_differ_by_the_effect),
        cmocka_unit_test(a_return_before_the_crossing_is_no_episode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
