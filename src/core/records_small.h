/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The small records around the main ones: people who work here, their keys and sessions, who must not be mailed, who was
 * erased, kept answers, feeds, settings and counters. */
#ifndef REKINDLE_CORE_RECORDS_SMALL_H
#define REKINDLE_CORE_RECORDS_SMALL_H

#include "core/field.h"

/* An address that must never be mailed. Key: keyed hash (suppression key) of the normalised address. */
enum suppression_reason {
    SUPPRESSED_UNSUBSCRIBE,
    SUPPRESSED_HARD_BOUNCE,
    SUPPRESSED_COMPLAINT,
    SUPPRESSED_STAFF,
    SUPPRESSED_IMPORT
};
struct suppression {
    struct str id;
    int reason;
    struct str source;
    int64_t created_at, updated_at, version;
};

/* An erased person: keyed hash of a client id or an address; later imports, pulls and hooks skip them. */
struct tombstone {
    struct str id;
    int64_t created_at, updated_at, version;
};

enum role { ROLE_VIEWER, ROLE_REVIEWER, ROLE_ADMIN };
struct staff {
    struct str id;    /* UUIDv7 */
    struct str email; /* normalised; the login */
    int role;
    struct str password; /* argon2id PHC string */
    bool disabled;
    int64_t created_at, updated_at, version;
};

enum key_scope { KEY_READ, KEY_INGEST, KEY_ADMIN, KEY_DELIVERY /* may only report what became of mails */ };
struct api_key {
    struct str id; /* the public half: "rk_" + id + "_" + secret is what the caller sends */
    struct str name;
    int scope;
    struct str digest; /* SHA-256 hex of the secret */
    bool revoked;
    int64_t last_used_at;
    int64_t created_at, updated_at, version;
};

struct session {
    struct str id; /* SHA-256 hex of the cookie */
    struct str staff_id;
    struct str csrf;
    int64_t expires_at; /* real wall clock */
    int64_t created_at, updated_at, version;
};

/* An answer kept for its Idempotency-Key: caller + route + key. */
struct answer {
    struct str id;
    struct str body_hash;
    int64_t status;
    struct str body;
    int64_t created_at; /* real wall clock; kept 24 h */
    int64_t updated_at, version;
};

/* A source of orders and when it last reported. Key: "api", "import", "pull:shopify" ... */
struct feed_source {
    struct str id;
    int64_t last_report_at; /* domain time; an empty batch is a report too */
    int64_t stale_since;    /* set while the watch holds it stale */
    int64_t resumed_at;     /* when it last came back: timers wait an hour for late orders */
    int64_t updated_at, version;
};

/* One value under a name: relay cursor, key fingerprint, manual clock, kill switch, feed rates ... */
struct setting {
    struct str id;
    struct str value; /* JSON */
    int64_t updated_at, version;
};

/* A number that steps add to. */
struct counter {
    struct str id;
    int64_t value;
    int64_t updated_at, version;
};

/* Who decided what, appended in the commit that does it and never changed. Later ones of the same id cannot be. */
struct audit {
    struct str id; /* UUIDv7 */
    int64_t at;
    struct str actor;   /* staff id, "key:ID", or "rekindle" */
    struct str action;  /* "policy.saved", "scale.fitted", "tuning.confirmed", "salt.rotated" */
    struct str subject; /* id of what it was done to */
    struct str detail;  /* JSON object: what was and what is; no personal data */
    struct str salt; /* random hex: the chain covers a salted hash, so that an erased entry cannot be guessed from it */
    int sealed;      /* enum audit_sealed: whether the sealer has chained it */
    struct str seal; /* its place in the chain; absent until then */
    int64_t updated_at, version;
};
enum audit_sealed { AUDIT_UNCHAINED, AUDIT_CHAINED };

/* One link of the audit chain; made by the sealer alone, in order (core/seal.h has the hashes). When the entry is erased the
 * link stays and says so. */
struct seal {
    struct str id; /* "000000000001": the place in the chain */
    struct str audit_id;
    struct str payload_hash, hash;
    int64_t erased_at; /* TIME_NONE; the payload is gone */
    int64_t created_at, updated_at, version;
};

extern const char *const SUPPRESSION_REASON_WORDS[];
extern const char *const ROLE_WORDS[];
extern const char *const KEY_SCOPE_WORDS[];
extern const char *const AUDIT_SEALED_WORDS[];
extern const struct field SUPPRESSION_FIELDS[], TOMBSTONE_FIELDS[], STAFF_FIELDS[], API_KEY_FIELDS[], SESSION_FIELDS[],
    ANSWER_FIELDS[], FEED_SOURCE_FIELDS[], SETTING_FIELDS[], COUNTER_FIELDS[], AUDIT_FIELDS[], SEAL_FIELDS[];
extern const size_t SUPPRESSION_FIELD_COUNT, TOMBSTONE_FIELD_COUNT, STAFF_FIELD_COUNT, API_KEY_FIELD_COUNT,
    SESSION_FIELD_COUNT, ANSWER_FIELD_COUNT, FEED_SOURCE_FIELD_COUNT, SETTING_FIELD_COUNT, COUNTER_FIELD_COUNT,
    AUDIT_FIELD_COUNT, SEAL_FIELD_COUNT;

#endif
