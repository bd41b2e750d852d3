/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MIME by GMime: multipart/alternative, text first, UTF-8, CRLF, 7-bit. List-Unsubscribe and -Post on one line each (RFC
 * 8058). The boundary is derived from the email id, so that the same email gives the same bytes. */
#ifndef REKINDLE_CORE_MIME_H
#define REKINDLE_CORE_MIME_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"

struct mime_message {
    struct str email_id;
    struct str from_name, from_address, reply_to; /* reply_to may be absent */
    struct str to_name, to_address;               /* name may be absent */
    struct str subject;
    struct str message_id; /* without <> */
    int64_t date_ms;
    struct str unsubscribe_url;     /* https URL for one-click */
    struct str unsubscribe_address; /* a mail to it unsubscribes too; absent: nobody reads such mail */
    struct str feedback_id;         /* "a:b:sender", of what Gmail's Postmaster Tools count together; may be absent */
    struct str list_id;    /* domain-like, "rekindle.shop.example"; absent: a letter that was asked for, of no list */
    struct str text, html; /* UTF-8, LF lines; html may be absent */
    struct str extra_name,
        extra_value; /* one header more, for the mail provider (core/provider.h); both absent: none */
    struct str attachment, attachment_name; /* a JSON file beside the text; both absent: none */
};
void mime_init(void); /* once per process */
/* RC_INVALID when a header value has CR, LF, NUL or another control, or an address breaks RULE_EMAIL. */
enum rc mime_build(const struct mime_message *message, struct buf *out);

#endif
