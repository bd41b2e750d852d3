/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Re-arm: after another shop scale, threshold or detector, every client's crossings are worked out anew from the sums that
 * its engagement keeps, and its timer with them; no order is read. What is then past its due moment goes to the backlog, so
 * no change causes a burst. A page of clients a commit, with where the walk stands; each page is a run of the job by itself,
 * so whatever is due meanwhile is not held up. A conflict redoes the page: a score step wrote one of its clients, or policy
 * or scale moved on, with which the walk begins anew. */
#include "base/log.h"
#include "base/metrics.h"
#include "core/due.h"
#include "core/records_small.h"
#include "core/score.h"
#include "step/batch.h"
#include "step/reads.h"
#include "step/steps.h"
#include "step/walk.h"

#define CLIENTS_AT_ONCE 45 /* each a write and a job: with the walk itself within 100 of both together */

struct rearm {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct policy policy;
    struct scale scale;
    struct batch *batch;
};

static void rearm_one(struct rearm *r, const struct engagement *before, struct engagement *after)
{
    if (before->draw == I64_NONE) { /* scored by an older program: only the orders tell what it lacks */
        batch_job(r->batch, STORE_JOB_EARLIEST, JOB_SCORE, before->client_id, r->now);
        return;
    }
    *after = *before;
    score_crossings(&r->scale, &r->policy.detector, r->policy.threshold, after);
    after->scale_version = r->scale.number;
    after->policy_version = r->policy.version;
    enum due_action action = due_decide(before, after, r->now, before->profiled, due_why(before, after));
    if (action == DUE_ARM)
        batch_job(r->batch, STORE_JOB_SET, JOB_DUE, after->client_id, after->due_at);
    else
        batch_job(r->batch, STORE_JOB_CANCEL, JOB_DUE, after->client_id, 0);
    if (record_equal(RECORD_ENGAGEMENT, before, after))
        return;
    after->updated_at = r->now;
    batch_put(r->batch, RECORD_ENGAGEMENT, after, before->version);
}

/* Where the walk goes on. It holds only as long as policy and scale are those it was walked with: who changes them deletes
 * where it stands, and must not be overtaken by a page that began before. */
static void add_walk(struct rearm *r, const struct job *job, struct str cursor)
{
    batch_check(r->batch, RECORD_POLICY, POLICY_KEY, r->policy.version);
    batch_check(r->batch, RECORD_SCALE, SCALE_KEY, r->scale.number == 0 ? STORE_ABSENT : r->scale.version);
    if (str_is_none(cursor)) {
        batch_delete(r->batch, RECORD_SETTING, SETTING_REARM, STORE_ANY);
        batch_ack(r->batch, job);
        if (r->scale.number > 0 &&
            r->scale.fitted_at == TIME_NONE) /* a shop of an older program: now it has a sample */
            batch_job(r->batch, STORE_JOB_EARLIEST, JOB_FIT, JOB_SHOP, r->now);
        return;
    }
    walk_keep(r->batch, SETTING_REARM, cursor, r->now, r->arena);
    batch_later(r->batch, job, r->now);
}

enum rc rearm_clients(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct rearm *r = arena_new(arena, 1, sizeof *r);
    *r = (struct rearm){
        .env = env, .arena = arena, .now = clock_now(env->clock), .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(r->batch);
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_CLIENT);
    struct store_page page;
    query.limit = CLIENTS_AT_ONCE;
    enum rc rc = walk_read(env, SETTING_REARM, arena, &query.cursor);
    if (rc == RC_OK)
        rc = env_policy(env, arena, &r->policy);
    if (rc == RC_OK)
        rc = read_scale(env, arena, &r->scale);
    if (rc == RC_OK)
        rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    const struct engagement *before = page.items;
    struct engagement *after = arena_new(arena, page.count + 1, sizeof *after);
    for (size_t i = 0; i < page.count; i++)
        rearm_one(r, &before[i], &after[i]);
    add_walk(r, job, page.cursor);
    rc = batch_commit(env, r->batch);
    if (rc != RC_OK)
        return rc;
    metrics_add("rekindle_rearmed_total", NULL, (int64_t)page.count);
    if (str_is_none(page.cursor))
        log_info("rearm_walked", "scale=%lld policy=%lld", (long long)r->scale.number, (long long)r->policy.version);
    return RC_OK;
}
