/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of nouns and of their indexes, and access to records by table. Every table ends with updated_at and version
 * (record_test.c holds them to it), so both are found without a search. */
#include "core/record.h"

#include <math.h>
#include <string.h>

#include "core/call.h"
#include "core/client.h"
#include "core/delivery.h"
#include "core/email.h"
#include "core/engagement.h"
#include "core/episode.h"
#include "core/offer.h"
#include "core/order.h"
#include "core/outbound.h"
#include "core/policy.h"
#include "core/product.h"
#include "core/record_counts.h"
#include "core/records_small.h"
#include "core/scale.h"

const struct record_type RECORD_TYPES[RECORD_KINDS] = {
    [RECORD_CLIENT] = {"client", sizeof(struct client), CLIENT_FIELDS, CLIENT_ROWS, CAPTURE_IMAGES},
    [RECORD_ORDER] = {"orders", sizeof(struct order), ORDER_FIELDS, ORDER_ROWS, CAPTURE_IMAGES},
    [RECORD_PRODUCT] = {"product", sizeof(struct product), PRODUCT_FIELDS, PRODUCT_ROWS, CAPTURE_KEY},
    [RECORD_ENGAGEMENT] = {"engagement", sizeof(struct engagement), ENGAGEMENT_FIELDS, ENGAGEMENT_ROWS,
                           CAPTURE_NOTHING},
    [RECORD_EPISODE] = {"episode", sizeof(struct episode), EPISODE_FIELDS, EPISODE_ROWS, CAPTURE_KEY},
    [RECORD_PERSON] = {"person", sizeof(struct person), PERSON_FIELDS, PERSON_ROWS, CAPTURE_NOTHING},
    [RECORD_EMAIL] = {"email", sizeof(struct email), EMAIL_FIELDS, EMAIL_ROWS, CAPTURE_KEY},
    [RECORD_POLICY] = {"policy", sizeof(struct policy_record), POLICY_FIELDS, POLICY_ROWS, CAPTURE_KEY},
    [RECORD_SCALE] = {"scale", sizeof(struct scale), SCALE_FIELDS, SCALE_ROWS, CAPTURE_NOTHING},
    [RECORD_SUPPRESSION] = {"suppression", sizeof(struct suppression), SUPPRESSION_FIELDS, SUPPRESSION_ROWS,
                            CAPTURE_NOTHING},
    [RECORD_TOMBSTONE] = {"tombstone", sizeof(struct tombstone), TOMBSTONE_FIELDS, TOMBSTONE_ROWS, CAPTURE_NOTHING},
    [RECORD_STAFF] = {"staff", sizeof(struct staff), STAFF_FIELDS, STAFF_ROWS, CAPTURE_NOTHING},
    [RECORD_API_KEY] = {"api_key", sizeof(struct api_key), API_KEY_FIELDS, API_KEY_ROWS, CAPTURE_NOTHING},
    [RECORD_SESSION] = {"session", sizeof(struct session), SESSION_FIELDS, SESSION_ROWS, CAPTURE_NOTHING},
    [RECORD_ANSWER] = {"answer", sizeof(struct answer), ANSWER_FIELDS, ANSWER_ROWS, CAPTURE_NOTHING},
    [RECORD_FEED_SOURCE] = {"feed_source", sizeof(struct feed_source), FEED_SOURCE_FIELDS, FEED_SOURCE_ROWS,
                            CAPTURE_NOTHING},
    [RECORD_SETTING] = {"setting", sizeof(struct setting), SETTING_FIELDS, SETTING_ROWS, CAPTURE_NOTHING},
    [RECORD_COUNTER] = {"counter", sizeof(struct counter), COUNTER_FIELDS, COUNTER_ROWS, CAPTURE_NOTHING},
    [RECORD_AUDIT] = {"audit", sizeof(struct audit), AUDIT_FIELDS, AUDIT_ROWS, CAPTURE_NOTHING},
    [RECORD_SEAL] = {"seal", sizeof(struct seal), SEAL_FIELDS, SEAL_ROWS, CAPTURE_NOTHING},
    [RECORD_CALL] = {"call", sizeof(struct call), CALL_FIELDS, CALL_ROWS, CAPTURE_NOTHING},
    [RECORD_BUDGET] = {"budget", sizeof(struct budget), BUDGET_FIELDS, BUDGET_ROWS, CAPTURE_NOTHING},
    [RECORD_OFFER_CODE] = {"offer_code", sizeof(struct offer_code), OFFER_CODE_FIELDS, OFFER_CODE_ROWS,
                           CAPTURE_NOTHING},
    [RECORD_NOTICE] = {"notice", sizeof(struct notice), NOTICE_FIELDS, NOTICE_ROWS, CAPTURE_NOTHING},
    [RECORD_SENT_MAIL] = {"sent_mail", sizeof(struct sent_mail), SENT_MAIL_FIELDS, SENT_MAIL_ROWS, CAPTURE_NOTHING},
    [RECORD_OUTBOUND] = {"outbound", sizeof(struct outbound), OUTBOUND_FIELDS, OUTBOUND_ROWS, CAPTURE_NOTHING},
};

