/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Score: recomputes one client's engagement from all its orders, arms its one timer, and keeps the shop's sums. Always from
 * the rows, never by increments, so late, cancelled and returned orders need no case of their own and running it twice
 * changes nothing. Touches no client and no order: there is no feedback loop. */
#include "base/hash.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/due.h"
#include "core/eligible.h"
#include "core/recent.h"
#include "core/score.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

struct scoring {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct policy policy;
    struct scale scale;
    struct client client;
    struct order *orders;
    size_t order_count;
    struct engagement before; /* as stored; meaningful when known */
    bool known;
    bool had_episode; /* the person had one, under this client or another of the same address */
    struct engagement after;
};

/* An order that was dated too far ahead counts from its own day on: a score job waits for the next of them. */
static void await_quarantined(struct scoring *s, struct batch *batch)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < s->order_count; i++)
        if (s->orders[i].quarantined && s->orders[i].ordered_at < next)
            next = s->orders[i].ordered_at;
    if (next != INT64_MAX)
        batch_job(batch, STORE_JOB_EARLIEST, JOB_SCORE, s->client.id, next);
}

static enum rc read_all(struct scoring *s, struct str client_id)
{
    enum rc rc = store_get(s->env->store, RECORD_CLIENT, client_id, s->arena, &s->client);
    if (rc != RC_OK)
        return rc;
    if ((rc = env_policy(s->env, s->arena, &s->policy)) != RC_OK)
        return rc;
    if ((rc = read_scale(s->env, s->arena, &s->scale)) != RC_OK)
        return rc;
    if ((rc = read_orders(s->env, client_id, s->arena, &s->orders, &s->order_count)) != RC_OK)
        return rc;
    rc = store_get(s->env->store, RECORD_ENGAGEMENT, client_id, s->arena, &s->before);
    s->known = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static bool sums_moved(const struct scoring *s)
{
    const struct engagement *a = &s->before, *b = &s->after;
    return !s->known || a->visits != b->visits || a->order_count != b->order_count || a->first_at != b->first_at ||
           a->last_at != b->last_at || a->value_minor != b->value_minor || a->valued != b->valued ||
           !str_equal(a->last_order_id, b->last_order_id);
}

/* Orders of any client of the person matter to each of its episodes: to the silence, and to what was bought since. */
static enum rc read_episodes(struct scoring *s)
{
    struct person person;
    if (!sums_moved(s) && s->after.profiled) /* who objected has no sums that could tell */
        return RC_OK;
    enum rc rc = store_get(s->env->store, RECORD_PERSON, s->client.person, s->arena, &person);
    s->had_episode = rc == RC_OK || (s->known && !str_is_none(s->before.last_episode_id));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int64_t gaps(const struct engagement *e) { return e->visits > 1 ? e->visits - 1 : 0; }
static int64_t gap_ms(const struct engagement *e) { return e->visits > 1 ? e->last_at - e->first_at : 0; }

static void add_shop_sums(struct scoring *s, struct batch *batch)
{
    struct engagement none = {.visits = 0};
    const struct engagement *old = s->known ? &s->before : &none;
    batch_add(batch, SCALE_COUNTER_GAP_MS, gap_ms(&s->after) - gap_ms(old));
    batch_add(batch, SCALE_COUNTER_GAPS, gaps(&s->after) - gaps(old));
    batch_add(batch, SCALE_COUNTER_VALUE, s->after.value_minor - old->value_minor);
    batch_add(batch, SCALE_COUNTER_VALUED, s->after.valued - old->valued);
}

/* Earliest counting order behind the silence that `before` was in; TIME_NONE when it still lasts. */
static int64_t first_order_after(const struct scoring *s)
{
    int64_t first = TIME_NONE;
    for (size_t i = 0; i < s->order_count; i++) {
        const struct order *order = &s->orders[i];
        if (!order_is_visit(order) || order->ordered_at <= s->before.last_at)
            continue;
        if (first == TIME_NONE || order->ordered_at < first)
            first = order->ordered_at;
    }
    return first;
}

/* A silence that crossed the threshold while we could not look, and has ended: kept as a closed episode, so that the record
 * of silences does not depend on when we looked. */
static void record_missed(struct scoring *s, struct batch *batch)
{
    if (!s->known || s->before.visits == 0 || !s->after.profiled)
        return;
    int64_t next = first_order_after(s);
    struct engagement then = s->before;
    score_crossings(&s->scale, &s->policy.detector, s->policy.threshold, &then);
    if (next == TIME_NONE || !due_missed(&then, next))
        return;
    struct episode *episode = arena_new(s->arena, 1, sizeof *episode);
    record_init(RECORD_EPISODE, episode);
    episode->id = episode_id_of(s->client.id, then.last_order_id, s->arena);
    if (str_equal(episode->id, then.last_episode_id))
        return;
    episode->client_id = s->client.id;
    episode->person = s->client.person;
    episode->last_order_id = then.last_order_id;
    episode->due_at = then.due_at;
    episode->opened_at = then.due_at;
    episode->closed_at = s->now;
    episode->reordered_at = next;
    episode->state = EPISODE_CLOSED;
    episode->reason = STR("ordered_before_notice");
    episode->rank = then.value_minor;
    episode->score = s->policy.threshold;
    episode_begin(batch, episode, s->now);
}

static void arm(struct scoring *s, struct batch *batch)
{
    const struct engagement *before = s->known ? &s->before : NULL;
    enum due_action action = due_decide(before, &s->after, s->now, s->after.profiled, due_why(before, &s->after));
    if (action == DUE_ARM)
        batch_job(batch, STORE_JOB_SET, JOB_DUE, s->client.id, s->after.due_at);
    else
        batch_job(batch, STORE_JOB_CANCEL, JOB_DUE, s->client.id, 0);
}

/* Whoever objected to profiling has nothing worked out about them: of what there was stays which silence had its episode, so
 * that it has no second one if they allow it again. */
static void clear(struct scoring *s)
{
    s->order_count = 0;
    record_init(RECORD_ENGAGEMENT, &s->after);
    if (s->known) {
        s->after.episode_id = s->before.episode_id;
        s->after.last_episode_id = s->before.last_episode_id;
    }
}

static void compute(struct scoring *s)
{
    if (s->client.profiling == PROFILING_OBJECTED)
        clear(s);
    else if (s->known)
        s->after = s->before;
    else
        record_init(RECORD_ENGAGEMENT, &s->after);
    s->after.client_id = s->client.id;
    score_sums(s->orders, s->order_count, s->env->shop.time_zone, &s->after);
    score_crossings(&s->scale, &s->policy.detector, s->policy.threshold, &s->after);
    s->after.draw = (int64_t)(hash_mix(s->client.id, 0) >> 1);
    s->after.recent = recent_write(s->orders, s->order_count, s->env->shop.time_zone, s->now, s->arena);
    s->after.profiled = s->client.profiling == PROFILING_ALLOWED;
    s->after.mailable = eligible_mailable(&s->client, &s->policy, s->after.last_at, s->now);
    s->after.scale_version = s->scale.number;
    s->after.policy_version = s->policy.version;
    bool ended = s->known && !str_equal(s->before.last_order_id, s->after.last_order_id);
    if (ended)
        s->after.episode_id = STR_NONE; /* the outcome step closes the episode itself */
}

enum rc score_client(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct scoring *s = arena_new(arena, 1, sizeof *s);
    *s = (struct scoring){.env = env, .arena = arena, .now = clock_now(env->clock)};
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, job);
    enum rc rc = read_all(s, job->key);
    if (rc == RC_NOT_FOUND)
        return batch_commit(env, batch); /* erased since */
    if (rc != RC_OK)
        return rc;
    await_quarantined(s, batch);
    compute(s);
    if (!s->known && s->after.visits == 0)
        return batch_commit(env, batch); /* no orders: no score, no timer */
    if ((rc = read_episodes(s)) != RC_OK)
        return rc;
    record_missed(s, batch);
    arm(s, batch);
    add_shop_sums(s, batch);
    if (s->had_episode)
        batch_job(batch, STORE_JOB_EARLIEST, JOB_OUTCOME, s->client.id, s->now);
    if (s->scale.number == 0)
        batch_job(batch, STORE_JOB_EARLIEST, JOB_SCALE, JOB_SHOP, s->now);
    if (!s->known || !record_equal(RECORD_ENGAGEMENT, &s->before, &s->after)) {
        s->after.updated_at = s->now;
        batch_put(batch, RECORD_ENGAGEMENT, &s->after, s->known ? s->before.version : STORE_ABSENT);
    }
    rc = batch_commit(env, batch);
    if (rc == RC_OK) {
        metrics_add("rekindle_scored_total", NULL, 1);
        env_publish(env, "score", NULL, STR_NONE, s->client.id);
    }
    return rc;
}
