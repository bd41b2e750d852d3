/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Offer: what a shop gives with an email, decided by people in the policy. The template prints it; the model never sees
 * it. While it is on, a random half of the treated get it (episode.offer, drawn once with the first draft, sticky), so that
 * Results can tell what the offer added beyond the email. */
#ifndef REKINDLE_CORE_OFFER_H
#define REKINDLE_CORE_OFFER_H

#include "core/episode.h"
#include "core/policy.h"

/* A one-time code given by staff; used by one email, never twice. */
enum offer_code_state { OFFER_CODE_FREE, OFFER_CODE_USED };
struct offer_code {
    struct str id; /* the code itself */
    int state;
    struct str email_id; /* who got it; absent while free */
    int64_t used_at;
    int64_t created_at, updated_at, version;
};
/* A code as shops and their tills spell it: 3 to 40 of A-Z a-z 0-9 _ - */
extern const struct field_rule RULE_OFFER_CODE;
extern const char *const OFFER_CODE_STATE_WORDS[];
extern const struct field OFFER_CODE_FIELDS[];
extern const size_t OFFER_CODE_FIELD_COUNT;

/* True while the policy makes an offer at `now_ms`: it is on, not over, and has a text in `language`. */
bool offer_is_made(const struct policy *policy, struct str language, int64_t now_ms);
/* The half an episode is in: keyed by the policy's salt, independent of the holdout draw; the same each time it is asked. */
enum episode_offer offer_draw(struct str holdout_salt, struct str episode_id);
/* What the email keeps and the template prints: {"text","code","ends_at"}; code absent when the offer has none. */
struct str offer_to_json(const struct policy *policy, struct str language, struct str code, struct arena *arena);

struct offer {
    struct str text, code; /* code absent: none */
    int64_t ends_at;       /* TIME_NONE: open */
};
/* RC_NOT_FOUND when `json` is absent, RC_CORRUPT when it is no offer. */
enum rc offer_from_json(struct str json, struct arena *arena, struct offer *out);
/* Whether what an email prints still holds: its own end has not come, nor has the policy ended the offer meanwhile. */
bool offer_holds(const struct offer *printed, const struct policy *policy, int64_t now_ms);

#endif
