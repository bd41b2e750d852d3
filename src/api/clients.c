/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One client: create, show, upsert from the shop's system, change by staff, erase. */
#include <string.h>

#include "api/body.h"
#include "api/handlers.h"
#include "api/ingested.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/view.h"
#include "core/record.h"
#include "step/client_acts.h"
#include "step/ingest.h"

/* Reads client, engagement, policy and scale and writes the whole client. */
static enum rc write_client(const struct request *request, struct api *api, const struct client *client,
                            struct json_out *out)
{
    struct view view;
    struct engagement engagement;
    enum rc rc = view_load(&api->env, request->arena, &view);
    if (rc == RC_OK)
        rc = view_engagement(&view, client->id, &engagement);
    if (rc == RC_OK)
        view_client(&view, client, &engagement, out);
    return rc;
}

static void answer_client(const struct request *request, struct response *response, struct api *api,
                          const struct client *client, int status)
{
    struct json_out out;
    respond_begin(response, &out);
    enum rc rc = write_client(request, api, client, &out);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_json(response, status);
    respond_etag(request, response, client->version);
}

void clients_show(const struct request *request, struct response *response, struct api *api)
{
    struct client client;
    enum rc rc = store_get(api->env.store, RECORD_CLIENT, request->param, request->arena, &client);
    if (rc == RC_OK)
        answer_client(request, response, api, &client, 200);
    else
        problem_from_rc(request, response, rc);
}

/* The answer that is kept with the record when there is an Idempotency-Key. */
static struct str render_client(void *ctx, const void *record, struct arena *arena)
{
    const struct ingested *from = ctx;
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    if (write_client(from->request, from->api, record, &out) != RC_OK)
        buf_reset(&text); /* the record is good; its answer can be had by GET */
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static void create(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct client client;
    struct problems problems = {.count = 0};
    struct ingested done = {.request = request, .api = api, .render = render_client};
    record_init(RECORD_CLIENT, &client);
    record_from_json(RECORD_CLIENT, body, INPUT_CREATE, request->arena, &client, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    if (str_is_none(client.id))
        client.id = env_new_id(&api->env, request->arena);
    enum rc rc = ingest_client(&api->env, &client, INGEST_CREATE, STR("api"), ingested_keep(&done, 201), request->arena,
                               &done.status);
    if (!ingested_went_well(&done, response, rc))
        return;
    answer_client(request, response, api, &client, 201);
    ingested_location(&done, response, client.id);
}

void clients_create(const struct request *request, struct response *response, struct api *api)
{
    struct json *body;
    if (!body_object(request, response, &body))
        return;
    create(request, response, api, body);
    json_free(body);
}

static void put(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct client client;
    struct problems problems = {.count = 0};
    struct ingested done = {.request = request, .api = api};
    record_init(RECORD_CLIENT, &client);
    client.id = request->param;
    record_from_json(RECORD_CLIENT, body, INPUT_UPSERT, request->arena, &client, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    enum rc rc = ingest_client(&api->env, &client, INGEST_UPSERT, STR("api"), NULL, request->arena, &done.status);
    if (!ingested_went_well(&done, response, rc))
        return;
    answer_client(request, response, api, &client, ingested_status(&done, client.version));
    ingested_result(&done, response, client.version);
}

void clients_put(const struct request *request, struct response *response, struct api *api)
{
    struct json *body;
    if (!body_object(request, response, &body))
        return;
    put(request, response, api, body);
    json_free(body);
}

/* A patch that says something of consent replaces it as a whole, and only as the rules of consent allow. */
static bool check_consent(const struct request *request, struct response *response, const struct client *old,
                          const struct client *client, const struct json *body)
{
    if (json_get(body, "consent") == NULL || client_consent_accepts(old, client))
        return true;
    problem_write(
        request, response, PROBLEM_INVALID,
        PROBLEM(STR("/consent/status"), "consent",
                "an opt-out is undone only by a later act of the person, with at and evidence; a complaint never"));
    return false;
}

static void clear_consent(struct client *client, const struct json *body)
{
    if (json_get(body, "consent") == NULL)
        return;
    client->consent_status = CONSENT_UNKNOWN;
    client->consent_basis = CONSENT_BASIS_NONE;
    client->consent_until = TIME_NONE;
    client->consent_source = STR_NONE;
    client->consent_evidence = STR_NONE;
    client->consent_at = TIME_NONE;
}

static void patch(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct client old, client;
    struct problems problems = {.count = 0};
    int64_t expect;
    enum rc rc = store_get(api->env.store, RECORD_CLIENT, request->param, request->arena, &old);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    if (!respond_if_match(request, response, &expect))
        return;
    memcpy(&client, &old, sizeof client);
    clear_consent(&client, body);
    record_from_json(RECORD_CLIENT, body, INPUT_PATCH, request->arena, &client, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    if (old.version == expect && !check_consent(request, response, &old, &client, body))
        return;
    rc = ingest_client_edit(&api->env, &client, expect, request->arena);
    if (rc == RC_CONFLICT)
        problem_write(request, response, PROBLEM_STALE,
                      PROBLEM(STR("header:If-Match"), "version", "is older than the stored version"));
    else if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        answer_client(request, response, api, &client, 200);
}

void clients_patch(const struct request *request, struct response *response, struct api *api)
{
    struct json *body;
    if (!body_object(request, response, &body))
        return;
    patch(request, response, api, body);
    json_free(body);
}

void clients_erase(const struct request *request, struct response *response, struct api *api)
{
    struct str receipt;
    enum rc rc = erase_client(&api->env, request->param, request->caller.name, request->arena, &receipt);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_text(response, "application/json", receipt);
}
