/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Due: a client's timer fired. Looks once more with today's scale and policy, and opens the episode of this silence: waiting
 * for admission when the person may be mailed, ineligible with its rule when not. While the feed is silent nothing opens. */
#include "base/log.h"
#include "base/metrics.h"
#include "core/score.h"
#include "step/admin_acts.h"
#include "step/guard.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

#define HOLD_MS TIME_HOUR_MS /* how long a held timer waits before it looks again */

struct due {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct engagement engagement;
    struct policy policy;
    struct scale scale;
    struct batch *batch;
};

/* Nothing to notice any more: no visits, in the backlog, or this silence had its episode. */
static bool is_stale(const struct due *due)
{
    const struct engagement *e = &due->engagement;
    struct str id = episode_id_of(e->client_id, e->last_order_id, due->arena);
    return e->visits == 0 || e->backlog != BACKLOG_NONE || str_equal(id, e->last_episode_id);
}

/* True when, computed with today's scale and policy, the moment lies ahead: re-arms. */
static bool re_armed(struct due *due, const struct job *job)
{
    struct engagement *e = &due->engagement;
    score_crossings(&due->scale, &due->policy.detector, due->policy.threshold, e);
    if (e->due_at <= due->now)
        return false;
    e->scale_version = due->scale.number;
    e->policy_version = due->policy.version;
    e->updated_at = due->now;
    batch_put(due->batch, RECORD_ENGAGEMENT, e, e->version);
    batch_job(due->batch, STORE_JOB_SET, JOB_DUE, job->key, e->due_at);
    batch_ack(due->batch, job);
    return true;
}

/* Drafting is off: the silence is kept for staff to release later, so that switching it on is no burst. */
static void to_backlog(struct due *due, const struct job *job)
{
    struct engagement *e = &due->engagement;
    e->backlog = BACKLOG_POLICY;
    e->backlog_rank = e->value_minor;
    e->updated_at = due->now;
    batch_put(due->batch, RECORD_ENGAGEMENT, e, e->version);
    batch_ack(due->batch, job);
}

static void fill_episode(const struct due *due, struct episode *episode)
{
    const struct engagement *e = &due->engagement;
    struct score score;
    score_at(e, &due->scale, &due->policy.detector, due->now, &score);
    record_init(RECORD_EPISODE, episode);
    episode->id = episode_id_of(e->client_id, e->last_order_id, due->arena);
    episode->client_id = e->client_id;
    episode->last_order_id = e->last_order_id;
    episode->due_at = e->due_at;
    episode->opened_at = due->now;
    episode->stratum = STRATUM_DUE;
    episode->rank = e->value_minor;
    episode->score = score.total;
    episode->chance = score_chance(e, &due->scale, CHANCE_SHOWN_DAYS, due->now);
}

static enum rc open_episode(struct due *due, const struct job *job)
{
    struct episode *episode = arena_new(due->arena, 1, sizeof *episode);
    struct guard *guard = arena_new(due->arena, 1, sizeof *guard);
    fill_episode(due, episode);
    struct client client;
    enum rc rc = store_get(due->env->store, RECORD_CLIENT, job->key, due->arena, &client);
    if (rc != RC_OK)
        return rc;
    episode->person = client.person;
    if ((rc = guard_read(due->env, episode, due->arena, guard)) != RC_OK)
        return rc;

    const char *rule = guard_refusal(guard);
    episode->state = rule == NULL ? EPISODE_WAITING : EPISODE_INELIGIBLE;
    episode->reason = str_of(rule);
    episode_begin(due->batch, episode, due->now);
    if (rule == NULL) {
        guard->person.episode_id = episode->id;
        guard->person.updated_at = due->now;
        batch_put(due->batch, RECORD_PERSON, &guard->person, guard->person_version);
        batch_job(due->batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, due->now);
    }
    due->engagement.episode_id = episode->id;
    due->engagement.last_episode_id = episode->id;
    due->engagement.updated_at = due->now;
    batch_put(due->batch, RECORD_ENGAGEMENT, &due->engagement, due->engagement.version);
    batch_ack(due->batch, job);
    rc = batch_commit(due->env, due->batch);
    if (rc != RC_OK)
        return rc;
    metrics_add("rekindle_episodes_opened_total", NULL, 1);
    log_info("episode_opened", "episode=" LOG_STR " state=%s reason=%s", LOG_ARG(episode->id),
             EPISODE_STATE_WORDS[episode->state], rule ? rule : "");
    env_publish(due->env, "due", "episode_id", episode->id, episode->client_id);
    return RC_OK;
}

enum rc due_client(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct due *due = arena_new(arena, 1, sizeof *due);
    *due = (struct due){
        .env = env, .arena = arena, .now = clock_now(env->clock), .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(due->batch);
    enum rc rc = store_get(env->store, RECORD_ENGAGEMENT, job->key, arena, &due->engagement);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_NOT_FOUND || is_stale(due)) {
        batch_ack(due->batch, job);
        return batch_commit(env, due->batch);
    }
    if ((rc = env_policy(env, arena, &due->policy)) != RC_OK)
        return rc;
    if ((rc = read_scale(env, arena, &due->scale)) != RC_OK)
        return rc;
    struct feed_verdict feed;
    if ((rc = feed_verdict_now(env, &due->policy, arena, &feed)) != RC_OK)
        return rc;
    if (feed.state != FEED_OK || due->scale.number == 0) {
        batch_later(due->batch, job, due->now + HOLD_MS);
        return batch_commit(env, due->batch);
    }
    if (re_armed(due, job))
        return batch_commit(env, due->batch);
    if (!due->policy.drafting) {
        to_backlog(due, job);
        return batch_commit(env, due->batch);
    }
    return open_episode(due, job);
}
