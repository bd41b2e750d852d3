/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is known of a mail after the relay took it. A notice is one statement about it from outside (a bounce, a complaint,
 * a delivery, an unsubscribe by mail), kept under an id that makes the same statement said twice one. A sent mail is the
 * small row of an email that left, from which the brake counts the last thousand without reading their texts. */
#ifndef REKINDLE_CORE_DELIVERY_H
#define REKINDLE_CORE_DELIVERY_H

#include "core/field.h"

/* The worst that is known of a mail, in that order: a later, milder statement does not take back a worse one. */
enum delivery_verdict {
    DELIVERY_UNKNOWN,
    DELIVERY_DELIVERED,
    DELIVERY_SOFT_BOUNCE,
    DELIVERY_HARD_BOUNCE,
    DELIVERY_COMPLAINT
};

enum notice_kind {
    NOTICE_DELIVERED,
    NOTICE_SOFT_BOUNCE,
    NOTICE_HARD_BOUNCE,
    NOTICE_COMPLAINT,
    NOTICE_UNSUBSCRIBED /* by mail to the unsubscribe address, or told by a provider */
};

struct notice {
    struct str id; /* SHA-256 hex of the source and its own id of the event, or of the message */
    struct str email_id, client_id, person;
    int kind;          /* enum notice_kind */
    struct str source; /* "relay", "mailbox", "pipe", "hook:postmark", "ses" */
    struct str status; /* enhanced status code "5.1.1" (RFC 3463), absent when none was given */
    struct str detail; /* what the other side said, addresses masked, at most 300 bytes */
    int64_t at;        /* when it was received, domain time */
    int64_t updated_at, version;
};

struct sent_mail {
    struct str id; /* of the email */
    struct str person;
    int64_t sent_at;
    int verdict; /* enum delivery_verdict */
    int64_t verdict_at;
    int64_t updated_at, version;
};

extern const char *const DELIVERY_WORDS[]; /* "unknown", "delivered", "soft_bounce", "hard_bounce", "complaint" */
extern const char *const NOTICE_WORDS[];   /* "delivered", "soft_bounce", "hard_bounce", "complaint", "unsubscribed" */
extern const struct field NOTICE_FIELDS[], SENT_MAIL_FIELDS[];
extern const size_t NOTICE_FIELD_COUNT, SENT_MAIL_FIELD_COUNT;

#endif
