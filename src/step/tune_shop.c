/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tune: a detector proposed from the shop's own history. Reads the orders of a bounded sample of the clients (the first by
 * their drawn number, which is fair), replays them with core/tune.h and keeps what it found as a proposal; nothing else
 * changes until an admin has confirmed it. Runs when the first look at a history has been taken, and when asked to. */
#include <math.h>

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
#define DRAWS 9223372036854775808.0 /* 2^63: a drawn number lies below it */

struct history {
    struct replay_builder builder;
    size_t clients, orders;
    int64_t last_draw; /* of the sample's last client */
    bool all;          /* no client is left out */
};

static enum rc add_client(const struct step_env *env, const struct engagement *engagement, struct history *history)
{
    struct arena arena = {0};
    struct order *orders;
    size_t count;
    enum rc rc = read_orders(env, engagement->client_id, &arena, &orders, &count);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        int32_t day = (int32_t)time_day(orders[i].ordered_at, env->shop.time_zone);
        if (!order_is_visit(&orders[i]) || day < REPLAY_DAY_FIRST)
            continue;
        replay_add(&history->builder, engagement->client_id, day, order_value_minor(&orders[i]));
        history->orders++;
    }
    history->clients++;
    history->last_draw = engagement->draw;
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
    history->all = !is_full(history);
    buf_clear(&cursor);
    return rc;
}

static bool is_too_little(const struct replay_history *history)
{
    size_t gaps = history->visit_count - history->client_count;
    return history->client_count < FIT_CLIENTS_MIN || gaps < FIT_GAPS_MIN ||
           history->to_day - history->from_day < HISTORY_DAYS_MIN;
}

/* How many clients the shop has in all: drawn numbers lie evenly, so the last of the first so many tells. */
static size_t all_clients(const struct history *history)
{
    if (history->all)
        return history->clients;
    return (size_t)((double)history->clients * DRAWS / ((double)history->last_draw + 1));
}

static struct str proposal_text(const struct tune_result *result, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    tune_to_json(result, &out);
    struct str proposal = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return proposal;
}

static enum rc propose(const struct step_env *env, struct history *history, struct arena *arena, struct tuning *tuning)
{
    struct replay_history replayed;
    struct policy policy;
    replay_finish(&history->builder, env->shop.currency, arena, &replayed);
    tuning->status = TUNING_TOO_LITTLE;
    tuning->proposal = STR_NONE;
    if (is_too_little(&replayed))
        return RC_OK;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc != RC_OK)
        return rc;
    struct tune_options options = {.train_until = REPLAY_DAY_NONE,
                                   .same_rate_days = (double)NAN,
                                   .usual_gap_days = policy.usual_gap_days,
                                   .all_clients = all_clients(history),
                                   .has_current = true,
                                   .current = policy.detector,
                                   .current_threshold = policy.threshold};
    struct tune_result *result = arena_new(arena, 1, sizeof *result);
    tune_run(&replayed, &options, arena, result);
    if (!result->is_enough)
        return RC_OK;
    tuning->status = TUNING_PENDING;
    tuning->proposal = proposal_text(result, arena);
    return RC_OK;
}

enum rc tune_shop(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct tuning tuning;
    struct history history = {.last_draw = 0};
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
