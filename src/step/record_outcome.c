/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Outcome: a client's silence has ended (or is gone with its order). Closes the episode, cancels an email that has not left,
 * gives the person's lock back, and notes the reorder for the proof. Cancel: consent, suppression or profiling changed; what
 * may no longer be sent is cancelled at once, not only at send time. */
#include "base/log.h"
#include "base/metrics.h"
#include "step/guard.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

#define WINDOW_MS (30 * TIME_DAY_MS) /* a reorder within it counts as recovered */
#define EPISODES_LOOKED_AT 20        /* newest episodes of a client; older ones are closed long since */

struct outcome {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct engagement engagement;
    bool known;
    struct order *orders;
    size_t order_count;
    struct batch *batch;
};

/* The first counting order after the silence began, or NULL: then the silence itself is gone (its order was cancelled). */
static const struct order *ending_order(const struct outcome *o, const struct episode *episode)
{
    const struct order *last = NULL;
    for (size_t i = 0; i < o->order_count; i++)
        if (str_equal(o->orders[i].id, episode->last_order_id))
            last = &o->orders[i];
    if (last == NULL || !order_is_visit(last))
        return NULL;
    for (size_t i = 0; i < o->order_count; i++) /* oldest first */
        if (order_is_visit(&o->orders[i]) && &o->orders[i] != last && o->orders[i].ordered_at >= last->ordered_at &&
            i > (size_t)(last - o->orders))
            return &o->orders[i];
    return NULL;
}

/* The email that left learns what came of it. */
static enum rc note_on_email(struct outcome *o, const struct episode *episode, const struct order *order)
{
    if (str_is_empty(episode->email_id))
        return RC_OK;
    struct email *email = arena_new(o->arena, 1, sizeof *email);
    enum rc rc = store_get(o->env->store, RECORD_EMAIL, episode->email_id, o->arena, email);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    email->outcome = arena_printf(o->arena, "{\"reordered_at\":\"%.*s\",\"order_id\":\"%.*s\"}",
                                  STR_ARG(time_to_text(order->ordered_at, o->arena)), STR_ARG(order->id));
    email->updated_at = o->now;
    batch_put(o->batch, RECORD_EMAIL, email, email->version);
    return RC_OK;
}

static enum rc close_one(struct outcome *o, struct episode *episode)
{
    const struct order *order = ending_order(o, episode);
    int state_before = episode->state;
    if (order != NULL) {
        episode->reordered_at = order->ordered_at;
        int64_t value = order_value_minor(order);
        episode->reorder_minor = value == I64_NONE ? 0 : value;
        bool in_time = episode->admitted_at != TIME_NONE && order->ordered_at >= episode->admitted_at &&
                       order->ordered_at - episode->admitted_at <= WINDOW_MS;
        if (in_time && state_before == EPISODE_EMAILED)
            batch_add(o->batch, STR("recovered:total"), 1);
    }
    if (order != NULL && state_before == EPISODE_EMAILED) {
        enum rc rc = note_on_email(o, episode, order);
        if (rc != RC_OK)
            return rc;
    }
    return episode_close(o->env, o->batch, episode, order ? STR("ordered") : STR("silence_gone"), STR("ordered_since"),
                         o->arena);
}

/* Closes at most one open episode a commit: there is seldom another, and the job comes back for it. */
static enum rc close_stale(struct outcome *o, struct str client_id, bool *more, struct episode **closed)
{
    struct store_query query = STORE_QUERY(EPISODE_BY_CLIENT);
    query.equal = client_id;
    query.descending = true;
    query.limit = EPISODES_LOOKED_AT;
    struct store_page page;
    enum rc rc = store_list(o->env->store, &query, o->arena, &page);
    if (rc != RC_OK)
        return rc;
    struct episode *episodes = page.items;
    for (size_t i = 0; i < page.count; i++) {
        struct episode *episode = &episodes[i];
        bool current = o->known && str_equal(episode->last_order_id, o->engagement.last_order_id);
        if (episode->state == EPISODE_CLOSED || current)
            continue;
        if (*closed != NULL) {
            *more = true;
            return RC_OK;
        }
        if ((rc = close_one(o, episode)) != RC_OK)
            return rc;
        *closed = episode;
    }
    return RC_OK;
}

enum rc record_outcome(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct outcome *o = arena_new(arena, 1, sizeof *o);
    *o = (struct outcome){
        .env = env, .arena = arena, .now = clock_now(env->clock), .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(o->batch);
    enum rc rc = store_get(env->store, RECORD_ENGAGEMENT, job->key, arena, &o->engagement);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    o->known = rc == RC_OK;
    if ((rc = read_orders(env, job->key, arena, &o->orders, &o->order_count)) != RC_OK)
        return rc;
    bool more = false;
    struct episode *closed = NULL;
    if ((rc = close_stale(o, job->key, &more, &closed)) != RC_OK)
        return rc;
    if (more)
        batch_later(o->batch, job, o->now);
    else
        batch_ack(o->batch, job);
    rc = batch_commit(env, o->batch);
    if (rc != RC_OK || closed == NULL)
        return rc;
    metrics_add("rekindle_episodes_closed_total", NULL, 1);
    log_info("episode_closed", "episode=" LOG_STR " reason=" LOG_STR, LOG_ARG(closed->id), LOG_ARG(closed->reason));
    env_publish(env, "outcome", "episode_id", closed->id, closed->client_id);
    return RC_OK;
}

/* Cancels one email that waits, if a rule now forbids it. */
static enum rc cancel_one(const struct step_env *env, struct batch *batch, struct email *email, struct arena *arena)
{
    struct episode *episode = arena_new(arena, 1, sizeof *episode);
    struct guard *guard = arena_new(arena, 1, sizeof *guard);
    enum rc rc = store_get(env->store, RECORD_EPISODE, email->episode_id, arena, episode);
    if (rc == RC_OK)
        rc = guard_read(env, episode, arena, guard);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    struct eligible_answer answer = eligible_to_wait(&guard->input);
    if (answer.verdict == ELIGIBLE_YES)
        return RC_OK;
    batch_job(batch, STORE_JOB_CANCEL, JOB_SEND, email->id, 0);
    batch_job(batch, STORE_JOB_CANCEL, JOB_DRAFT, email->id, 0);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, clock_now(env->clock));
    return email_move(batch, email, EMAIL_EV_CANCEL, str_of(answer.rule), clock_now(env->clock));
}

enum rc cancel_unsent(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, job);
    struct store_query query = STORE_QUERY(EMAIL_BY_CLIENT);
    query.equal = job->key;
    query.descending = true;
    query.limit = 5; /* one open episode a person: more than one unsent email cannot be */
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    struct email *emails = page.items;
    for (size_t i = 0; i < page.count && rc == RC_OK; i++)
        if (email_is_before_sending((enum email_status)emails[i].status))
            rc = cancel_one(env, batch, &emails[i], arena);
    if (rc == RC_OK)
        rc = batch_commit(env, batch);
    if (rc == RC_OK)
        env_publish(env, "review", NULL, STR_NONE, job->key);
    return rc;
}
