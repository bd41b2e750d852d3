/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/idempotency.h"

#include "api/problem.h"
#include "api/respond.h"
#include "api/route.h"
#include "base/hash.h"
#include "base/log.h"
#include "step/admin_acts.h"

#define KEY_MAX 128 /* characters of an Idempotency-Key */

static bool is_sound(struct str key)
{
    if (key.len < 1 || key.len > KEY_MAX)
        return false;
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] < 0x21 || key.ptr[i] > 0x7e)
            return false;
    }
    return true;
}

/* Caller, route and key as one digest: bounded, and no caller can reach another's answers. */
static struct str answer_id(const struct request *request, struct str key)
{
    struct hash_parts parts;
    hash_parts_init(&parts);
    hash_parts_add(&parts, request->caller.name);
    hash_parts_add(&parts, str_of(METHOD_WORDS[request->method]));
    hash_parts_add(&parts, request->path);
    hash_parts_add(&parts, key);
    return hash_parts_hex(&parts, request->arena);
}

/* Enters the key among the running ones; false when it is there. */
static bool enter(struct api *api, struct running *running)
{
    bool fresh = true;
    lock_take(&api->lock);
    for (const struct running *other = api->running; other != NULL && fresh; other = other->next)
        fresh = !str_equal(other->id, running->id);
    if (fresh) {
        running->next = api->running;
        api->running = running;
    }
    lock_drop(&api->lock);
    return fresh;
}

static void leave(struct api *api, struct running *running)
{
    if (str_is_none(running->id))
        return;
    lock_take(&api->lock);
    for (struct running **link = &api->running; *link != NULL; link = &(*link)->next) {
        if (*link == running) {
            *link = running->next;
            break;
        }
    }
    lock_drop(&api->lock);
    running->id = STR_NONE;
}

/* Where the record is, if it can be read there: people, for one, only come in their list. */
static void add_location(const struct request *request, struct response *response, struct str id)
{
    struct str params[ROUTE_PARAMS];
    unsigned allowed;
    struct str location = arena_printf(request->arena, "%s/%.*s", request->route->pattern, STR_ARG(id));
    if (route_find(METHOD_GET, location, params, &allowed) != NULL)
        response_header(response, "Location", location);
}

/* The kept answer again, with the headers that its body allows to make. */
static void replay(const struct request *request, struct response *response, const struct answer *answer)
{
    struct json *body = NULL;
    struct json_error error;
    bool lines = (request->route->flags & ROUTE_NDJSON) != 0;
    response_reset(response);
    response->status = (int)answer->status;
    response->is_kept = true;
    if (str_is_empty(answer->body))
        return;
    buf_add(&response->body, answer->body);
    response->type = lines ? "application/x-ndjson" : "application/json";
    if (!lines && json_parse(answer->body, &body, &error) == RC_OK) {
        if (json_get_i64(body, "version", 0) > 0)
            respond_etag(request, response, json_get_i64(body, "version", 0));
        if (answer->status == 201 && !str_is_none(json_get_str(body, "id")))
            add_location(request, response, json_get_str(body, "id"));
    }
    json_free(body);
}

/* RC_NOT_FOUND when the request is to be run; else the response is filled. */
static enum rc answer_again(struct api *api, const struct request *request, struct response *response)
{
    struct answer answer;
    enum rc rc = answer_find(&api->env, request->answer_id, request->arena, &answer);
    if (rc == RC_NOT_FOUND)
        return rc;
    if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else if (str_equal(answer.body_hash, request->body_hash))
        replay(request, response, &answer);
    else
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("header:Idempotency-Key"), "idempotency_key", "stands for another body already"));
    return RC_OK;
}

bool idempotency_begin(struct api *api, struct request *request, struct response *response, struct running *running)
{
    struct str key = request_header(request, "Idempotency-Key");
    struct str where = STR("header:Idempotency-Key");
    *running = (struct running){.id = STR_NONE};
    if ((request->route->flags & ROUTE_KEY) == 0 || str_is_none(key))
        return true;
    if (!is_sound(key)) {
        problem_write(request, response, PROBLEM_MALFORMED,
                      PROBLEM(where, "pattern", "must have 1 to 128 visible ASCII characters"));
        return false;
    }
    request->answer_id = answer_id(request, key);
    request->body_hash = hash_sha256_hex(request->body, request->arena);
    running->id = request->answer_id;
    if (!enter(api, running)) {
        running->id = STR_NONE;
        problem_write(request, response, PROBLEM_CONFLICT,
                      PROBLEM(where, "running", "belongs to a request that still runs"));
        return false;
    }
    if (answer_again(api, request, response) == RC_NOT_FOUND)
        return true;
    leave(api, running);
    return false;
}

void idempotency_end(struct api *api, const struct request *request, struct response *response, struct running *running)
{
    bool good = response->status >= 200 && response->status < 300;
    if (!str_is_none(running->id) && good && !response->is_kept) {
        struct answer answer = {.id = request->answer_id,
                                .body_hash = request->body_hash,
                                .status = response->status,
                                .body = buf_str(&response->body)};
        enum rc rc = answer_keep(&api->env, &answer, request->arena);
        if (rc != RC_OK) /* the act itself is done and durable, so its answer stands */
            log_warn("answer_not_kept", "request=" LOG_STR " rc=%s", LOG_ARG(request->id), rc_name(rc));
    }
    leave(api, running);
}
