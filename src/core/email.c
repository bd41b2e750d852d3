/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The email's table of fields and its life: one table of states and events. What is not in it cannot happen. */
#include "core/email.h"

#include "core/record_counts.h"

#define AT(member) offsetof(struct email, member)

const char *const EMAIL_STATUS_WORDS[] = {
    "drafting",  "blocked", "draft_failed", "in_review", "approved",  "sending", "sent",
    "rehearsed", "failed",  "uncertain",    "rejected",  "cancelled", "held",    NULL,
};
const char *const EMAIL_EVENT_WORDS[] = {
    "drafted_clean",
    "drafted_hard",
    "draft_given_up",
    "approve",
    "undo",
    "reject",
    "edit_clean",
    "edit_hard",
    "regenerate",
    "retry",
    "claim",
    "accepted",
    "rehearsed",
    "deferred",
    "refused",
    "broken_after_dot",
    "cancel",
    "hold",
    "unhold",
    "stale_picks",
    "resolve_sent",
    "resolve_failed",
    NULL,
};

/* A cell holds the next state + 1, so that a cell left out is 0: no such arrow. */
#define TO(state) (EMAIL_##state + 1)

static const unsigned char NEXT[EMAIL_STATUS_COUNT][EMAIL_EVENT_COUNT] = {
    [EMAIL_DRAFTING] =
        {
            [EMAIL_EV_DRAFTED_CLEAN] = TO(IN_REVIEW),
            [EMAIL_EV_DRAFTED_HARD] = TO(BLOCKED),
            [EMAIL_EV_DRAFT_GIVEN_UP] = TO(DRAFT_FAILED),
            [EMAIL_EV_CANCEL] = TO(CANCELLED),
        },
    [EMAIL_BLOCKED] =
        {
            [EMAIL_EV_EDIT_CLEAN] = TO(IN_REVIEW),
            [EMAIL_EV_EDIT_HARD] = TO(BLOCKED),
            [EMAIL_EV_REGENERATE] = TO(DRAFTING),
            [EMAIL_EV_CANCEL] = TO(CANCELLED),
        },
    [EMAIL_DRAFT_FAILED] =
        {
            [EMAIL_EV_RETRY] = TO(DRAFTING),
            [EMAIL_EV_CANCEL] = TO(CANCELLED),
        },
    [EMAIL_IN_REVIEW] =
        {
            [EMAIL_EV_APPROVE] = TO(APPROVED),
            [EMAIL_EV_REJECT] = TO(REJECTED),
            [EMAIL_EV_EDIT_CLEAN] = TO(IN_REVIEW),
            [EMAIL_EV_EDIT_HARD] = TO(BLOCKED),
            [EMAIL_EV_REGENERATE] = TO(DRAFTING),
            [EMAIL_EV_STALE_PICKS] = TO(IN_REVIEW),
            [EMAIL_EV_CANCEL] = TO(CANCELLED),
        },
    [EMAIL_APPROVED] =
        {
            [EMAIL_EV_UNDO] = TO(IN_REVIEW),
            [EMAIL_EV_CLAIM] = TO(SENDING),
            [EMAIL_EV_STALE_PICKS] = TO(IN_REVIEW),
            [EMAIL_EV_HOLD] = TO(HELD),
            [EMAIL_EV_CANCEL] = TO(CANCELLED),
        },
    [EMAIL_HELD] =
        {
            [EMAIL_EV_UNHOLD] = TO(APPROVED),
            [EMAIL_EV_HOLD] = TO(HELD), /* for another reason: the feed came back, the kill switch is on */
            [EMAIL_EV_CANCEL] = TO(CANCELLED),
        },
    [EMAIL_SENDING] =
        {
            [EMAIL_EV_ACCEPTED] = TO(SENT),
            [EMAIL_EV_REHEARSED] = TO(REHEARSED),
            [EMAIL_EV_DEFERRED] = TO(APPROVED),
            [EMAIL_EV_REFUSED] = TO(FAILED),
            [EMAIL_EV_BROKEN_AFTER_DOT] = TO(UNCERTAIN),
        },
    [EMAIL_UNCERTAIN] =
        {
            [EMAIL_EV_RESOLVE_SENT] = TO(SENT),
            [EMAIL_EV_RESOLVE_FAILED] = TO(FAILED),
        },
    [EMAIL_FAILED] = {[EMAIL_EV_RETRY] = TO(APPROVED)}, /* a person's decision; the guard runs again */
};

