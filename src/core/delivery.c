/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tables of notices and sent mails. */
#include "core/delivery.h"

#include "core/record_counts.h"

const char *const DELIVERY_WORDS[] = {"unknown", "delivered", "soft_bounce", "hard_bounce", "complaint", NULL};
const char *const NOTICE_WORDS[] = {"delivered", "soft_bounce", "hard_bounce", "complaint", "unsubscribed", NULL};

const struct field NOTICE_FIELDS[] = {
    ROW(notice, id, FIELD_STR, FIELD_KEY | FIELD_STORED | FIELD_SHOWN),
    ROW(notice, email_id, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(notice, client_id, FIELD_STR, FIELD_SHOWN),
    ROW(notice, person, FIELD_STR, 0),
    ROW_ENUM(notice, kind, NOTICE_WORDS, FIELD_STORED | FIELD_SHOWN),
    ROW(notice, source, FIELD_STR, FIELD_STORED | FIELD_SHOWN),
    ROW(notice, status, FIELD_STR, FIELD_SHOWN),
    ROW(notice, detail, FIELD_STR, FIELD_SHOWN),
    ROW(notice, at, FIELD_TIME, FIELD_STORED | FIELD_SHOWN),
    ROW(notice, updated_at, FIELD_TIME, FIELD_STORED),
    ROW(notice, version, FIELD_I64, FIELD_STORED),
};
const size_t NOTICE_FIELD_COUNT = NOTICE_ROWS;
RECORD_ROWS(NOTICE_FIELDS, NOTICE_ROWS);

const struct field SENT_MAIL_FIELDS[] = {
    ROW(sent_mail, id, FIELD_STR, FIELD_KEY | FIELD_STORED),
    ROW(sent_mail, person, FIELD_STR, 0),
    ROW(sent_mail, sent_at, FIELD_TIME, FIELD_STORED),
    ROW_ENUM(sent_mail, verdict, DELIVERY_WORDS, FIELD_STORED),
    ROW(sent_mail, verdict_at, FIELD_TIME, 0),
    ROW(sent_mail, updated_at, FIELD_TIME, FIELD_STORED),
    ROW(sent_mail, version, FIELD_I64, FIELD_STORED),
};
const size_t SENT_MAIL_FIELD_COUNT = SENT_MAIL_ROWS;
RECORD_ROWS(SENT_MAIL_FIELDS, SENT_MAIL_ROWS);
