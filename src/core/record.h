/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All nouns of the store, by kind: their struct sizes, field tables and indexes. Adapters are written against these
 * tables and know no noun by name. Every record has one text key (its first field) and the members updated_at and version. */
#ifndef REKINDLE_CORE_RECORD_H
#define REKINDLE_CORE_RECORD_H

#include "base/json.h"
#include "core/field.h"

enum record_kind {
    RECORD_CLIENT,
    RECORD_ORDER,
    RECORD_PRODUCT,
    RECORD_ENGAGEMENT,
    RECORD_EPISODE,
    RECORD_PERSON,
    RECORD_EMAIL,
    RECORD_POLICY,
    RECORD_SCALE,
    RECORD_SUPPRESSION,
    RECORD_TOMBSTONE,
    RECORD_STAFF,
    RECORD_API_KEY,
    RECORD_SESSION,
    RECORD_ANSWER,
    RECORD_FEED_SOURCE,
    RECORD_SETTING,
    RECORD_COUNTER,
    RECORD_AUDIT,
    RECORD_SEAL,
    RECORD_CALL,
    RECORD_BUDGET,
    RECORD_OFFER_CODE,
    RECORD_NOTICE,
    RECORD_SENT_MAIL,
    RECORD_OUTBOUND,
    RECORD_KINDS
};

/* What the store's change log keeps of a kind. */
enum record_capture {
    CAPTURE_NOTHING,
    CAPTURE_KEY,   /* that it changed, no images */
    CAPTURE_IMAGES /* old and new image of all fields but secret ones */
};

struct record_type {
    const char *name; /* "client": table name (orders: "orders"), change kind, log word */
    size_t size;      /* of the struct */
    const struct field *fields;
    size_t field_count;
    enum record_capture capture;
};

/* Lists go along one of these: the `equal` fields fixed, ordered by `sort` and then by key. A record whose sort field is
 * absent is not in the index. sort NULL: ordered by key alone. */
enum record_index {
    CLIENT_BY_ID,
    CLIENT_BY_PERSON,
    CLIENT_BY_NAME,
    CLIENT_BY_EMAIL,
    ORDER_BY_CLIENT, /* client_id; ordered_at */
    ORDER_BY_TIME,
    PRODUCT_BY_ID,
    PRODUCT_BY_CATEGORY,
    ENGAGEMENT_BY_CLIENT,
    ENGAGEMENT_BY_ENGAGED_UNTIL,
    ENGAGEMENT_BY_DUE,
    ENGAGEMENT_BY_LOST,
    ENGAGEMENT_BY_BACKLOG, /* sort backlog_rank */
    ENGAGEMENT_BY_DRAW,
    EPISODE_BY_STATE,  /* state; rank */
    EPISODE_BY_CLIENT, /* client_id; opened_at */
    EPISODE_BY_OPENED,
    EPISODE_BY_ADMITTED,
    EMAIL_BY_STATUS, /* status; created_at */
    EMAIL_BY_CLIENT,
    EMAIL_BY_PERSON,
    EMAIL_BY_CREATED,
    SUPPRESSION_BY_ID,
    STAFF_BY_EMAIL, /* equal email */
    STAFF_BY_ID,
    API_KEY_BY_ID,
    SESSION_BY_EXPIRY,
    ANSWER_BY_CREATED,
    FEED_SOURCE_BY_ID,
    SETTING_BY_ID,
    COUNTER_BY_ID,
    AUDIT_BY_TIME,
    AUDIT_BY_SUBJECT,
    AUDIT_UNSEALED, /* equal sealed: "no"; at */
    SEAL_BY_ID,
    CALL_BY_EMAIL, /* email_id; at */
    CALL_BY_TIME,
    BUDGET_BY_ID,
    OFFER_CODE_BY_STATE, /* state; created_at */
    OFFER_CODE_BY_EMAIL,
    NOTICE_BY_EMAIL,  /* email_id; at */
    NOTICE_BY_PERSON, /* person; at */
    NOTICE_BY_CLIENT, /* client_id; at */
    SENT_MAIL_BY_TIME,
    OUTBOUND_BY_STATE, /* state; created_at */
    OUTBOUND_BY_CLIENT,
    RECORD_INDEXES
};

