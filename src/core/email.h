/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Email: one message for one episode, with its evidence. Its life is one table (email_next); anything else is a bug.
 * docs/flow.md draws that table. */
#ifndef REKINDLE_CORE_EMAIL_H
#define REKINDLE_CORE_EMAIL_H

#include "base/rc.h"
#include "core/delivery.h"
#include "core/field.h"

enum email_status {
    EMAIL_DRAFTING,
    EMAIL_BLOCKED,      /* a hard check failed */
    EMAIL_DRAFT_FAILED, /* the writer's attempts are used up */
    EMAIL_IN_REVIEW,
    EMAIL_APPROVED,
    EMAIL_SENDING, /* committed before the connection opens */
    EMAIL_SENT,
    EMAIL_REHEARSED, /* rehearsal's "sent" */
    EMAIL_FAILED,    /* the relay refused it for good, or it was resolved so */
    EMAIL_UNCERTAIN, /* the relay may have it; never sent again by itself */
    EMAIL_REJECTED,  /* by a person */
    EMAIL_CANCELLED, /* by a rule before sending; `reason` names it */
    EMAIL_HELD,      /* approved, but the feed is stale or the kill switch is on */
    EMAIL_STATUS_COUNT
};

enum email_event {
    EMAIL_EV_DRAFTED_CLEAN, /* no hard finding */
    EMAIL_EV_DRAFTED_HARD,
    EMAIL_EV_DRAFT_GIVEN_UP,
    EMAIL_EV_APPROVE,
    EMAIL_EV_UNDO,
    EMAIL_EV_REJECT,
    EMAIL_EV_EDIT_CLEAN,
    EMAIL_EV_EDIT_HARD,
    EMAIL_EV_REGENERATE,
    EMAIL_EV_RETRY,
    EMAIL_EV_CLAIM,    /* the send job commits its intent */
    EMAIL_EV_ACCEPTED, /* 2xx after the final dot */
    EMAIL_EV_REHEARSED,
    EMAIL_EV_DEFERRED, /* 4xx, or a break before the final dot */
    EMAIL_EV_REFUSED,  /* 5xx */
    EMAIL_EV_BROKEN_AFTER_DOT,
    EMAIL_EV_CANCEL, /* a rule of the guard */
    EMAIL_EV_HOLD,
    EMAIL_EV_UNHOLD,
    EMAIL_EV_STALE_PICKS, /* a pick is gone, out of stock or re-priced: back to review */
    EMAIL_EV_RESOLVE_SENT,
    EMAIL_EV_RESOLVE_FAILED,
    EMAIL_EVENT_COUNT
};

struct email {
    struct str id; /* UUIDv7 */
    struct str client_id, person, episode_id;
    int status;          /* enum email_status */
    struct str reason;   /* the rule or cause of cancelled, rejected, failed, held, blocked, draft_failed */
    double score;        /* at the draft */
    struct str evidence; /* JSON: the score's parts, silence and rhythm for staff (the why-now sentence) */
    struct str subject, preheader;
    struct str paragraphs; /* JSON array {text, facts[]} */
    struct str picks;      /* JSON array {product_id,name,url,image_url,price_minor,currency,reason,facts[]} */
    struct str cta_label, cta_target, sign_off;
    struct str text, html;   /* the parts as they will be sent, with their real links */
    struct str facts;        /* JSON array {id,kind,text} */
    struct str checks;       /* JSON array {code,level,detail} */
    struct str content_hash; /* SHA-256 hex, see core/render.h */
    struct str template_version;
    struct str recipient, from_address, reply_to;
    struct str writer_kind, writer_model, writer_provider, writer_generation_id;
    int64_t writer_tokens;
    double writer_cost_usd;
    int64_t writer_latency_ms;
    struct str approvals;      /* JSON array {by,at,action,content_hash,reason} */
    struct str attempts;       /* JSON array {at,result,phase,code,reply} */
    struct str outcome;        /* JSON object {reordered_at,...} or absent */
    struct str language;       /* what it is written in: "en" */
    struct str prompt_version; /* of the request it came from; absent for the template writer */
    struct str request_hash;   /* SHA-256 hex of the exact bytes that left the house */
    struct str egress;         /* JSON array {field, hash}: what left the house, see core/egress.h */
    struct str call_id;    /* the last call of the writer; while it is `reserved` a call is under way or was cut off */
    struct str edits;      /* JSON array {at,by,changes:[{field,before,after}]} */
    struct str hint;       /* staff's wish for the next draft; absent when there is none */
    struct str codes;      /* JSON array of the codes that the next draft must mend */
    int64_t regenerations; /* drafts the program asked for by itself because of hard findings; at most 1 */
    struct str offer;      /* JSON object {text,code,ends_at} printed by the template, or absent */
    struct str message_id; /* set with the intent, stable across retries */
    int64_t attempt_count; /* sends begun */
    int64_t draft_count;   /* drafts made, for regenerate's limit and the phrasing seed */
    int delivery;          /* enum delivery_verdict: the worst that is known since it left */
    int64_t delivery_at;
    int64_t clicks, machine_clicks; /* links followed by people and by scanners; absent until the first */
    int64_t clicked_at;             /* first click of a person */
    int64_t drafted_at, approved_at, send_after, sent_at;
    int64_t created_at, updated_at;
    int64_t version;
};

extern const char *const EMAIL_STATUS_WORDS[];
extern const char *const EMAIL_EVENT_WORDS[];
extern const struct field EMAIL_FIELDS[];
extern const size_t EMAIL_FIELD_COUNT;

/* The state after `event`; RC_BUG when the table has no such arrow (*out untouched). */
enum rc email_next(enum email_status from, enum email_event event, enum email_status *out);
/* True in the states from which nothing will happen by itself or by staff. */
bool email_is_final(enum email_status status);
/* True before sending: what a new order or an unsubscribe cancels. */
bool email_is_before_sending(enum email_status status);

#endif
