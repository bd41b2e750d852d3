/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One order: record, show, upsert from the shop's system, cancel. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/ingested.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/record.h"
#include "step/ingest.h"

static void answer_order(const struct request *request, struct response *response, const struct order *order,
                         int status)
{
    struct json_out out;
    respond_begin(response, &out);
    record_to_json(RECORD_ORDER, order, false, &out);
    respond_json(response, status);
    respond_etag(request, response, order->version);
}

void orders_show(const struct request *request, struct response *response, struct api *api)
{
    struct order order;
    enum rc rc = store_get(api->env.store, RECORD_ORDER, request->param, request->arena, &order);
    if (rc == RC_OK)
        answer_order(request, response, &order, 200);
    else
        problem_from_rc(request, response, rc);
}

static struct str render_order(void *ctx, const void *record, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    (void)ctx;
    json_out_init(&out, &text);
    record_to_json(RECORD_ORDER, record, false, &out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

/* An order without id is named by its Idempotency-Key, so that a repeat finds it even when the kept answer is gone. */
static bool name_order(const struct request *request, struct response *response, struct order *order)
{
    if (!str_is_none(order->id))
        return true;
    if (str_is_none(request->answer_id)) {
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("header:Idempotency-Key"), "required", "is needed for an order without an id"));
        return false;
    }
    order->id = arena_printf(request->arena, "k-%.32s", request->answer_id.ptr);
    return true;
}

static void create(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct order order;
    struct problems problems = {.count = 0};
    struct ingested done = {.request = request, .api = api, .render = render_order};
    record_init(RECORD_ORDER, &order);
    record_from_json(RECORD_ORDER, body, INPUT_CREATE, request->arena, &order, &problems);
    if (!body_is_sound(request, response, &problems) || !name_order(request, response, &order))
        return;
    enum rc rc = ingest_order(&api->env, &order, INGEST_CREATE, STR("api"), ingested_keep(&done, 201), request->arena,
                              &done.status);
    if (!ingested_went_well(&done, response, rc))
        return;
    answer_order(request, response, &order, 201);
    ingested_location(&done, response, order.id);
}

void orders_create(const struct request *request, struct response *response, struct api *api)
{
    struct json *body;
    if (!body_object(request, response, &body))
        return;
    create(request, response, api, body);
    json_free(body);
}

static void put(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct order order;
    struct problems problems = {.count = 0};
    struct ingested done = {.request = request, .api = api};
    record_init(RECORD_ORDER, &order);
    order.id = request->param;
    record_from_json(RECORD_ORDER, body, INPUT_UPSERT, request->arena, &order, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    enum rc rc = ingest_order(&api->env, &order, INGEST_UPSERT, STR("api"), NULL, request->arena, &done.status);
    if (!ingested_went_well(&done, response, rc))
        return;
    answer_order(request, response, &order, ingested_status(&done, order.version));
    ingested_result(&done, response, order.version);
}

void orders_put(const struct request *request, struct response *response, struct api *api)
{
    struct json *body;
    if (!body_object(request, response, &body))
        return;
    put(request, response, api, body);
    json_free(body);
}

void orders_cancel(const struct request *request, struct response *response, struct api *api)
{
    struct order order;
    enum rc rc = ingest_order_cancel(&api->env, request->param, STR("api"), request->arena, &order);
    if (rc == RC_OK)
        answer_order(request, response, &order, 200);
    else
        problem_from_rc(request, response, rc);
}
