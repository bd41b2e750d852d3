/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /api/v1/clients/{id}/prompt: the exact request that a draft for this client would send now, without sending it. It holds
 * nothing of the client's (core/brief.h), and the search that guards a real call has looked through it here too. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/egress.h"
#include "step/read_brief.h"

struct showing {
    struct brief_records *records;
    struct prompt prompt;
    struct writer_call call;
    const char *found; /* kind of personal data in the bytes; NULL: none */
};

static enum rc prepare(const struct request *request, const struct api *api, struct showing *out)
{
    struct writer *writer = api->env.writer;
    out->records = arena_new(request->arena, 1, sizeof *out->records);
    enum rc rc = brief_read(&api->env, request->param, 0, request->arena, out->records);
    struct prompt_input input = {.brief = &out->records->brief, .policy = &out->records->policy};
    if (rc == RC_OK)
        rc = prompt_make(&input, request->arena, &out->prompt);
    if (rc == RC_OK)
        rc = writer->vtable->prepare(writer, &out->records->brief, &out->prompt, request->arena, &out->call);
    if (rc != RC_OK)
        return rc;
    rc = egress_search(out->call.body, &out->prompt, &out->records->brief, &out->records->client, request->arena,
                       &out->found);
    return rc == RC_DENIED ? RC_OK : rc;
}

static void write_prompt(const struct request *request, const struct showing *showing, struct json_out *out)
{
    const struct writer_call *call = &showing->call;
    bool leaves = call->body.len > 0;
    json_begin_object(out);
    json_pair_str(out, "version", leaves ? showing->prompt.version : STR_NONE);
    json_key(out, "request");
    json_put_raw(out, call->body); /* null: this writer asks nobody */
    json_key(out, "egress");
    json_put_raw(out, leaves ? egress_manifest(&showing->prompt, request->arena) : STR("[]"));
    json_pair_str(out, "personal_data", showing->found != NULL ? str_of(showing->found) : STR_NONE);
    json_pair_i64(out, "tokens", call->tokens);
    json_pair_real(out, "cost_usd", (double)call->cost_microusd / 1e6);
    json_end_object(out);
}

void client_prompt(const struct request *request, struct response *response, struct api *api)
{
    struct showing showing = {.found = NULL};
    struct json_out out;
    enum rc rc = prepare(request, api, &showing);
    if (rc == RC_INVALID) {
        problem_write(
            request, response, PROBLEM_CONFLICT,
            PROBLEM(STR_NONE, "nothing_to_say", "There is no fact that an email to this client could state."));
        return;
    }
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    write_prompt(request, &showing, &out);
    respond_json(response, 200);
}