const struct record_index_def RECORD_INDEX_DEFS[RECORD_INDEXES] = {
    [CLIENT_BY_ID] = {RECORD_CLIENT, NULL, NULL, NULL},
    [CLIENT_BY_PERSON] = {RECORD_CLIENT, "client_by_person", "person", NULL},
    [CLIENT_BY_NAME] = {RECORD_CLIENT, "client_by_name", NULL, "name_folded"},
    [CLIENT_BY_EMAIL] = {RECORD_CLIENT, "client_by_email", NULL, "email_folded"},
    [ORDER_BY_CLIENT] = {RECORD_ORDER, "order_by_client", "client_id", "ordered_at"},
    [ORDER_BY_TIME] = {RECORD_ORDER, "order_by_time", NULL, "ordered_at"},
    [PRODUCT_BY_ID] = {RECORD_PRODUCT, NULL, NULL, NULL},
    [PRODUCT_BY_CATEGORY] = {RECORD_PRODUCT, "product_by_category", "category", NULL},
    [ENGAGEMENT_BY_CLIENT] = {RECORD_ENGAGEMENT, NULL, NULL, NULL},
    [ENGAGEMENT_BY_ENGAGED_UNTIL] = {RECORD_ENGAGEMENT, "engagement_by_engaged_until", NULL, "engaged_until"},
    [ENGAGEMENT_BY_DUE] = {RECORD_ENGAGEMENT, "engagement_by_due", NULL, "due_at"},
    [ENGAGEMENT_BY_LOST] = {RECORD_ENGAGEMENT, "engagement_by_lost", NULL, "lost_at"},
    [ENGAGEMENT_BY_BACKLOG] = {RECORD_ENGAGEMENT, "engagement_by_backlog", NULL, "backlog_rank"},
    [ENGAGEMENT_BY_DRAW] = {RECORD_ENGAGEMENT, "engagement_by_draw", NULL, "draw"},
    [EPISODE_BY_STATE] = {RECORD_EPISODE, "episode_by_state", "state", "rank"},
    [EPISODE_BY_CLIENT] = {RECORD_EPISODE, "episode_by_client", "client_id", "opened_at"},
    [EPISODE_BY_OPENED] = {RECORD_EPISODE, "episode_by_opened", NULL, "opened_at"},
    [EPISODE_BY_ADMITTED] = {RECORD_EPISODE, "episode_by_admitted", NULL, "admitted_at"},
    [EMAIL_BY_STATUS] = {RECORD_EMAIL, "email_by_status", "status", "created_at"},
    [EMAIL_BY_CLIENT] = {RECORD_EMAIL, "email_by_client", "client_id", "created_at"},
    [EMAIL_BY_PERSON] = {RECORD_EMAIL, "email_by_person", "person", "created_at"},
    [EMAIL_BY_CREATED] = {RECORD_EMAIL, "email_by_created", NULL, "created_at"},
    [SUPPRESSION_BY_ID] = {RECORD_SUPPRESSION, NULL, NULL, NULL},
    [STAFF_BY_EMAIL] = {RECORD_STAFF, "staff_by_email", "email", NULL},
    [STAFF_BY_ID] = {RECORD_STAFF, NULL, NULL, NULL},
    [API_KEY_BY_ID] = {RECORD_API_KEY, NULL, NULL, NULL},
    [SESSION_BY_EXPIRY] = {RECORD_SESSION, "session_by_expiry", NULL, "expires_at"},
    [ANSWER_BY_CREATED] = {RECORD_ANSWER, "answer_by_created", NULL, "created_at"},
    [FEED_SOURCE_BY_ID] = {RECORD_FEED_SOURCE, NULL, NULL, NULL},
    [SETTING_BY_ID] = {RECORD_SETTING, NULL, NULL, NULL},
    [COUNTER_BY_ID] = {RECORD_COUNTER, NULL, NULL, NULL},
    [AUDIT_BY_TIME] = {RECORD_AUDIT, "audit_by_time", NULL, "at"},
    [AUDIT_BY_SUBJECT] = {RECORD_AUDIT, "audit_by_subject", "subject", "at"},
    [AUDIT_UNSEALED] = {RECORD_AUDIT, "audit_unsealed", "sealed", "at"},
    [SEAL_BY_ID] = {RECORD_SEAL, NULL, NULL, NULL},
    [CALL_BY_EMAIL] = {RECORD_CALL, "call_by_email", "email_id", "at"},
    [CALL_BY_TIME] = {RECORD_CALL, "call_by_time", NULL, "at"},
    [BUDGET_BY_ID] = {RECORD_BUDGET, NULL, NULL, NULL},
    [OFFER_CODE_BY_STATE] = {RECORD_OFFER_CODE, "offer_code_by_state", "state", "created_at"},
    [OFFER_CODE_BY_EMAIL] = {RECORD_OFFER_CODE, "offer_code_by_email", "email_id", NULL},
    [NOTICE_BY_EMAIL] = {RECORD_NOTICE, "notice_by_email", "email_id", "at"},
    [NOTICE_BY_PERSON] = {RECORD_NOTICE, "notice_by_person", "person", "at"},
    [NOTICE_BY_CLIENT] = {RECORD_NOTICE, "notice_by_client", "client_id", "at"},
    [SENT_MAIL_BY_TIME] = {RECORD_SENT_MAIL, "sent_mail_by_time", NULL, "sent_at"},
    [OUTBOUND_BY_STATE] = {RECORD_OUTBOUND, "outbound_by_state", "state", "created_at"},
    [OUTBOUND_BY_CLIENT] = {RECORD_OUTBOUND, "outbound_by_client", "client_id", "created_at"},
};

