/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The backlog: clients who were drifting already when their history came; staff let them go in batches. */
#include "api/body.h"
#include "api/figures.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/view.h"
#include "step/client_acts.h"

static enum rc write_item(const struct view *view, const struct engagement *engagement, struct json_out *out)
{
    int64_t silence = view->now - engagement->last_at;
    json_begin_object(out);
    json_pair_str(out, "client_id", engagement->client_id);
    json_key(out, "client");
    enum rc rc = view_person(view, engagement->client_id, out);
    if (rc != RC_OK)
        return rc;
    json_pair_str(out, "reason", field_enum_word(BACKLOG_REASON_WORDS, engagement->backlog));
    view_time(view, "due_at", engagement->due_at, out);
    view_time(view, "last_order_at", engagement->last_at, out);
    view_number("silence_days", silence > 0 ? (double)silence / (double)TIME_DAY_MS : 0, out);
    json_pair_i64(out, "total_minor", engagement->value_minor);
    json_end_object(out);
    return RC_OK;
}

void backlog_show(const struct request *request, struct response *response, struct api *api)
{
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_BACKLOG);
    struct store_page list;
    struct figures figures;
    struct page page;
    struct json_out out;
    const struct view view = {.env = &api->env, .arena = request->arena, .now = clock_now(api->env.clock)};
    if (!page_read(request, response, STR(""), &page))
        return;
    query.descending = true;
    query.limit = page.limit;
    query.cursor = page.cursor;
    if (!page_list(request, response, api->env.store, &query, &list))
        return;
    enum rc rc = figures_count(api, request->arena, &figures);
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_i64(&out, "count", figures.backlog);
    page_items(&out);
    for (size_t i = 0; i < list.count && rc == RC_OK; i++)
        rc = write_item(&view, &((const struct engagement *)list.items)[i], &out);
    if (rc == RC_OK)
        page_end(request, response, &page, &out, list.cursor);
    else
        problem_from_rc(request, response, rc);
}

static void release(const struct request *request, struct response *response, struct api *api, int64_t count)
{
    struct backlog_release release = {.count = count};
    struct json_out out;
    enum rc rc = backlog_release(&api->env, request->caller.name, &release, request->arena);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    lock_take(&api->lock);
    api->figures.at_ms = 0; /* the count just changed by our own hand */
    lock_drop(&api->lock);
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_i64(&out, "released", release.count);
    json_pair_i64(&out, "skipped", release.skipped);
    json_pair_i64(&out, "remaining", release.left);
    json_end_object(&out);
    respond_json(response, 200);
}

void backlog_release_some(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "count", .type = JSON_INT, .required = true, .min = 1, .max = 10000}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    release(request, response, api, json_get_i64(body, "count", 0));
    json_free(body);
}
