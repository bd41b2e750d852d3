/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/dashboard: counters that the steps keep, and a few counts over bounded ranges of indexes, kept for a moment. */
#include "api/feed.h"
#include "api/figures.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/writer_view.h"
#include "core/engagement.h"
#include "step/reads.h"

#define WEEK_MS (7 * TIME_DAY_MS)

/* Counts records along a query, of those that `counts` takes, up to FIGURES_CAP looked at. */
static enum rc count_range(struct api *api, struct store_query query, int64_t due_by, struct arena *arena, int64_t *out)
{
    struct store_page page;
    size_t seen = 0;
    *out = 0;
    do {
        enum rc rc = store_list(api->env.store, &query, arena, &page);
        if (rc != RC_OK)
            return rc;
        const struct engagement *rows = page.items;
        for (size_t i = 0; i < page.count; i++)
            *out += rows[i].due_at <= due_by;
        seen += page.count;
        query.cursor = page.cursor;
    } while (!str_is_none(query.cursor) && seen < FIGURES_CAP);
    return RC_OK;
}

static enum rc count_all(struct api *api, struct arena *arena, struct figures *out)
{
    struct store_query drifting = STORE_QUERY(ENGAGEMENT_BY_LOST);
    struct store_query due = STORE_QUERY(ENGAGEMENT_BY_DUE);
    struct store_query backlog = STORE_QUERY(ENGAGEMENT_BY_BACKLOG);
    drifting.from = out->now_ms + 1; /* not lost yet; of these, those whose due moment is past */
    due.from = out->now_ms + 1;
    due.to = out->now_ms + WEEK_MS;
    enum rc rc = count_range(api, drifting, out->now_ms, arena, &out->at_risk);
    if (rc == RC_OK)
        rc = count_range(api, due, INT64_MAX, arena, &out->due_this_week);
    if (rc == RC_OK)
        rc = count_range(api, backlog, INT64_MAX, arena, &out->backlog);
    return rc;
}

enum rc figures_count(struct api *api, struct arena *arena, struct figures *out)
{
    int64_t mono = clock_mono(), now = clock_now(api->env.clock);
    lock_take(&api->lock);
    *out = api->figures;
    lock_drop(&api->lock);
    bool moved = clock_is_manual(api->env.clock) && out->now_ms != now;
    if (out->at_ms != 0 && mono - out->at_ms < FIGURES_FOR_MS && !moved)
        return RC_OK;
    *out = (struct figures){.at_ms = mono, .now_ms = now};
    enum rc rc = count_all(api, arena, out);
    if (rc != RC_OK)
        return rc;
    lock_take(&api->lock);
    api->figures = *out;
    lock_drop(&api->lock);
    return RC_OK;
}

static const struct {
    const char *name;
    struct str counter;
} COUNTERS[] = {
    {"waiting", STR_INIT("episode:waiting")},   {"in_review", STR_INIT("email:in_review")},
    {"sent", STR_INIT("sent:total")},           {"rehearsed", STR_INIT("email:rehearsed")},
    {"recovered", STR_INIT("recovered:total")}, {"blocked", STR_INIT("email:blocked")},
    {"failed", STR_INIT("email:failed")},       {"uncertain", STR_INIT("email:uncertain")},
};

static enum rc write_counters(struct api *api, struct arena *arena, struct json_out *out)
{
    for (size_t i = 0; i < sizeof COUNTERS / sizeof COUNTERS[0]; i++) {
        int64_t value;
        enum rc rc = read_counter(&api->env, COUNTERS[i].counter, arena, &value);
        if (rc != RC_OK)
            return rc;
        json_pair_i64(out, COUNTERS[i].name, value < 0 ? 0 : value);
    }
    return RC_OK;
}

static enum rc write_dashboard(struct api *api, struct arena *arena, struct json_out *out)
{
    struct figures figures;
    struct feed_view feed;
    struct writer_state writer;
    enum rc rc = figures_count(api, arena, &figures);
    if (rc != RC_OK)
        return rc;
    json_begin_object(out);
    json_pair_i64(out, "at_risk", figures.at_risk);
    json_pair_i64(out, "due_this_week", figures.due_this_week);
    json_pair_i64(out, "backlog", figures.backlog);
    if ((rc = write_counters(api, arena, out)) != RC_OK || (rc = feed_look(&api->env, arena, &feed)) != RC_OK)
        return rc;
    json_key(out, "feed");
    feed_write(&feed, arena, out);
    writer_look(api, arena, &writer);
    json_key(out, "writer");
    writer_write_health(&writer, out);
    json_end_object(out);
    return RC_OK;
}

void dashboard_show(const struct request *request, struct response *response, struct api *api)
{
    struct json_out out;
    respond_begin(response, &out);
    enum rc rc = write_dashboard(api, request->arena, &out);
    if (rc == RC_OK)
        respond_json(response, 200);
    else
        problem_from_rc(request, response, rc);
}
