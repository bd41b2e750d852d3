/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/email_writing.h"

#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/call.h"
#include "core/offer.h"
#include "core/record.h"

#define USD(microusd) ((double)(microusd) / 1e6)

void email_write_offer(const struct view *view, const struct email *email, struct json_out *out)
{
    struct offer offer;
    json_key(out, "offer");
    if (offer_from_json(email->offer, view->arena, &offer) != RC_OK) {
        json_put_null(out);
        return;
    }
    json_begin_object(out);
    json_pair_str(out, "text", offer.text);
    json_pair_str(out, "code", offer.code);
    view_time(view, "ends_at", offer.ends_at, out);
    json_end_object(out);
}

/* What is not known yet is null: while a call is under way or may have been billed, its cost is only reserved. */
static void put_cost(const struct call *call, struct json_out *out)
{
    json_pair_real(out, "reserved_usd", USD(call->reserved_microusd));
    json_key(out, "cost_usd");
    if (call->state == CALL_SETTLED)
        json_put_real(out, USD(call->cost_microusd));
    else if (call->state == CALL_FREE)
        json_put_real(out, 0);
    else
        json_put_null(out);
}

static void put_call(const struct view *view, const struct call *call, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "id", call->id);
    view_time(view, "at", call->at, out);
    json_pair_str(out, "state", field_enum_word(CALL_STATE_WORDS, call->state));
    json_pair_str(out, "outcome", call->outcome);
    json_pair_str(out, "error", call->error);
    json_pair_str(out, "model", call->model);
    json_pair_str(out, "provider", call->provider);
    json_pair_str(out, "generation_id", call->generation_id);
    view_i64("prompt_tokens", call->prompt_tokens, out);
    view_i64("completion_tokens", call->completion_tokens, out);
    put_cost(call, out);
    view_i64("latency_ms", call->latency_ms, out);
    view_list("codes", call->codes, out);
    json_pair_bool(out, "has_raw", !str_is_empty(call->raw));
    json_end_object(out);
}

static enum rc put_calls(const struct view *view, const struct email *email, struct json_out *out)
{
    struct store_query query = STORE_QUERY(CALL_BY_EMAIL);
    struct store_page page;
    query.equal = email->id;
    json_key(out, "calls");
    json_begin_array(out);
    do {
        enum rc rc = store_list(view->env->store, &query, view->arena, &page);
        if (rc != RC_OK)
            return rc;
        for (size_t i = 0; i < page.count; i++)
            put_call(view, &((const struct call *)page.items)[i], out);
        query.cursor = page.cursor;
    } while (!str_is_none(query.cursor));
    json_end_array(out);
    return RC_OK;
}

enum rc email_write_writing(const struct view *view, const struct email *email, struct json_out *out)
{
    view_list("egress", email->egress, out);
    view_list("edits", email->edits, out);
    return put_calls(view, email, out);
}

/* The model's own text of one call. It is shown to those who decide on drafts alone, as text that nothing renders. */
void emails_call_raw(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    struct call call;
    enum rc rc = store_get(api->env.store, RECORD_EMAIL, request->param, request->arena, &email);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    rc = store_get(api->env.store, RECORD_CALL, request->part, request->arena, &call);
    if (rc == RC_OK && str_equal(call.email_id, email.id) && !str_is_empty(call.raw))
        respond_text(response, "text/plain; charset=utf-8", call.raw);
    else if (rc == RC_OK || rc == RC_NOT_FOUND)
        problem_write(request, response, PROBLEM_NOT_FOUND,
                      PROBLEM(STR("path:call_id"), "not_found", "has no text, or it was deleted after its time"));
    else
        problem_from_rc(request, response, rc);
}
