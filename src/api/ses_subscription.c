/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The topics of REKINDLE_SES_TOPICS and whether they tell us: shown, and a waiting question answered by an admin. */
#include "step/ses_subscription.h"

#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"

static void write_one(const struct request *request, const struct ses_subscription *one, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "topic_arn", one->topic_arn);
    json_pair_str(out, "state", str_of(SES_SUBSCRIPTION_WORDS[one->state]));
    json_pair_str(out, "asked_at", time_to_text(one->asked_at, request->arena));
    json_pair_str(out, "confirmed_at", time_to_text(one->confirmed_at, request->arena));
    json_pair_str(out, "confirmed_by", one->by);
    json_end_object(out);
}

void ses_subscription_show(const struct request *request, struct response *response, struct api *api)
{
    struct ses_subscription one;
    struct json_out out;
    struct str topics = api->options.ses_topics;
    enum rc rc = RC_OK;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_key(&out, "items");
    json_begin_array(&out);
    while (!str_is_none(topics) && rc == RC_OK) {
        rc = ses_subscription_read(&api->env, str_trim(str_cut(&topics, ',')), request->arena, &one);
        if (rc == RC_OK)
            write_one(request, &one, &out);
    }
    json_end_array(&out);
    json_end_object(&out);
    if (rc == RC_OK)
        respond_json(response, 200);
    else
        problem_from_rc(request, response, rc);
}

static void confirm(const struct request *request, struct response *response, struct api *api, struct str topic_arn)
{
    struct ses_confirmation wish = {
        .topic_arn = topic_arn, .actor = request_actor(request), .fetch = api->options.fetch};
    struct ses_subscription one;
    struct json_out out;
    struct str why = STR_NONE;
    enum rc rc = ses_subscription_confirm(&api->env, &wish, request->arena, &one, &why);
    if (rc == RC_NOT_FOUND) {
        problem_write(request, response, PROBLEM_CONFLICT,
                      PROBLEM(STR(""), "state", "no question of this topic waits"));
    } else if (rc != RC_OK && !str_is_none(why)) {
        problem_wait(request, response, PROBLEM_UNAVAILABLE, 60 * TIME_SECOND_MS);
    } else if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
    } else {
        respond_begin(response, &out);
        write_one(request, &one, &out);
        respond_json(response, 200);
    }
}

void ses_subscription_post(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "topic_arn", .type = JSON_STRING, .required = true, .min = 1, .max = 300}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 1, &body))
        return;
    confirm(request, response, api, json_get_str(body, "topic_arn"));
    json_free(body);
}