enum rc email_next(enum email_status from, enum email_event event, enum email_status *out)
{
    if ((unsigned)from >= EMAIL_STATUS_COUNT || (unsigned)event >= EMAIL_EVENT_COUNT || NEXT[from][event] == 0)
        return RC_BUG;
    *out = (enum email_status)(NEXT[from][event] - 1);
    return RC_OK;
}

bool email_is_final(enum email_status status)
{
    for (int event = 0; event < EMAIL_EVENT_COUNT; event++)
        if (NEXT[status][event] != 0)
            return false;
    return true;
}

/* What the guard may still stop is what has not begun to leave. */
bool email_is_before_sending(enum email_status status) { return NEXT[status][EMAIL_EV_CANCEL] != 0; }

const struct field EMAIL_FIELDS[] = {
    {.name = "id", .type = FIELD_STR, .offset = AT(id), .flags = FIELD_KEY | FIELD_STORED | FIELD_SHOWN},
    {.name = "client_id", .type = FIELD_STR, .offset = AT(client_id), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "person", .type = FIELD_STR, .offset = AT(person)},
    {.name = "episode_id", .type = FIELD_STR, .offset = AT(episode_id), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "status",
     .type = FIELD_ENUM,
     .offset = AT(status),
     .flags = FIELD_STORED | FIELD_SHOWN,
     .words = EMAIL_STATUS_WORDS},
    {.name = "reason", .type = FIELD_STR, .offset = AT(reason), .flags = FIELD_SHOWN},
    {.name = "score", .type = FIELD_F64, .offset = AT(score), .flags = FIELD_SHOWN},
    {.name = "evidence", .type = FIELD_JSON, .offset = AT(evidence), .flags = FIELD_SHOWN},
    {.name = "subject", .type = FIELD_STR, .offset = AT(subject), .flags = FIELD_SHOWN},
    {.name = "preheader", .type = FIELD_STR, .offset = AT(preheader), .flags = FIELD_SHOWN},
    {.name = "paragraphs", .type = FIELD_JSON, .offset = AT(paragraphs), .flags = FIELD_SHOWN, .shape = &SHAPE_LIST},
    {.name = "picks", .type = FIELD_JSON, .offset = AT(picks), .flags = FIELD_SHOWN, .shape = &SHAPE_LIST},
    {.name = "cta_label", .type = FIELD_STR, .offset = AT(cta_label)},
    {.name = "cta_target", .type = FIELD_STR, .offset = AT(cta_target)},
    {.name = "sign_off", .type = FIELD_STR, .offset = AT(sign_off)},
    {.name = "text", .type = FIELD_STR, .offset = AT(text), .flags = FIELD_SHOWN},
    {.name = "html", .type = FIELD_STR, .offset = AT(html)},
    {.name = "facts", .type = FIELD_JSON, .offset = AT(facts), .flags = FIELD_SHOWN, .shape = &SHAPE_LIST},
    {.name = "checks", .type = FIELD_JSON, .offset = AT(checks), .flags = FIELD_SHOWN, .shape = &SHAPE_LIST},
    {.name = "content_hash", .type = FIELD_STR, .offset = AT(content_hash), .flags = FIELD_SHOWN},
    {.name = "template_version", .type = FIELD_STR, .offset = AT(template_version)},
    {.name = "recipient", .type = FIELD_STR, .offset = AT(recipient)},
    {.name = "from_address", .type = FIELD_STR, .offset = AT(from_address)},
    {.name = "reply_to", .type = FIELD_STR, .offset = AT(reply_to)},
    {.name = "writer.kind", .type = FIELD_STR, .offset = AT(writer_kind), .flags = FIELD_SHOWN},
    {.name = "writer.model", .type = FIELD_STR, .offset = AT(writer_model), .flags = FIELD_SHOWN},
    {.name = "writer.provider", .type = FIELD_STR, .offset = AT(writer_provider), .flags = FIELD_SHOWN},
    {.name = "writer.generation_id", .type = FIELD_STR, .offset = AT(writer_generation_id), .flags = FIELD_SHOWN},
    {.name = "writer.tokens", .type = FIELD_I64, .offset = AT(writer_tokens), .flags = FIELD_SHOWN},
    {.name = "writer.cost_usd", .type = FIELD_F64, .offset = AT(writer_cost_usd), .flags = FIELD_SHOWN},
    {.name = "writer.latency_ms", .type = FIELD_I64, .offset = AT(writer_latency_ms), .flags = FIELD_SHOWN},
    {.name = "approvals", .type = FIELD_JSON, .offset = AT(approvals), .flags = FIELD_SHOWN, .shape = &SHAPE_LIST},
    {.name = "attempts", .type = FIELD_JSON, .offset = AT(attempts), .flags = FIELD_SHOWN, .shape = &SHAPE_LIST},
    {.name = "outcome", .type = FIELD_JSON, .offset = AT(outcome), .flags = FIELD_SHOWN},
    {.name = "language", .type = FIELD_STR, .offset = AT(language), .flags = FIELD_SHOWN},
    {.name = "prompt_version", .type = FIELD_STR, .offset = AT(prompt_version)},
    {.name = "request_hash", .type = FIELD_STR, .offset = AT(request_hash)},
    {.name = "egress", .type = FIELD_JSON, .offset = AT(egress)},
    {.name = "call_id", .type = FIELD_STR, .offset = AT(call_id)},
    {.name = "edits", .type = FIELD_JSON, .offset = AT(edits)},
    {.name = "hint", .type = FIELD_STR, .offset = AT(hint)},
    {.name = "codes", .type = FIELD_JSON, .offset = AT(codes)},
    {.name = "regenerations", .type = FIELD_I64, .offset = AT(regenerations)},
    {.name = "offer", .type = FIELD_JSON, .offset = AT(offer)},
    {.name = "message_id", .type = FIELD_STR, .offset = AT(message_id)},
    {.name = "attempt_count", .type = FIELD_I64, .offset = AT(attempt_count)},
    {.name = "draft_count", .type = FIELD_I64, .offset = AT(draft_count)},
    {.name = "delivery", .type = FIELD_ENUM, .offset = AT(delivery), .flags = FIELD_STORED, .words = DELIVERY_WORDS},
    {.name = "delivery_at", .type = FIELD_TIME, .offset = AT(delivery_at)},
    {.name = "clicks", .type = FIELD_I64, .offset = AT(clicks)},
    {.name = "machine_clicks", .type = FIELD_I64, .offset = AT(machine_clicks)},
    {.name = "clicked_at", .type = FIELD_TIME, .offset = AT(clicked_at)},
    {.name = "drafted_at", .type = FIELD_TIME, .offset = AT(drafted_at)},
    {.name = "approved_at", .type = FIELD_TIME, .offset = AT(approved_at)},
    {.name = "send_after", .type = FIELD_TIME, .offset = AT(send_after)},
    {.name = "sent_at", .type = FIELD_TIME, .offset = AT(sent_at)},
    {.name = "created_at", .type = FIELD_TIME, .offset = AT(created_at), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED | FIELD_SHOWN},
};
const size_t EMAIL_FIELD_COUNT = EMAIL_ROWS;
RECORD_ROWS(EMAIL_FIELDS, EMAIL_ROWS);
