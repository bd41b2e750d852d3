/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/draft_note.h"

#include "step/audit_email.h"

static struct str members_of(const struct drafting *d)
{
    const struct writer_reply *reply = &d->reply;
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "prompt_version", d->email.prompt_version); /* covers instructions and schema */
    json_pair_str(&out, "template_version", d->email.template_version);
    json_pair_str(&out, "request_hash", d->email.request_hash);
    json_pair_str(&out, "call_id", d->call.id);
    json_pair_str(&out, "writer", reply->kind);
    json_pair_str(&out, "model", reply->model);
    json_pair_str(&out, "provider", reply->provider);
    json_pair_str(&out, "generation_id", reply->generation_id);
    json_pair_i64(&out, "cost_microusd", reply->bill == WRITER_BILL_KNOWN ? reply->cost_microusd : 0);
    json_pair_bool(&out, "cost_known", reply->bill != WRITER_BILL_UNKNOWN);
    json_pair_i64(&out, "tokens", reply->prompt_tokens + reply->completion_tokens);
    json_pair_str(&out, "reply_hash", str_is_none(reply->raw) ? STR_NONE : hash_sha256_hex(reply->raw, d->arena));
    json_key(&out, "codes");
    json_put_raw(&out, d->call.codes);
    json_end_object(&out);
    struct str all = arena_str(d->arena, buf_str(&text));
    buf_clear(&text);
    return (struct str){all.ptr + 1, all.len - 2};
}

void draft_note_add(const struct drafting *d, struct batch *batch)
{
    static const char *const ACTIONS[EMAIL_STATUS_COUNT] = {[EMAIL_IN_REVIEW] = "email.drafted",
                                                            [EMAIL_BLOCKED] = "email.drafted",
                                                            [EMAIL_DRAFT_FAILED] = "email.draft_failed"};
    struct email_act act = {.action = ACTIONS[d->email.status], .rule = d->email.reason};
    if (d->email.status == EMAIL_DRAFTING && str_equal(d->email.reason, DRAFTING_AGAIN))
        act.action = "email.regenerated"; /* by the program itself */
    if (act.action == NULL)
        return;
    bool asked = !str_is_none(d->reply.kind); /* given up before anybody was asked: there is nothing to tell */
    act.detail = asked ? members_of(d) : STR_NONE;
    audit_email(d->env, batch, &d->email, &act, d->arena);
}
