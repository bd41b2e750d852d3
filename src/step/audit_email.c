/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/audit_email.h"

#include <string.h>

#include "base/json.h"

static struct str taken(struct buf *text, struct arena *arena)
{
    struct str result = arena_str(arena, buf_str(text));
    buf_clear(text);
    return result;
}

void audit_email(const struct step_env *env, struct batch *batch, const struct email *email,
                 const struct email_act *act, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "status", str_of(EMAIL_STATUS_WORDS[email->status]));
    json_pair_str(&out, "content_hash", email->content_hash);
    if (!str_is_none(act->rule))
        json_pair_str(&out, "rule", act->rule);
    json_end_object(&out);
    struct str detail = taken(&text, arena);
    if (!str_is_none(act->detail))
        detail = arena_printf(arena, "%.*s,%.*s}", (int)(detail.len - 1), detail.ptr, STR_ARG(act->detail));
    struct audit_entry entry = {.actor = str_is_none(act->actor) ? AUDIT_ACTOR_SELF : audit_actor(act->actor),
                                .action = str_of(act->action),
                                .subject = email->id,
                                .detail = detail};
    audit_add(env, batch, &entry, arena);
}

/* --- review -------------------------------------------------------------------------------------------------------- */
/* Of the last edit: the names of the changed fields, and the hash of what the email keeps of it. */
static struct str edit_detail(struct str edits, struct arena *arena)
{
    struct json *list = NULL;
    struct json_error error;
    struct buf text = {0}, kept = {0};
    struct json_out out;
    if (str_is_empty(edits) || json_parse(edits, &list, &error) != RC_OK)
        return STR_NONE;
    const struct json *last = json_at(list, json_size(list) - 1), *changes = json_get(last, "changes");
    json_dump_sorted(last, &kept);
    json_out_init(&out, &text);
    json_begin_array(&out);
    for (size_t i = 0; i < json_size(changes); i++)
        json_put_str(&out, json_get_str(json_at(changes, i), "field"));
    json_end_array(&out);
    struct str hash = hash_sha256_hex(buf_str(&kept), arena);
    struct str detail =
        arena_printf(arena, "\"fields\":%.*s,\"diff_hash\":\"%.*s\"", STR_ARG(buf_str(&text)), STR_ARG(hash));
    buf_clear(&kept);
    buf_clear(&text);
    json_free(list);
    return detail;
}

void audit_review(const struct step_env *env, struct batch *batch, const struct email *email, struct str actor,
                  const char *action, struct arena *arena)
{
    static const struct {
        const char *word, *action;
    } ACTS[] = {{"approve", "email.approved"},       {"undo", "email.undone"},
                {"reject", "email.rejected"},        {"edit", "email.edited"},
                {"regenerate", "email.regenerated"}, {"retry", "email.retried"},
                {"resolve_sent", "email.resolved"},  {"resolve_failed", "email.resolved"}};
    struct email_act act = {.actor = actor, .action = "email.reviewed"};
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++)
        if (strcmp(ACTS[i].word, action) == 0)
            act.action = ACTS[i].action;
    if (strcmp(action, "edit") == 0)
        act.detail = edit_detail(email->edits, arena);
    audit_email(env, batch, email, &act, arena);
}

/* --- sending ------------------------------------------------------------------------------------------------------- */
void audit_sent(const struct step_env *env, struct batch *batch, const struct email *email, const struct reply *reply,
                struct str message_hash, struct arena *arena)
{
    static const char *const ACTIONS[EMAIL_STATUS_COUNT] = {[EMAIL_APPROVED] = "email.deferred",
                                                            [EMAIL_SENT] = "email.sent",
                                                            [EMAIL_REHEARSED] = "email.rehearsed",
                                                            [EMAIL_FAILED] = "email.failed",
                                                            [EMAIL_UNCERTAIN] = "email.uncertain"};
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "message_hash", message_hash);
    json_pair_str(&out, "message_id", email->message_id);
    json_pair_str(&out, "result", str_of(REPLY_CLASS_WORDS[reply->class]));
    json_pair_str(&out, "phase", str_of(REPLY_PHASE_WORDS[reply->phase]));
    json_pair_i64(&out, "code", reply->code);
    json_end_object(&out);
    struct str members = taken(&text, arena);
    struct email_act act = {.action = ACTIONS[email->status] ? ACTIONS[email->status] : "email.handed_over",
                            .detail = {members.ptr + 1, members.len - 2}};
    audit_email(env, batch, email, &act, arena);
}
