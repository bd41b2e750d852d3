/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /api/v1/policy/preview: what another policy would have caused and would cause, beside the one in force. */
#include <math.h>

#include "api/body.h"
#include "api/handlers.h"
#include "api/preview_walk.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/metrics.h"
#include "step/reads.h"

#define COME_BACK_MS 2000 /* about a walk of a large shop */

/* Members of the policy that a preview may change. */
static const char *const ASKED[] = {"threshold", "detector", "daily_episodes", "cap_days", "holdout_share"};

/* --- the question -------------------------------------------------------------------------------------------------- */
static bool read_asked(const struct request *request, struct response *response, const struct json *body,
                       struct policy *policy)
{
    struct problems problems = {.count = 0};
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        const struct json *value = json_get(body, ASKED[i]);
        if (value != NULL)
            policy_member_from_json(str_of(ASKED[i]), value, request->arena, policy, &problems);
    }
    return body_is_sound(request, response, &problems);
}

static bool read_question(const struct request *request, struct response *response, struct api *api,
                          const struct json *body, struct preview_question *out)
{
    enum rc rc = env_policy(&api->env, request->arena, &out->policies[0]);
    if (rc == RC_OK)
        rc = read_scale(&api->env, request->arena, &out->scale);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return false;
    }
    out->policies[1] = out->policies[0];
    out->now_ms = clock_now(api->env.clock);
    out->past_days = json_get_i64(body, "past_days", PREVIEW_PAST_DAYS);
    out->next_days = json_get_i64(body, "next_days", PREVIEW_NEXT_DAYS);
    return read_asked(request, response, body, &out->policies[1]);
}

/* --- the answer ---------------------------------------------------------------------------------------------------- */
/* Of what is counted in whole things, halves are said only where they are expected numbers. */
static void put_figure(struct json_out *out, const char *name, const struct preview_figure *figure)
{
    json_key(out, name);
    json_begin_object(out);
    json_pair_real(out, "value", round(figure->value * 10) / 10);
    json_pair_real(out, "error", round(figure->error * 10) / 10);
    json_end_object(out);
}

static void put_span(struct json_out *out, const char *name, int64_t days, const struct preview_answer_span *span)
{
    json_key(out, name);
    json_begin_object(out);
    json_pair_i64(out, "days", days);
    put_figure(out, "episodes", &span->episodes);
    put_figure(out, "emails", &span->emails);
    put_figure(out, "holdout", &span->holdout);
    json_end_object(out);
}

static void put_effect(struct json_out *out, const char *name, const struct preview_question *question,
                       const struct preview_answer *answer)
{
    json_key(out, name);
    json_begin_object(out);
    put_span(out, "past", question->past_days, &answer->past);
    put_span(out, "next", question->next_days, &answer->next);
    put_figure(out, "backlog", &answer->backlog);
    json_end_object(out);
}

static void answer(const struct request *request, struct response *response, const struct preview_question *question,
                   const struct preview_result *result)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "basis", result->exact ? STR("exact") : STR("sample"));
    json_pair_i64(&out, "looked_at", result->looked_at);
    json_pair_i64(&out, "clients", result->clients);
    json_pair_str(&out, "as_of", time_to_text(result->as_of, request->arena));
    put_effect(&out, "now", question, &result->answers[0]);
    put_effect(&out, "then", question, &result->answers[1]);
    json_end_object(&out);
    respond_json(response, 200);
}

static void preview(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct preview_question *question = arena_new(request->arena, 1, sizeof *question);
    struct preview_result result;
    if (!read_question(request, response, api, body, question))
        return;
    bool exact = json_get_bool(body, "exact");
    int64_t began = clock_mono();
    enum rc rc = exact ? preview_exact(&api->preview, api->env.store, question, &result)
                       : preview_sample(api->env.store, question, &result);
    if (rc == RC_OK) {
        metrics_observe("rekindle_preview_seconds", exact ? "basis=\"exact\"" : "basis=\"sample\"",
                        (double)(clock_mono() - began) / 1000);
        answer(request, response, question, &result);
    } else if (rc == RC_LIMITED) {
        problem_wait(request, response, PROBLEM_LIMITED, COME_BACK_MS);
    } else if (rc == RC_BUSY) {
        problem_wait(request, response, PROBLEM_UNAVAILABLE, COME_BACK_MS);
    } else {
        problem_from_rc(request, response, rc);
    }
}

void policy_preview(const struct request *request, struct response *response, struct api *api)
{
    /* those that are members of the policy are held to its rules, not to these */
    static const struct body_field FIELDS[] = {
        {.name = "threshold", .type = JSON_REAL, .low = -INFINITY, .high = INFINITY},
        {.name = "detector", .type = JSON_OBJECT},
        {.name = "daily_episodes", .type = JSON_INT, .min = INT64_MIN, .max = INT64_MAX},
        {.name = "cap_days", .type = JSON_INT, .min = INT64_MIN, .max = INT64_MAX},
        {.name = "holdout_share", .type = JSON_REAL, .low = -INFINITY, .high = INFINITY},
        {.name = "past_days", .type = JSON_INT, .min = 1, .max = PREVIEW_PAST_DAYS},
        {.name = "next_days", .type = JSON_INT, .min = 1, .max = PREVIEW_NEXT_DAYS},
        {.name = "exact", .type = JSON_BOOL}};
    struct json *body;
    if (!body_read(request, response, FIELDS, sizeof FIELDS / sizeof FIELDS[0], &body))
        return;
    preview(request, response, api, body);
    json_free(body);
}
