/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages of Amazon SNS as they come over HTTP, before any key is looked at: their form, the bytes that are signed, and
 * which addresses a message may name. Source: "Amazon SNS Developer Guide", Verifying the signatures of Amazon SNS messages.
 * Pure. */
#ifndef REKINDLE_CORE_SNS_H
#define REKINDLE_CORE_SNS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

enum sns_type { SNS_NOTIFICATION, SNS_SUBSCRIPTION, SNS_UNSUBSCRIPTION };

struct sns_message { /* texts are borrowed from the body */
    enum sns_type type;
    struct str message_id, topic_arn, message, timestamp;
    struct str subject;              /* of a notification; may be absent, and is then not signed */
    struct str token, subscribe_url; /* of the two others */
    struct str signature, cert_url;
    int64_t at; /* the timestamp, ms since 1970 */
};

/* Why a message is refused. */
enum sns_refusal {
    SNS_FINE,
    SNS_NO_MESSAGE,    /* not the JSON of an SNS message, or a member is missing */
    SNS_OLD_SIGNATURE, /* SignatureVersion 1 is SHA-1 */
    SNS_BAD_CERT_URL,
    SNS_OTHER_TOPIC,
    SNS_OUT_OF_TIME,
    SNS_BAD_CERTIFICATE, /* from here on: found with the certificate at hand */
    SNS_BAD_SIGNATURE
};
extern const char *const SNS_REFUSAL_WORDS[]; /* "fine", "no_message", "old_signature" ... */

#define SNS_PATIENCE_MS \
    (60 * 60 * 1000LL) /* how far a timestamp may lie from now: SNS tries again for less than an hour */

enum sns_refusal sns_read(const struct json *body, struct sns_message *out);
/* All that can be refused without the certificate. `topics`: the ARNs that are let in, commas between them; `now_ms`: real. */
enum sns_refusal sns_judge(const struct sns_message *message, struct str topics, int64_t now_ms);
/* The bytes that the signature covers, appended. */
void sns_signed_text(const struct sns_message *message, struct buf *out);

/* The region of "arn:aws:sns:REGION:ACCOUNT:NAME"; absent when it is no such ARN. */
struct str sns_region(struct str topic_arn);
/* The host that a topic's messages may name: "sns.REGION.amazonaws.com", in China with ".cn" behind it. */
struct str sns_host(struct str topic_arn, struct arena *arena);
/* https, exactly that host without port or login, a plain path that ends in ".pem", no query. */
bool sns_cert_url_is_good(struct str url, struct str topic_arn);
/* https, exactly that host, the root path and a query that confirms a subscription. */
bool sns_subscribe_url_is_good(struct str url, struct str topic_arn);
/* The host names that may stand in the signing certificate, in the arena; returns how many, at most SNS_NAMES_MAX. Amazon
 * issues it for "sns.amazonaws.com", for "sns-signing.REGION..." and for "sns-REGION..." as regions came and went. */
#define SNS_NAMES_MAX 4
size_t sns_certificate_names(struct str topic_arn, struct arena *arena, struct str names[SNS_NAMES_MAX]);
/* Whether a certificate of Amazon's may be completed from there: "http(s)://crt.NAME.amazontrust.com/NAME.cer". */
bool sns_issuer_url_is_good(struct str url);

#endif
