/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/pipeline: what waits, runs and was done at each stage a change passes. */
#include "api/feed.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/view.h"
#include "api/writer_view.h"
#include "base/metrics.h"
#include "core/email.h"
#include "core/record.h"
#include "step/outbound.h"
#include "step/reads.h"

#define LOOK_PAGES 10 /* pages of waiting jobs looked through for those that could run now */

struct stage {
    const char *name;
    enum job_kind kind;
    const char *done; /* the counter of what it has done */
};

static const struct stage STAGES[] = {
    {"score", JOB_SCORE, "rekindle_scored_total"},
    {"due", JOB_DUE, "rekindle_episodes_opened_total"},
    {"draft", JOB_DRAFT, "rekindle_drafts_total"},
    {"send", JOB_SEND, "rekindle_sends_total"},
    {"outcome", JOB_OUTCOME, "rekindle_episodes_closed_total"},
};

struct numbers {
    int64_t waiting, running, done, dead;
    int64_t lag_ms; /* I64_NONE when nothing waits */
    struct str last_error;
};

struct pipeline {
    struct api *api;
    struct arena *arena;
    struct json_out *out;
    int64_t now;
    struct queue_stats stats;
};

static void put_stage(const struct pipeline *pipeline, const char *name, const struct numbers *numbers)
{
    struct json_out *out = pipeline->out;
    json_begin_object(out);
    json_pair_str(out, "name", str_of(name));
    json_pair_i64(out, "waiting", numbers->waiting);
    json_pair_i64(out, "running", numbers->running);
    json_pair_i64(out, "done", numbers->done);
    json_pair_i64(out, "dead", numbers->dead);
    json_key(out, "lag_ms");
    if (numbers->lag_ms == I64_NONE)
        json_put_null(out);
    else
        json_put_i64(out, numbers->lag_ms);
    json_pair_str(out, "last_error", str_is_empty(numbers->last_error) ? STR_NONE : numbers->last_error);
    json_end_object(out);
}

static void put_change(const struct pipeline *pipeline)
{
    struct numbers numbers = {.done = metrics_total("rekindle_changes_relayed_total"),
                              .dead = metrics_total("rekindle_changes_buried_total"),
                              .lag_ms = I64_NONE};
    struct workers_state state;
    if (pipeline->api->workers != NULL) {
        workers_state(pipeline->api->workers, &state);
        numbers.waiting = state.feed_head > state.relay_cursor ? state.feed_head - state.relay_cursor : 0;
        numbers.running = state.running && numbers.waiting > 0 ? 1 : 0;
        if (numbers.waiting > 0)
            numbers.lag_ms = state.relay_lag_ms;
    }
    put_stage(pipeline, "change", &numbers);
}

/* How many of the waiting jobs of a kind could run now; timers of the future are many and are left out. */
static enum rc count_ready(const struct pipeline *pipeline, enum job_kind kind, struct numbers *numbers)
{
    struct queue *queue = pipeline->api->env.queue;
    struct queue_list list = {0};
    int64_t earliest;
    enum rc rc = queue->vtable->earliest(queue, JOB_MASK(kind), &earliest);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && earliest > pipeline->now))
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    numbers->lag_ms = pipeline->now - earliest;
    for (int page = 0; page < LOOK_PAGES; page++) {
        rc = queue->vtable->list(queue, false, kind, STORE_LIST_MAX, list.cursor, pipeline->arena, &list);
        if (rc != RC_OK)
            return rc;
        for (size_t i = 0; i < list.count; i++)
            numbers->waiting += list.items[i].run_at <= pipeline->now;
        if (str_is_none(list.cursor))
            break;
    }
    if (numbers->waiting == 0)
        numbers->waiting = 1; /* the earliest one, further down the list */
    return RC_OK;
}

/* Why the last dead letter of a kind died, or what a waiting one stumbled over. */
static enum rc read_error(const struct pipeline *pipeline, enum job_kind kind, struct numbers *numbers)
{
    struct queue *queue = pipeline->api->env.queue;
    struct queue_list list = {0};
    if (numbers->dead == 0)
        return RC_OK;
    enum rc rc = queue->vtable->list(queue, true, kind, 1, STR_NONE, pipeline->arena, &list);
    if (rc == RC_OK && list.count > 0)
        numbers->last_error = list.items[0].reason;
    return rc;
}

static enum rc put_jobs(const struct pipeline *pipeline, const struct stage *stage)
{
    struct numbers numbers = {.running = pipeline->stats.running[stage->kind],
                              .done = metrics_total(stage->done),
                              .dead = pipeline->stats.dead[stage->kind],
                              .lag_ms = I64_NONE};
    enum rc rc = count_ready(pipeline, stage->kind, &numbers);
    if (rc == RC_OK)
        rc = read_error(pipeline, stage->kind, &numbers);
    if (rc == RC_OK)
        put_stage(pipeline, stage->name, &numbers);
    return rc;
}

