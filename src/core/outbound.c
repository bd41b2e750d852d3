/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/outbound.h"

#include "core/record_counts.h"

const char *const OUTBOUND_STATE_WORDS[] = {"waiting", "accepted", NULL};
const char *const OUTBOUND_TYPE_WORDS[] = {"client.unsubscribed", "client.complained", "client.hard_bounced", NULL};

const struct field OUTBOUND_FIELDS[] = {
    ROW(outbound, id, FIELD_STR, FIELD_KEY | FIELD_STORED | FIELD_SHOWN),
    ROW_ENUM(outbound, type, OUTBOUND_TYPE_WORDS, FIELD_STORED | FIELD_SHOWN),
    ROW(outbound, client_id, FIELD_STR, FIELD_SHOWN),
    ROW(outbound, payload, FIELD_JSON, 0),
    ROW_ENUM(outbound, state, OUTBOUND_STATE_WORDS, FIELD_STORED | FIELD_SHOWN),
    ROW(outbound, attempts, FIELD_I64, FIELD_STORED | FIELD_SHOWN),
    ROW(outbound, error, FIELD_STR, FIELD_SHOWN),
    ROW(outbound, accepted_at, FIELD_TIME, FIELD_SHOWN),
    ROW(outbound, created_at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROW(outbound, updated_at, FIELD_TIME, FIELD_STORED),
    ROW(outbound, version, FIELD_I64, FIELD_STORED),
};
const size_t OUTBOUND_FIELD_COUNT = OUTBOUND_ROWS;
RECORD_ROWS(OUTBOUND_FIELDS, OUTBOUND_ROWS);
