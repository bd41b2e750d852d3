/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How many rows each field table has. RECORD_TYPES is a constant and needs them at compile time, while the tables live
 * beside their structs; a table that disagrees with its number here does not compile (RECORD_ROWS). And how a plain row is
 * written. Private to core. */
#ifndef REKINDLE_CORE_RECORD_COUNTS_H
#define REKINDLE_CORE_RECORD_COUNTS_H

enum {
    CLIENT_ROWS = 23,
    ORDER_ROWS = 15,
    PRODUCT_ROWS = 12,
    ENGAGEMENT_ROWS = 23,
    EPISODE_ROWS = 27,
    PERSON_ROWS = 9,
    EMAIL_ROWS = 59,
    POLICY_ROWS = 5,
    SCALE_ROWS = 19,
    SUPPRESSION_ROWS = 6,
    TOMBSTONE_ROWS = 4,
    STAFF_ROWS = 8,
    API_KEY_ROWS = 9,
    SESSION_ROWS = 7,
    ANSWER_ROWS = 7,
    FEED_SOURCE_ROWS = 6,
    SETTING_ROWS = 4,
    COUNTER_ROWS = 4,
    AUDIT_ROWS = 11,
    SEAL_ROWS = 8,
    CALL_ROWS = 27,
    BUDGET_ROWS = 7,
    OFFER_CODE_ROWS = 7,
    NOTICE_ROWS = 11,
    SENT_MAIL_ROWS = 7,
    OUTBOUND_ROWS = 11
};

/* A row of a struct whose member and field have the same name. */
#define ROW(record, member, kind, bits)                                                         \
    {                                                                                           \
        .name = #member, .type = kind, .offset = offsetof(struct record, member), .flags = bits \
    }

#define ROW_ENUM(record, member, list, bits)                                                                         \
    {                                                                                                                \
        .name = #member, .type = FIELD_ENUM, .offset = offsetof(struct record, member), .flags = bits, .words = list \
    }

/* After a table: its number here is right. */
#define RECORD_ROWS(table, rows) \
    _Static_assert(sizeof(table) / sizeof((table)[0]) == (rows), #rows " in core/record_counts.h is out of date")

#endif
