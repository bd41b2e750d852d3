/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a message to the bounce domain says became of one of our mails. Pure: nothing here checks a token or changes
 * anything; a message without a valid token counts for nothing, whatever it says.
 *
 * The table of a failed delivery. First what the text says by itself where it is plain (a block of us, a full mailbox or an
 * unknown address is often sent under a code that means something else), then the enhanced status (RFC 3463), then the
 * reply code:
 *
 *   text of a block, a policy, a fault of ours           soft (blocked): about us, never about the address
 *   text of a full mailbox                               soft (full)
 *   text of an unknown, disabled or moved address        hard, unless the status is 4.x.x
 *   5.1.1 5.1.2 5.1.3 5.1.6 5.1.10 5.2.1 5.4.4 5.4.1     hard: the address or its domain is not there
 *   5.1.0 and other 5.1.x, 5.2.x, 5.3.x to 5.7.x, 5.0.0  soft (other)
 *   4.x.x, and nothing known                             soft (temporary)
 *
 * Soft ones count (the policy's `soft_bounces`), hard ones suppress at once: what is not plain is soft. */
#ifndef REKINDLE_CORE_BOUNCE_H
#define REKINDLE_CORE_BOUNCE_H

#include "core/mime_read.h"

enum bounce_kind {
    BOUNCE_NOTHING, /* no report of ours: an answer, an automatic reply, a feedback that is no complaint */
    BOUNCE_DELAYED, /* still being tried: no verdict */
    BOUNCE_DELIVERED,
    BOUNCE_SOFT,
    BOUNCE_HARD,
    BOUNCE_COMPLAINT,
    BOUNCE_OPT_OUT,   /* a feedback report that asks for it */
    BOUNCE_TO_CONFIRM /* neither a report nor an automatic reply: an unsubscribe if it is addressed to u+TOKEN */
};

struct bounce {
    enum bounce_kind kind;
    struct str status;    /* enhanced status code; absent when none was given */
    struct str said;      /* the diagnostic or the line with the reason; absent */
    struct str recipient; /* Final-Recipient without its type; absent */
};
void bounce_classify(const struct mime_read *message, struct bounce *out);
/* One failed delivery by the table above. `status` may be absent. */
enum bounce_kind bounce_of_failure(struct str status, struct str said);

/* Finds local parts "PREFIX+TOKEN" ("b+...", "u+...") at `domain` (absent: any) in header values. */
enum bounce_place {
    BOUNCE_TO_US,   /* where it was addressed to: To, Cc, Delivered-To, X-Original-To, Envelope-To, Received ... for */
    BOUNCE_ANYWHERE /* besides, the report's fields and the headers of the returned mail, with 'u' its unsubscribe link */
};
#define BOUNCE_TOKENS_MAX 16
/* At most BOUNCE_TOKENS_MAX distinct texts, in the order of their places; not checked, borrowed from `message`. */
size_t bounce_tokens(const struct mime_read *message, char prefix, struct str domain, enum bounce_place place,
                     struct str out[BOUNCE_TOKENS_MAX]);

#endif
