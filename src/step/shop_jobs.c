/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shop's daily jobs: publish its scale, learn the usual order rate, tidy. Each puts itself again for the start of the
 * next day in the shop's zone. */
#include "step/shop_jobs.h"
#include "base/log.h"
#include "core/call.h"
#include "core/feed_watch.h"
#include "step/batch.h"
#include "step/fit_shop.h"
#include "step/outbound.h"
#include "step/reads.h"
#include "step/settings.h"
#include "step/steps.h"
#include "step/walk.h"

#define TIDY_AT_ONCE 88 /* of four kinds, a quarter each */
#define FEED_WEEKS 8
#define FEED_PAGES_MAX 200 /* of 200 orders: a bound on the cost for a large shop */
#define ANSWERS_KEPT_MS TIME_DAY_MS

static int64_t next_day(const struct step_env *env, int64_t now)
{
    return time_day_start(time_day(now, env->shop.time_zone) + 1, env->shop.time_zone);
}

enum rc shop_jobs_ensure(const struct step_env *env, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    const enum job_kind daily[] = {JOB_SCALE, JOB_FEED, JOB_TIDY};
    for (size_t i = 0; i < sizeof daily / sizeof daily[0]; i++)
        batch_job(batch, STORE_JOB_EARLIEST, daily[i], JOB_SHOP, next_day(env, now));
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, now);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_FIT, JOB_SHOP, fit_next(env, now));
    batch_job(batch, STORE_JOB_EARLIEST, JOB_SEAL, JOB_SHOP, now); /* what was noted before entries were chained */
    struct scale scale;
    enum rc rc = read_scale(env, arena, &scale);
    if (rc != RC_OK)
        return rc;
    if (scale.number > 0 &&
        scale.fitted_at == TIME_NONE) /* scored by an older program: the walk brings what it lacks */
        batch_job(batch, STORE_JOB_EARLIEST, JOB_REARM, JOB_SHOP, now);
    return batch_commit(env, batch);
}

static enum rc read_sums(const struct step_env *env, struct arena *arena, struct scale *out)
{
    struct scale_sums sums;
    struct policy policy;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc == RC_OK)
        rc = read_counter(env, SCALE_COUNTER_GAP_MS, arena, &sums.gap_ms);
    if (rc == RC_OK)
        rc = read_counter(env, SCALE_COUNTER_GAPS, arena, &sums.gaps);
    if (rc == RC_OK)
        rc = read_counter(env, SCALE_COUNTER_VALUE, arena, &sums.value_minor);
    if (rc == RC_OK)
        rc = read_counter(env, SCALE_COUNTER_VALUED, arena, &sums.valued);
    if (rc == RC_OK)
        scale_compute(&sums, policy.usual_gap_days, out);
    return rc;
}

enum rc publish_scale(const struct step_env *env, const struct job *job, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct scale *now_in_force = arena_new(arena, 1, sizeof *now_in_force), *next = arena_new(arena, 1, sizeof *next);
    enum rc rc = read_scale(env, arena, now_in_force);
    if (rc != RC_OK)
        return rc;
    *next = *now_in_force;
    if ((rc = read_sums(env, arena, next)) != RC_OK)
        return rc;
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch_later(batch, job, next_day(env, now));
    bool moved = now_in_force->number == 0 || scale_moved(now_in_force, next);
    if (moved) {
        next->number = now_in_force->number + 1;
        next->published_at = now;
        next->updated_at = now;
        batch_put(batch, RECORD_SCALE, next, now_in_force->number == 0 ? STORE_ABSENT : now_in_force->version);
        batch_delete(batch, RECORD_SETTING, SETTING_REARM, STORE_ANY); /* the walk starts anew */
        batch_job(batch, STORE_JOB_SET, JOB_REARM, JOB_SHOP, now);
    }
    if (fit_outgrown(next))
        batch_job(batch, STORE_JOB_EARLIEST, JOB_FIT, JOB_SHOP, now);
    rc = batch_commit(env, batch);
    if (rc == RC_OK && moved)
        log_info("scale_published", "number=%lld gap_days=%.4f value_minor=%.2f", (long long)next->number,
                 next->gap_days, next->value_minor);
    return rc;
}

/* Counts orders by hour of the week over the last weeks, newest first, within a bound. */
static enum rc count_orders(const struct step_env *env, int64_t now, struct arena *arena, int64_t counts[FEED_HOURS],
                            double *weeks)
{
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    query.from = now - FEED_WEEKS * 7 * TIME_DAY_MS;
    query.to = now + 1;
    query.descending = true;
    int64_t oldest = now;
    struct arena page_arena = {0};
    enum rc rc = RC_OK;
    for (int pages = 0; pages < FEED_PAGES_MAX; pages++) {
        struct store_page page;
        if ((rc = store_list(env->store, &query, &page_arena, &page)) != RC_OK)
            break;
        const struct order *orders = page.items;
        for (size_t i = 0; i < page.count; i++) {
            counts[time_hour_of_week(orders[i].ordered_at, env->shop.time_zone)]++;
            oldest = orders[i].ordered_at;
        }
        query.cursor = arena_str(arena, page.cursor);
        arena_clear(&page_arena);
        if (str_is_none(query.cursor))
            break;
    }
    arena_clear(&page_arena);
    *weeks = (double)(now - oldest) / (7.0 * (double)TIME_DAY_MS);
    return rc;
}

