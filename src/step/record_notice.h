/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What somebody outside says became of a mail, made durable with all that follows from it, in one commit:
 *
 *   delivered     the email's verdict
 *   soft_bounce   the verdict; the policy's `soft_bounces` of them for one person within `soft_bounce_days` suppress
 *   hard_bounce   the verdict; the address is suppressed, what waits for the person is cancelled
 *   complaint     the same, and all clients of the person are unsubscribed for good
 *   unsubscribed  all clients of the person are unsubscribed, the address is suppressed
 *
 * The worst verdict stays. An uncertain email is settled by it: failed by a hard bounce, else sent (who complains or
 * bounces had it). The same statement said twice is one. Any thread. */
#ifndef REKINDLE_STEP_RECORD_NOTICE_H
#define REKINDLE_STEP_RECORD_NOTICE_H

#include "core/delivery.h"
#include "core/email.h"
#include "step/batch.h"
#include "step/env.h"

#define NOTICE_BY_RELAY STR("relay") /* source of what the relay said while it had us on the line */

struct notice_in {
    struct str id; /* the source's own id of the event or of the message: the same said twice is one */
    struct str email_id;
    enum notice_kind kind;
    struct str source; /* "mailbox", "pipe", "hook:postmark", "ses" */
    struct str status; /* enhanced status code; anything else is as good as absent */
    struct str detail; /* as it was said: addresses are masked here */
};

/* RC_OK with *repeated when it was known already (nothing happens then). RC_NOT_FOUND: no such email, or one that was never
 * handed to a relay: there is nothing to record. RC_BUSY: it is being handed over at this moment, or others write; say it
 * again later. RC_INVALID without an id. RC_IO. */
enum rc notice_record(const struct step_env *env, const struct notice_in *in, struct arena *arena, bool *repeated);

/* What follows from a soft bounce that the relay told of at once (a full mailbox), but for the email's own row: the notice, and
 * the suppression when it is one too many. Into the caller's batch. RC_IO. */
enum rc notice_add_soft_bounce(const struct step_env *env, struct batch *batch, const struct email *email,
                               const struct notice_in *in, struct arena *arena);

#endif