static const void *at(const struct field *field, const void *record) { return (const char *)record + field->offset; }

static void *at_mut(const struct field *field, void *record) { return (char *)record + field->offset; }

struct str record_key(enum record_kind kind, const void *record)
{
    return *(const struct str *)at(&RECORD_TYPES[kind].fields[0], record);
}

static const struct field *version_field(enum record_kind kind)
{
    return &RECORD_TYPES[kind].fields[RECORD_TYPES[kind].field_count - 1];
}

int64_t record_version(enum record_kind kind, const void *record)
{
    return *(const int64_t *)at(version_field(kind), record);
}

void record_set_version(enum record_kind kind, void *record, int64_t version)
{
    *(int64_t *)at_mut(version_field(kind), record) = version;
}

const struct field *record_field(enum record_kind kind, const char *name)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    for (size_t i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, name) == 0)
            return &type->fields[i];
    return NULL;
}

static void field_clear(const struct field *field, void *record)
{
    void *slot = at_mut(field, record);
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: *(struct str *)slot = STR_NONE; return;
    case FIELD_I64:
    case FIELD_TIME: *(int64_t *)slot = I64_NONE; return;
    case FIELD_F64: *(double *)slot = NAN; return;
    case FIELD_BOOL: *(bool *)slot = false; return;
    case FIELD_ENUM: *(int *)slot = 0; return;
    }
}

void record_init(enum record_kind kind, void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    memset(record, 0, type->size); /* padding too: records are compared and hashed by nobody, but dumped by debuggers */
    for (size_t i = 0; i < type->field_count; i++)
        field_clear(&type->fields[i], record);
}

void record_copy(enum record_kind kind, const void *from, void *to, struct arena *arena)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    memmove(to, from, type->size);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (field->type != FIELD_STR && field->type != FIELD_JSON)
            continue;
        struct str *text = at_mut(field, to);
        *text = arena_str(arena, *text);
    }
}

static bool field_equal(const struct field *field, const void *a, const void *b)
{
    const void *x = at(field, a), *y = at(field, b);
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: return str_equal(*(const struct str *)x, *(const struct str *)y);
    case FIELD_I64:
    case FIELD_TIME: return *(const int64_t *)x == *(const int64_t *)y;
    case FIELD_BOOL: return *(const bool *)x == *(const bool *)y;
    case FIELD_ENUM: return *(const int *)x == *(const int *)y;
    case FIELD_F64: break;
    }
    double p = *(const double *)x, q = *(const double *)y;
    return isnan(p) ? isnan(q) : p >= q && p <= q;
}

bool record_equal(enum record_kind kind, const void *a, const void *b)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    for (size_t i = 0; i + 2 < type->field_count; i++) /* updated_at and version are the last two */
        if (!field_equal(&type->fields[i], a, b))
            return false;
    return true;
}
