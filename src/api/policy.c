/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules of the shop: shown, and replaced as a whole by an admin who has seen the version in force. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "step/admin_acts.h"

static void answer_policy(const struct request *request, struct response *response, const struct policy *policy)
{
    struct json_out out;
    respond_begin(response, &out);
    policy_to_json(policy, &out);
    respond_json(response, 200);
    respond_etag(request, response, policy->version);
}

void policy_show(const struct request *request, struct response *response, struct api *api)
{
    struct policy policy;
    enum rc rc = env_policy(&api->env, request->arena, &policy);
    if (rc == RC_OK)
        answer_policy(request, response, &policy);
    else
        problem_from_rc(request, response, rc);
}

static void put(const struct request *request, struct response *response, struct api *api, const struct json *body,
                int64_t expect)
{
    struct policy policy, stored;
    struct problems problems = {.count = 0};
    /* a PUT replaces: what is not named would fall back to a default that nobody chose */
    policy_check_complete(body, request->arena, &problems);
    policy_from_json(body, request->arena, &policy, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    struct policy_act act = {.actor = request->caller.name, .expect = expect};
    enum rc rc = policy_save(&api->env, &policy, &act, request->arena, &stored);
    if (rc == RC_CONFLICT)
        problem_write(request, response, PROBLEM_STALE,
                      PROBLEM(STR("header:If-Match"), "version", "is older than the stored version"));
    else if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        answer_policy(request, response, &stored);
}

void policy_put(const struct request *request, struct response *response, struct api *api)
{
    struct json *body;
    int64_t expect;
    if (!respond_if_match(request, response, &expect) || !body_object(request, response, &body))
        return;
    put(request, response, api, body, expect);
    json_free(body);
}