enum rc learn_feed(const struct step_env *env, const struct job *job, struct arena *arena)
{
    int64_t now = clock_now(env->clock), counts[FEED_HOURS] = {0};
    double weeks;
    enum rc rc = count_orders(env, now, arena, counts, &weeks);
    if (rc != RC_OK)
        return rc;
    struct feed_rates *rates = arena_new(arena, 1, sizeof *rates);
    feed_rates_from_counts(counts, weeks, rates);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    feed_rates_to_json(rates, &out);
    struct str value = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    setting_put(batch, SETTING_FEED_RATES, value, STORE_ANY, now, arena);
    batch_later(batch, job, next_day(env, now));
    return batch_commit(env, batch);
}

/* Deletes old rows of one kind along its time index; *deleted tells how many. */
static enum rc tidy_kind(const struct step_env *env, struct batch *batch, enum record_index index, int64_t before,
                         struct arena *arena)
{
    struct store_query query = STORE_QUERY(index);
    query.to = before;
    query.limit = TIDY_AT_ONCE / 4;
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    enum record_kind kind = RECORD_INDEX_DEFS[index].kind;
    for (size_t i = 0; i < page.count; i++)
        batch_delete(batch, kind, record_key(kind, (char *)page.items + i * RECORD_TYPES[kind].size), STORE_ANY);
    return RC_OK;
}

/* Events that other tools have accepted, a month later. */
static enum rc tidy_outbound(const struct step_env *env, struct batch *batch, int64_t now, struct arena *arena)
{
    struct store_query query = STORE_QUERY(OUTBOUND_BY_STATE);
    struct store_page page;
    query.equal = str_of(OUTBOUND_STATE_WORDS[OUTBOUND_ACCEPTED]);
    query.to = now - OUTBOUND_KEPT_DAYS * TIME_DAY_MS;
    query.limit = TIDY_AT_ONCE / 4;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    const struct outbound *events = page.items;
    for (size_t i = 0; i < page.count; i++)
        batch_delete(batch, RECORD_OUTBOUND, events[i].id, STORE_ANY);
    return RC_OK;
}

/* Takes a writer's own words out of the calls that are older than the policy keeps them; what they cost stays. Walks on from
 * where it stood, so that years of calls are not read again each day. */
static enum rc tidy_replies(const struct step_env *env, struct batch *batch, int64_t now, struct arena *arena)
{
    struct policy policy;
    struct store_query query = STORE_QUERY(CALL_BY_TIME);
    struct store_page page;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc == RC_OK)
        rc = walk_read(env, SETTING_REPLIES_WALK, arena, &query.cursor);
    query.to = now - policy.retention_raw_replies_days * TIME_DAY_MS;
    query.limit = TIDY_AT_ONCE / 4;
    if (rc == RC_OK)
        rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    struct call *calls = page.items;
    for (size_t i = 0; i < page.count; i++) {
        if (str_is_none(calls[i].raw))
            continue;
        calls[i].raw = STR_NONE;
        calls[i].updated_at = now;
        batch_put(batch, RECORD_CALL, &calls[i], calls[i].version);
    }
    if (!str_is_none(page.cursor))
        walk_keep(batch, SETTING_REPLIES_WALK, page.cursor, now, arena);
    return RC_OK;
}

/* What the relay has not read stays, however old it is. */
static enum rc tidy_changes(const struct step_env *env, int64_t now, struct arena *arena)
{
    struct policy policy;
    struct str text;
    int64_t cursor = 0;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc == RC_OK)
        rc = env_setting(env, SETTING_RELAY_CURSOR, arena, &text);
    if (rc == RC_OK)
        rc = str_to_i64(text, &cursor);
    if (rc == RC_OK)
        rc = env->feed->vtable->trim(env->feed, cursor, now - policy.retention_changes_days * TIME_DAY_MS);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc tidy_shop(const struct step_env *env, const struct job *job, struct arena *arena)
{
    int64_t now = clock_now(env->clock), wall = clock_wall();
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    enum rc rc = tidy_kind(env, batch, SESSION_BY_EXPIRY, wall, arena);
    if (rc == RC_OK)
        rc = tidy_kind(env, batch, ANSWER_BY_CREATED, wall - ANSWERS_KEPT_MS, arena);
    if (rc == RC_OK)
        rc = tidy_replies(env, batch, now, arena);
    if (rc == RC_OK)
        rc = tidy_outbound(env, batch, now, arena);
    if (rc == RC_OK)
        rc = tidy_changes(env, now, arena);
    if (rc != RC_OK)
        return rc;
    batch_later(batch, job, batch->write_count > 0 ? now : next_day(env, now));
    return batch_commit(env, batch);
}