struct record_index_def {
    enum record_kind kind;
    const char *name;  /* SQL index name; NULL: the primary key serves */
    const char *equal; /* field name or NULL */
    const char *sort;  /* field name or NULL (key order) */
};

extern const struct record_type RECORD_TYPES[RECORD_KINDS];
extern const struct record_index_def RECORD_INDEX_DEFS[RECORD_INDEXES];

/* Access by table. `record` points at the kind's struct. */
struct str record_key(enum record_kind kind, const void *record);
int64_t record_version(enum record_kind kind, const void *record);
void record_set_version(enum record_kind kind, void *record, int64_t version);
const struct field *record_field(enum record_kind kind, const char *name); /* NULL when there is none */
/* Sets every field to "absent" (empties enums to 0, bools to false). */
void record_init(enum record_kind kind, void *record);
/* Deep copy: texts go to the arena. */
void record_copy(enum record_kind kind, const void *from, void *to, struct arena *arena);
bool record_equal(enum record_kind kind, const void *a, const void *b); /* all fields but updated_at and version */

/* Writes the record as its API object: the SHOWN fields, dotted names nested, absent ones null. The object stays open
 * for more members when `keep_open`. */
void record_to_json(enum record_kind kind, const void *record, bool keep_open, struct json_out *out);
/* The same with all fields but secret ones, shown or not: what a person gets of what is kept about them. */
void record_export(enum record_kind kind, const void *record, bool keep_open, struct json_out *out);
/* The image for the change log: one flat object of all fields but secret ones, each under its field name ("consent.status"
 * too), as a store would say it without conversions: TIME as milliseconds, ENUM as its word, BOOL as true or false, JSON as
 * the value itself, absent ones null. */
void record_image(enum record_kind kind, const void *record, struct json_out *out);
/* Reads an image back (any member order; BOOL may be 0 or 1; unknown members are passed over, missing ones are absent): for
 * who compares the two images of a change. Texts go to the arena. RC_CORRUPT when it is no image of the kind. */
enum rc record_from_image(enum record_kind kind, struct str image, struct arena *arena, void *record);

enum record_input {
    INPUT_CREATE, /* required fields must be there; absent ones become absent */
    INPUT_UPSERT, /* as create; the key may be given by the path instead (it must agree) */
    INPUT_PATCH   /* only what is there changes; explicit null clears */
};
/* Checks and reads an API object into `record` (which the caller has filled with record_init, or with the stored record
 * for a patch; for an upsert with the path's key too). Every fault is added to problems with its pointer below
 * problems->base: unknown field, wrong type, missing, too long, NUL or control characters, bad date, bounds, the field's
 * rule. RC_INVALID then. Texts are copied to the arena. The key field is always accepted as input; it must agree with a key
 * the record has already. An empty text, list or object becomes absent. */
enum rc record_from_json(enum record_kind kind, const struct json *object, enum record_input mode, struct arena *arena,
                         void *record, struct problems *problems);

enum record_merge { MERGE_STORE, MERGE_SAME, MERGE_REFUSED };
/* What the store shall hold when `in` arrives from the shop's system while it holds `old` (NULL: nothing): the rules of an
 * ingest, pure. Fills *out (texts borrowed from both). An older source_updated_at changes nothing; consent never goes from
 * unsubscribed to subscribed without a later `at` and a named act of the person; a bare client never overwrites one with
 * data; created_at stays. MERGE_SAME when nothing would change. */
enum record_merge record_merge(enum record_kind kind, const void *old, const void *in, void *out);

#endif
