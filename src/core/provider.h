/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mail providers: which header of a mail carries our token to them, and what their webhooks say about it. Each provider has
 * words and a shape of its own; here they become reports, one form for all. A report counts only with the token that went
 * out with the mail: an address or a subject proves nothing. Pure.
 *
 * Names and shapes are those of the providers' documentation: Postmark "Webhooks overview", Twilio SendGrid "Event Webhook
 * Reference", Mailgun "Tracking messages", Brevo "Transactional webhooks", Amazon SES "Event publishing". */
#ifndef REKINDLE_CORE_PROVIDER_H
#define REKINDLE_CORE_PROVIDER_H

#include "core/delivery.h"

enum provider {
    PROVIDER_NONE, /* any relay: no header is added */
    PROVIDER_POSTMARK,
    PROVIDER_SENDGRID,
    PROVIDER_MAILGUN,
    PROVIDER_BREVO,
    PROVIDER_SES
};
extern const char *const PROVIDER_WORDS[]; /* "none", "postmark" ... */

#define PROVIDER_KEY "rekindle" /* the name our token has among a provider's own variables */

/* What a provider says about one mail. Texts are borrowed from the body or in the arena. */
struct report {
    struct str id;    /* the provider's own id of the event; where it gives none, made of what tells events apart */
    struct str token; /* the bounce token (core/token.h) that went out with the mail */
    enum notice_kind kind;
    struct str status; /* "5.1.1"; absent when none is said */
    struct str detail; /* in the other side's words */
};
struct reports {
    struct report *items; /* in the arena */
    size_t count;
    size_t ignored; /* about other mail of the shop, or of a kind that says nothing about delivery */
};

/* The one header that makes the provider send `token` back. *name absent: it needs none. */
void provider_header(enum provider provider, struct str token, struct arena *arena, struct str *name,
                     struct str *value);
/* Reads a webhook's body of a provider other than SES. RC_INVALID when it is not what this provider sends, with one problem;
 * members and events it does not know are passed over, for providers add some without asking. */
enum rc provider_read(enum provider provider, const struct json *body, struct arena *arena, struct reports *out,
                      struct problems *problems);

/* What a report of a hard bounce amounts to: 5.7.x speaks of the sender or the text, not of the address, so it is soft. */
enum notice_kind report_kind(enum notice_kind kind, struct str status);

#endif
