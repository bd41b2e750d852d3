/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an SMTP relay's answer means (RFC 5321 section 4.2, RFC 3463). The enhanced code beats the basic one. */
#ifndef REKINDLE_CORE_REPLY_H
#define REKINDLE_CORE_REPLY_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

enum reply_phase {
    REPLY_CONNECT,
    REPLY_EHLO,
    REPLY_TLS,
    REPLY_AUTH,
    REPLY_MAIL,
    REPLY_RCPT,
    REPLY_DATA,
    REPLY_BODY, /* 354 was seen, the final dot had not left */
    REPLY_DOT   /* the final dot may have left */
};
enum reply_class {
    REPLY_ACCEPTED,
    REPLY_LATER,        /* 4xx or a break before the dot: try this message again later */
    REPLY_SLOW_RELAY,   /* 421, 454: the whole relay wants less */
    REPLY_BAD_ADDRESS,  /* hard bounce: 5.1.x, 5.2.1, 550 at RCPT: suppress */
    REPLY_MAILBOX_FULL, /* soft bounce: 552, 5.2.2 */
    REPLY_REFUSED,      /* any other 5xx about this message */
    REPLY_OUR_FAULT,    /* 5.7.x, 530, 535, 553 of the sender, TLS: stop the relay, suppress nobody */
    REPLY_UNKNOWN       /* no reply after the dot: uncertain */
};
extern const char *const REPLY_PHASE_WORDS[];
extern const char *const REPLY_CLASS_WORDS[];

struct reply {
    enum reply_class class;
    enum reply_phase phase;
    int code;        /* 0 when there was none */
    struct str text; /* the deciding reply line, controls stripped, at most 500 bytes */
};
/* Classifies the deciding reply line ("550 5.1.1 no such user"; absent when the connection broke) seen in a phase. */
enum reply_class reply_classify(enum reply_phase phase, struct str line);
enum rc reply_rc(enum reply_class class); /* see port/mailer.h */

#endif
