/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /api/v1/bounce, over the admin socket alone: a message that came to the bounce domain, handed on by the mail server of
 * this machine (`rekindle bounce`). A token in it shows which mail it is about; nobody else may bring us messages. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "step/notice_message.h"

static void answer(struct response *response, const struct notice_outcome *outcome)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "result", str_of(NOTICE_RESULT_WORDS[outcome->result]));
    json_pair_str(&out, "type", notice_outcome_type(outcome));
    json_pair_str(&out, "email_id", outcome->email_id);
    json_end_object(&out);
    respond_json(response, 200);
}

void bounce_post(const struct request *request, struct response *response, struct api *api)
{
    struct notice_outcome outcome;
    enum rc rc = notice_from_message(&api->env, STR("pipe"), request->body, request->arena, &outcome);
    if (rc == RC_OK)
        answer(response, &outcome);
    else
        problem_from_rc(request, response, rc);
}
