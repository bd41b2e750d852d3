/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rules of the shop: shown, and replaced as a whole by an admin who has seen the version in force. The holdout's salt is
 * no rule to edit: it has a route of its own, which asks why. */
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

static void refuse_stale(const struct request *request, struct response *response)
{
    problem_write(request, response, PROBLEM_STALE,
                  PROBLEM(STR("header:If-Match"), "version", "is older than the stored version"));
}

static void refuse_salt(const struct request *request, struct response *response)
{
    problem_write(request, response, PROBLEM_INVALID,
                  PROBLEM(STR("/holdout_salt"), "rotation",
                          "draws all arms anew, which is done only by POST /api/v1/policy/rotate-salt"));
}

void policy_answer(const struct request *request, struct response *response, enum rc rc, const struct policy *policy)
{
    if (rc == RC_OK)
        answer_policy(request, response, policy);
    else if (rc == RC_CONFLICT)
        refuse_stale(request, response);
    else if (rc == RC_DENIED)
        refuse_salt(request, response);
    else
        problem_from_rc(request, response, rc);
}

void policy_show(const struct request *request, struct response *response, struct api *api)
{
    struct policy policy;
    enum rc rc = env_policy(&api->env, request->arena, &policy);
    policy_answer(request, response, rc, &policy);
}

static void put(const struct request *request, struct response *response, struct api *api, const struct json *body,
                int64_t expect)
{
    struct policy policy, in_force, stored;
    struct problems problems = {.count = 0};
    struct policy_act act = {.actor = request_actor(request), .expect = expect};
    /* a PUT replaces: what is not named would fall back to a default that nobody chose */
    policy_check_complete(body, request->arena, &problems);
    policy_from_json(body, request->arena, &policy, &problems);
    if (!body_is_sound(request, response, &problems))
        return;
    enum rc rc = env_policy(&api->env, request->arena, &in_force);
    if (rc == RC_OK) {
        policy_keep(body, &in_force, request->arena, &policy);
        rc = policy_save(&api->env, &policy, &act, request->arena, &stored); /* RC_CONFLICT if it moved on since */
    }
    policy_answer(request, response, rc, &stored);
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

void policy_rotate(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "reason", .type = JSON_STRING, .required = true, .min = 1, .max = 500}};
    struct policy_act act = {.actor = request_actor(request)};
    struct policy policy;
    struct json *body;
    if (!respond_if_match(request, response, &act.expect) || !body_read(request, response, FIELDS, 1, &body))
        return;
    act.reason = json_get_str(body, "reason");
    enum rc rc = policy_rotate_salt(&api->env, &act, request->arena, &policy);
    policy_answer(request, response, rc, &policy);
    json_free(body);
}
