/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Histories for the tests of this folder: written out by hand, or drawn from a model. Header only. */
#ifndef REKINDLE_CORE_TEST_HISTORY_H
#define REKINDLE_CORE_TEST_HISTORY_H

#include <math.h>
#include <stdio.h>

#include "base/time_text.h"
#include "core/field.h"
#include "core/replay.h"
#include "core/simulate_visits.h"

#define TEST_FROM_DAY 19000

struct test_visit {
    int client;
    int day; /* from TEST_FROM_DAY on */
    int64_t value_minor;
};

static inline void test_add(struct replay_builder *builder, int client, int day, int64_t value_minor)
{
    char id[32];
    snprintf(id, sizeof id, "client-%d", client);
    replay_add(builder, str_of(id), TEST_FROM_DAY + day, value_minor);
}

static inline struct replay_history test_history(const struct test_visit *visits, size_t count, struct arena *arena)
{
    struct replay_builder builder = {.rows = NULL};
    struct replay_history history;
    for (size_t i = 0; i < count; i++)
        test_add(&builder, visits[i].client, visits[i].day, visits[i].value_minor);
    replay_finish(&builder, STR("EUR"), arena, &history);
    return history;
}

/* A shop of `clients` over `days`, whose first visits lie in the first `spread` days. */
struct test_shop {
    int clients, days, spread;
    struct simulate_model model;
    uint64_t seed;
};

static inline void test_add_client(const struct test_shop *shop, const struct simulate_plan *plan, int number,
                                   struct replay_builder *builder)
{
    struct simulate_habit habit;
    simulate_habit_draw(&habit, &shop->model, shop->seed, number);
    double log_value = 3.4 + 0.6 * rand_normal(&habit.random);
    int64_t at = plan->from_ms + (int64_t)(rand_unit(&habit.random) * shop->spread * (double)TIME_DAY_MS);
    while (at < plan->to_ms) {
        bool unknown = rand_unit(&habit.random) < shop->model.unknown_value;
        double value = 100 * exp(log_value + 0.4 * rand_normal(&habit.random));
        test_add(builder, number, (int)(at / TIME_DAY_MS) - TEST_FROM_DAY, unknown ? I64_NONE : (int64_t)value);
        if (rand_unit(&habit.random) < habit.leaves)
            return;
        at = simulate_next(plan, &habit, at);
    }
}

static inline struct replay_history test_shop_history(const struct test_shop *shop, struct arena *arena)
{
    struct replay_builder builder = {.rows = NULL};
    struct replay_history history;
    struct simulate_plan plan;
    int64_t from = TEST_FROM_DAY * TIME_DAY_MS;
    simulate_plan_init(&plan, &shop->model, from, from + shop->days * TIME_DAY_MS, STR("UTC"), arena);
    for (int i = 0; i < shop->clients; i++)
        test_add_client(shop, &plan, i, &builder);
    replay_finish(&builder, STR("EUR"), arena, &history);
    return history;
}

#endif
