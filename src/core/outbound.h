/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Outbound: one event that the shop's other tools must hear of (an unsubscribe, a complaint, a hard bounce), written in the
 * commit that made it so and posted to their webhook until they accept it. What is personal in it is cleared then. */
#ifndef REKINDLE_CORE_OUTBOUND_H
#define REKINDLE_CORE_OUTBOUND_H

#include "core/field.h"

enum outbound_state { OUTBOUND_WAITING, OUTBOUND_ACCEPTED };
enum outbound_type { OUTBOUND_UNSUBSCRIBED, OUTBOUND_COMPLAINED, OUTBOUND_HARD_BOUNCED };

struct outbound {
    struct str id; /* UUIDv7: the webhook-id, by which the receiver knows a repetition */
    int type;      /* enum outbound_type */
    struct str client_id;
    struct str payload; /* the JSON body as it is posted; absent once accepted */
    int state;          /* enum outbound_state */
    int64_t attempts;
    struct str error; /* of the last attempt: "503", "timeout", "connect"; no text of the other side */
    int64_t accepted_at;
    int64_t created_at, updated_at, version;
};

extern const char *const OUTBOUND_STATE_WORDS[]; /* "waiting", "accepted" */
extern const char *const OUTBOUND_TYPE_WORDS[];  /* "client.unsubscribed", "client.complained", "client.hard_bounced" */
extern const struct field OUTBOUND_FIELDS[];
extern const size_t OUTBOUND_FIELD_COUNT;

#endif
