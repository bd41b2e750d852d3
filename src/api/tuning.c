/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The detector proposed from the shop's own history: asked for, shown, and taken or declined by an admin. */
#include "step/tuning_acts.h"

#include <math.h>

#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"

static void answer(const struct request *request, struct response *response, enum rc rc, const struct tuning *tuning)
{
    struct json_out out;
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "status", str_of(TUNING_STATUS_WORDS[tuning->status]));
    json_pair_str(&out, "asked_at", time_to_text(tuning->asked_at, request->arena));
    json_pair_str(&out, "made_at", time_to_text(tuning->made_at, request->arena));
    json_pair_str(&out, "by", tuning->by);
    json_key(&out, "proposal");
    if (str_is_none(tuning->proposal))
        json_put_null(&out);
    else
        json_put_raw(&out, tuning->proposal);
    json_end_object(&out);
    respond_json(response, 200);
}

static void refuse(const struct request *request, struct response *response, const char *detail)
{
    struct problem error = {STR(""), STR("state"), str_of(detail)};
    problem_write(request, response, PROBLEM_CONFLICT, error);
}

void tuning_show(const struct request *request, struct response *response, struct api *api)
{
    struct tuning tuning;
    enum rc rc = tuning_read(&api->env, request->arena, &tuning);
    answer(request, response, rc, &tuning);
}

void tuning_run(const struct request *request, struct response *response, struct api *api)
{
    struct tuning tuning;
    enum rc rc = tuning_ask(&api->env, request_actor(request), request->arena, &tuning);
    if (rc == RC_CONFLICT)
        refuse(request, response, "a proposal is being made");
    else
        answer(request, response, rc, &tuning);
}

void tuning_refuse(const struct request *request, struct response *response, struct api *api)
{
    struct tuning tuning;
    enum rc rc = tuning_decline(&api->env, request_actor(request), request->arena, &tuning);
    if (rc == RC_NOT_FOUND)
        refuse(request, response, "no proposal waits");
    else
        answer(request, response, rc, &tuning);
}

void tuning_take(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {{.name = "threshold", .type = JSON_REAL, .low = 0.001, .high = 90}};
    struct policy_act act = {.actor = request_actor(request)};
    struct policy policy;
    struct json *body;
    if (!respond_if_match(request, response, &act.expect) || !body_read(request, response, FIELDS, 1, &body))
        return;
    double threshold = json_get_real(body, "threshold", (double)NAN); /* NaN: the proposal's own */
    json_free(body);
    enum rc rc = env_policy(&api->env, request->arena, &policy);
    if (rc == RC_OK)
        rc = policy.version == act.expect ? tuning_confirm(&api->env, &act, threshold, request->arena, &policy)
                                          : RC_CONFLICT; /* before it is said that nothing waits */
    if (rc == RC_NOT_FOUND)
        refuse(request, response, "no proposal waits");
    else if (rc == RC_INVALID)
        problem_write(request, response, PROBLEM_INVALID,
                      PROBLEM(STR("/threshold"), "range", "is none that this detector can have"));
    else
        policy_answer(request, response, rc, &policy);
}
