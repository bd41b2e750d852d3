/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether Amazon signed a message. The certificate is fetched from the address in the message, which core/sns.h has found to
 * be the topic's own; it is traced to a root, through an issuer fetched from Amazon when it comes alone, as it does; and the
 * few that were found good are kept. Nothing that was not found good is kept, and fetches have a limit, so that forged
 * messages can neither fill the memory nor make this machine knock at Amazon's all day. Any thread; no lock is held while
 * something is fetched. */
#ifndef REKINDLE_STEP_SNS_TRUST_H
#define REKINDLE_STEP_SNS_TRUST_H

#include "base/x509.h"
#include "core/sns.h"
#include "port/fetch.h"

struct sns_trust;
/* Both are borrowed and must outlive it. */
struct sns_trust *sns_trust_new(struct fetch *fetch, const struct x509_roots *roots);
void sns_trust_free(struct sns_trust *trust); /* NULL is fine */

#define SNS_FETCHES_PER_MINUTE 20

/* RC_OK with *refusal: SNS_FINE, SNS_BAD_CERTIFICATE or SNS_BAD_SIGNATURE. RC_IO, RC_TIMEOUT: the certificate cannot be had
 * now; RC_LIMITED: too many were fetched this minute. *why in plain words (static memory) unless it is fine. The message has
 * passed sns_judge; `now_ms` is real time. */
enum rc sns_trust_check(struct sns_trust *trust, const struct sns_message *message, int64_t now_ms,
                        enum sns_refusal *refusal, struct str *why);

#endif