/* Drafts that wait for a person; their lag is the age of the oldest. */
static enum rc put_review(const struct pipeline *pipeline)
{
    struct numbers numbers = {.done = metrics_total("rekindle_reviews_total"), .lag_ms = I64_NONE};
    struct store_query query = STORE_QUERY(EMAIL_BY_STATUS);
    struct store_page page;
    query.equal = field_enum_word(EMAIL_STATUS_WORDS, EMAIL_IN_REVIEW);
    query.limit = 1;
    enum rc rc = read_counter(&pipeline->api->env, STR("email:in_review"), pipeline->arena, &numbers.waiting);
    if (rc == RC_OK)
        rc = store_list(pipeline->api->env.store, &query, pipeline->arena, &page);
    if (rc != RC_OK)
        return rc;
    if (page.count > 0)
        numbers.lag_ms = pipeline->now - ((const struct email *)page.items)->created_at;
    put_stage(pipeline, "review", &numbers);
    return RC_OK;
}

static enum rc put_stages(const struct pipeline *pipeline)
{
    enum rc rc = RC_OK;
    json_key(pipeline->out, "stages");
    json_begin_array(pipeline->out);
    put_change(pipeline);
    for (size_t i = 0; i < sizeof STAGES / sizeof STAGES[0] && rc == RC_OK; i++) {
        if (STAGES[i].kind == JOB_SEND)
            rc = put_review(pipeline);
        if (rc == RC_OK)
            rc = put_jobs(pipeline, &STAGES[i]);
    }
    json_end_array(pipeline->out);
    return rc;
}

static enum rc put_parts(const struct pipeline *pipeline)
{
    const struct api_options *options = &pipeline->api->options;
    struct json_out *out = pipeline->out;
    struct str why = STR_NONE;
    const char *kind = pipeline->api->env.rehearsal ? "maildir" : "smtp";
    json_key(out, "writer");
    enum rc rc = writer_write(pipeline->api, pipeline->arena, out);
    if (rc != RC_OK)
        return rc;
    bool fine = options->mailer_check == NULL || options->mailer_check(options->ctx, &why) == RC_OK;
    json_key(out, "mailer");
    json_begin_object(out);
    json_pair_str(out, "kind", str_of(options->mailer_kind != NULL ? options->mailer_kind : kind));
    json_pair_str(out, "state", fine ? STR("ok") : STR("degraded"));
    json_pair_str(out, "detail", fine ? STR_NONE : why);
    json_end_object(out);
    return RC_OK;
}

/* How far the shop's other tools are behind; null without a webhook. */
static enum rc put_webhook(const struct pipeline *pipeline)
{
    struct outbound_lag lag;
    struct json_out *out = pipeline->out;
    json_key(out, "webhook");
    if (!pipeline->api->env.shop.has_webhook) {
        json_put_null(out);
        return RC_OK;
    }
    enum rc rc = outbound_lag_read(&pipeline->api->env, pipeline->arena, &lag);
    if (rc != RC_OK)
        return rc;
    json_begin_object(out);
    json_pair_i64(out, "waiting", lag.waiting);
    json_pair_str(out, "oldest_at", lag.waiting > 0 ? time_to_text(lag.oldest_at, pipeline->arena) : STR_NONE);
    json_pair_str(out, "last_error", lag.last_error);
    json_end_object(out);
    return RC_OK;
}

static enum rc write_pipeline(struct pipeline *pipeline)
{
    struct feed_view feed;
    struct queue *queue = pipeline->api->env.queue;
    enum rc rc = queue->vtable->stats(queue, &pipeline->stats);
    if (rc != RC_OK)
        return rc;
    json_begin_object(pipeline->out);
    json_pair_str(pipeline->out, "at", time_to_text(pipeline->now, pipeline->arena));
    if ((rc = put_stages(pipeline)) != RC_OK || (rc = feed_look(&pipeline->api->env, pipeline->arena, &feed)) != RC_OK)
        return rc;
    json_pair_i64(pipeline->out, "timers", pipeline->stats.waiting[JOB_DUE]);
    if ((rc = put_parts(pipeline)) != RC_OK)
        return rc;
    if ((rc = put_webhook(pipeline)) != RC_OK)
        return rc;
    json_key(pipeline->out, "feed");
    feed_write(&feed, pipeline->arena, pipeline->out);
    json_end_object(pipeline->out);
    return RC_OK;
}

void pipeline_show(const struct request *request, struct response *response, struct api *api)
{
    struct json_out out;
    struct pipeline pipeline = {.api = api, .arena = request->arena, .out = &out, .now = clock_now(api->env.clock)};
    respond_begin(response, &out);
    enum rc rc = write_pipeline(&pipeline);
    if (rc == RC_OK)
        respond_json(response, 200);
    else
        problem_from_rc(request, response, rc);
}
