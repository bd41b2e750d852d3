/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tables of the small records. Only `secret` fields are marked; the API shapes its own answers for most of them. */
#include "core/records_small.h"

#include "core/record_counts.h"

#define ROW_KEY(record) ROW(record, id, FIELD_STR, FIELD_KEY | FIELD_STORED | FIELD_SHOWN)
/* What every record ends with. */
#define ROWS_END(record) \
    ROW(record, updated_at, FIELD_TIME, FIELD_STORED), ROW(record, version, FIELD_I64, FIELD_STORED | FIELD_SHOWN)

const char *const SUPPRESSION_REASON_WORDS[] = {"unsubscribed", "bounced", "complained", "manual", "imported", NULL};
const char *const ROLE_WORDS[] = {"viewer", "reviewer", "admin", NULL};
const char *const AUDIT_SEALED_WORDS[] = {"no", "yes", NULL};
const char *const KEY_SCOPE_WORDS[] = {"read", "ingest", "admin", "delivery", NULL};

const struct field SUPPRESSION_FIELDS[] = {
    ROW_KEY(suppression),
    ROW_ENUM(suppression, reason, SUPPRESSION_REASON_WORDS, FIELD_STORED | FIELD_SHOWN),
    ROW(suppression, source, FIELD_STR, FIELD_SHOWN),
    ROW(suppression, created_at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROWS_END(suppression),
};
const size_t SUPPRESSION_FIELD_COUNT = SUPPRESSION_ROWS;
RECORD_ROWS(SUPPRESSION_FIELDS, SUPPRESSION_ROWS);

const struct field TOMBSTONE_FIELDS[] = {
    ROW_KEY(tombstone),
    ROW(tombstone, created_at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROWS_END(tombstone),
};
const size_t TOMBSTONE_FIELD_COUNT = TOMBSTONE_ROWS;
RECORD_ROWS(TOMBSTONE_FIELDS, TOMBSTONE_ROWS);

const struct field STAFF_FIELDS[] = {
    ROW_KEY(staff),
    ROW(staff, email, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW_ENUM(staff, role, ROLE_WORDS, FIELD_STORED | FIELD_SHOWN),
    ROW(staff, password, FIELD_STR, FIELD_SECRET),
    ROW(staff, disabled, FIELD_BOOL, FIELD_STORED | FIELD_SHOWN),
    ROW(staff, created_at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROWS_END(staff),
};
const size_t STAFF_FIELD_COUNT = STAFF_ROWS;
RECORD_ROWS(STAFF_FIELDS, STAFF_ROWS);

const struct field API_KEY_FIELDS[] = {
    ROW_KEY(api_key),
    ROW(api_key, name, FIELD_STR, FIELD_SHOWN),
    ROW_ENUM(api_key, scope, KEY_SCOPE_WORDS, FIELD_STORED | FIELD_SHOWN),
    ROW(api_key, digest, FIELD_STR, FIELD_SECRET),
    ROW(api_key, revoked, FIELD_BOOL, FIELD_STORED),
    ROW(api_key, last_used_at, FIELD_TIME, FIELD_SHOWN),
    ROW(api_key, created_at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROW(api_key, updated_at, FIELD_TIME, FIELD_STORED),
    ROW(api_key, version, FIELD_I64, FIELD_STORED),
};
const size_t API_KEY_FIELD_COUNT = API_KEY_ROWS;
RECORD_ROWS(API_KEY_FIELDS, API_KEY_ROWS);

const struct field SESSION_FIELDS[] = {
    ROW(session, id, FIELD_STR, FIELD_KEY | FIELD_STORED), ROW(session, staff_id, FIELD_STR, FIELD_STORED),
    ROW(session, csrf, FIELD_STR, FIELD_SECRET),           ROW(session, expires_at, FIELD_TIME, FIELD_STORED),
    ROW(session, created_at, FIELD_TIME, FIELD_STORED),    ROWS_END(session),
};
const size_t SESSION_FIELD_COUNT = SESSION_ROWS;
RECORD_ROWS(SESSION_FIELDS, SESSION_ROWS);

const struct field ANSWER_FIELDS[] = {
    ROW(answer, id, FIELD_STR, FIELD_KEY | FIELD_STORED),
    ROW(answer, body_hash, FIELD_STR, 0),
    ROW(answer, status, FIELD_I64, 0),
    ROW(answer, body, FIELD_STR, 0), /* no JSON field: an answer may be NDJSON */
    ROW(answer, created_at, FIELD_TIME, FIELD_STORED),
    ROWS_END(answer),
};
const size_t ANSWER_FIELD_COUNT = ANSWER_ROWS;
RECORD_ROWS(ANSWER_FIELDS, ANSWER_ROWS);

const struct field FEED_SOURCE_FIELDS[] = {
    ROW_KEY(feed_source),
    ROW(feed_source, last_report_at, FIELD_TIME, FIELD_SHOWN),
    ROW(feed_source, stale_since, FIELD_TIME, FIELD_SHOWN),
    ROW(feed_source, resumed_at, FIELD_TIME, FIELD_SHOWN),
    ROWS_END(feed_source),
};
const size_t FEED_SOURCE_FIELD_COUNT = FEED_SOURCE_ROWS;
RECORD_ROWS(FEED_SOURCE_FIELDS, FEED_SOURCE_ROWS);

const struct field SETTING_FIELDS[] = {
    ROW(setting, id, FIELD_STR, FIELD_KEY | FIELD_STORED),
    ROW(setting, value, FIELD_JSON, 0),
    ROWS_END(setting),
};
const size_t SETTING_FIELD_COUNT = SETTING_ROWS;
RECORD_ROWS(SETTING_FIELDS, SETTING_ROWS);

const struct field COUNTER_FIELDS[] = {
    ROW(counter, id, FIELD_STR, FIELD_KEY | FIELD_STORED),
    ROW(counter, value, FIELD_I64, FIELD_STORED),
    ROWS_END(counter),
};
const size_t COUNTER_FIELD_COUNT = COUNTER_ROWS;
RECORD_ROWS(COUNTER_FIELDS, COUNTER_ROWS);

const struct field AUDIT_FIELDS[] = {
    ROW_KEY(audit),
    ROW(audit, at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROW(audit, actor, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(audit, action, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(audit, subject, FIELD_STR, FIELD_SHOWN),
    ROW(audit, detail, FIELD_JSON, FIELD_SHOWN),
    ROW(audit, salt, FIELD_STR, 0),
    ROW_ENUM(audit, sealed, AUDIT_SEALED_WORDS, FIELD_STORED),
    ROW(audit, seal, FIELD_STR, FIELD_SHOWN),
    ROWS_END(audit),
};
const size_t AUDIT_FIELD_COUNT = AUDIT_ROWS;
RECORD_ROWS(AUDIT_FIELDS, AUDIT_ROWS);

const struct field SEAL_FIELDS[] = {
    ROW_KEY(seal),
    ROW(seal, audit_id, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(seal, payload_hash, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(seal, hash, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(seal, erased_at, FIELD_TIME, FIELD_SHOWN),
    ROW(seal, created_at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROWS_END(seal),
};
const size_t SEAL_FIELD_COUNT = SEAL_ROWS;
RECORD_ROWS(SEAL_FIELDS, SEAL_ROWS);
