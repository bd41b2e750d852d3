/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tune: a detector proposed from the shop's own history. Reads the orders of a bounded sample of the clients (the first by
 * their drawn number, which is fair), replays them with core/tune.h and keeps what it found as a proposal; nothing else
 * changes until an admin has confirmed it. Runs when the first look at a history has been taken, and when asked to. */
#include "base/log.h"
#include "core/fit.h"
#include "core/order.h"
#include "core/tune.h"
#include "step/audit.h"
#include "step/reads.h"
#include "step/steps.h"
#include "step/tuning_setting.h"

#define ORDERS_MAX 1000000 /* a shop of long histories is told by fewer clients */
#define HISTORY_DAYS_MIN 180

struct history {
    struct replay_builder builder;
    size_t clients, orders;
};

static enum rc add_client(const struct step_env *env, const struct engagement *engagement, struct history *history)
{
    struct arena arena = {0};
    struct order *orders;
    size_t count;
    enum rc rc = read_orders(env, engagement->client_id, &arena, &orders, &count);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (!order_is_visit(&orders[i]))
            continue;
        replay_add(&history->builder, engagement->client_id,
                   (int32_t)time_day(orders[i].ordered_at, env->shop.time_zone), order_value_minor(&orders[i]));
        history->orders++;
    }
    history->clients++;
    arena_clear(&arena);
    return rc;
}

static bool is_full(const struct history *history)
{
    return history->clients >= TUNE_SAMPLE_CLIENTS || history->orders >= ORDERS_MAX;
}

/* Who objects to profiling is no part of it. */
static enum rc add_page(const struct step_env *env, const struct engagement *engagements, size_t count,
                        struct history *history)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK && !is_full(history); i++)
        if (engagements[i].visits > 0 && engagements[i].profiled)
            rc = add_client(env, &engagements[i], history);
    return rc;
}

static enum rc read_history(const struct step_env *env, struct history *history)
{
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_DRAW);
    struct buf cursor = {0};
    enum rc rc;
    do {
        struct arena arena = {0};
        struct store_page page;
        rc = store_list(env->store, &query, &arena, &page);
        if (rc == RC_OK)
            rc = add_page(env, page.items, page.count, history);
        query.cursor = STR_NONE;
        if (rc == RC_OK && !str_is_none(page.cursor)) {
            buf_reset(&cursor);
            buf_add(&cursor, page.cursor);
            query.cursor = buf_str(&cursor);
        }
        arena_clear(&arena);
    } while (rc == RC_OK && !str_is_none(query.cursor) && !is_full(history));
    buf_clear(&cursor);
    return rc;
}

static bool is_too_little(const struct replay_history *history)
{
    size_t gaps = history->visit_count - history->client_count;
    return history->client_count < FIT_CLIENTS_MIN || gaps < FIT_GAPS_MIN ||
           history->to_day - history->from_day < HISTORY_DAYS_MIN;
}

static enum rc propose(const struct step_env *env, struct history *history, struct arena *arena, struct tuning *tuning)
{
    struct replay_history replayed;
    replay_finish(&history->builder, env->shop.currency, arena, &replayed);
    tuning->proposal = STR_NONE;
    tuning->status = is_too_little(&replayed) ? TUNING_TOO_LITTLE : TUNING_NONE;
    return RC_OK;
}

enum rc tune_shop(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct tuning tuning;
    struct history history = {.clients = 0};
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    int64_t began = clock_mono();
    batch_init(batch);
    batch_ack(batch, job);
    enum rc rc = tuning_read(env, arena, &tuning);
    if (rc != RC_OK)
        return rc;
    if (tuning.status != TUNING_RUNNING && !tuning_runs_itself(&tuning))
        return batch_commit(env, batch);
    if (tuning.status != TUNING_RUNNING) { /* nobody asked: by itself */
        tuning.asked_at = clock_now(env->clock);
        tuning.by = AUDIT_ACTOR_SELF;
    }
    rc = read_history(env, &history);
    if (rc == RC_OK)
        rc = propose(env, &history, arena, &tuning);
    replay_builder_clear(&history.builder);
    if (rc != RC_OK)
        return rc;
    tuning.made_at = clock_now(env->clock);
    tuning_put(env, &tuning, batch, arena);
    rc = batch_commit(env, batch);
    if (rc == RC_OK)
        log_info("shop_tuned", "status=" LOG_STR " clients=%zu orders=%zu ms=%lld",
                 LOG_ARG(field_enum_word(TUNING_STATUS_WORDS, tuning.status)), history.clients, history.orders,
                 (long long)(clock_mono() - began));
    return rc;
}
