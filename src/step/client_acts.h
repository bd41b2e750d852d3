/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What happens to a client by the client's own hand or by staff: unsubscribe, a draft asked for, release from the backlog,
 * suppression, erasure. Each is durable when it returns. */
#ifndef REKINDLE_STEP_CLIENT_ACTS_H
#define REKINDLE_STEP_CLIENT_ACTS_H

#include "core/episode.h"
#include "core/records_small.h"
#include "step/env.h"

/* The person behind an email unsubscribes: all clients of the person, the address is suppressed, unsent emails are
 * cancelled. Idempotent. RC_NOT_FOUND when there is no such email. */
enum rc client_unsubscribe(const struct step_env *env, struct str email_id, struct str source, struct arena *arena);

/* Staff ask for a draft now: opens the episode with arm forced. RC_INVALID with *rule when the client may not be mailed or
 * has an open episode; RC_NOT_FOUND. */
enum rc client_force_draft(const struct step_env *env, struct str client_id, struct str actor, struct str reason,
                           struct arena *arena, struct episode *out, const char **rule);

struct backlog_release {
    int64_t count;   /* in: how many at most; out: how many were released */
    int64_t skipped; /* out: silent too long for the policy */
    int64_t left;    /* out */
};
/* Most valuable first; each becomes a waiting episode of the stratum backlog. */
enum rc backlog_release(const struct step_env *env, struct str actor, struct backlog_release *release,
                        struct arena *arena);

/* Adds an address to the suppression list (only ever added) and cancels what waits for it. */
enum rc suppression_add(const struct step_env *env, struct str email, enum suppression_reason reason, struct str source,
                        struct arena *arena, struct suppression *out);

/* Erases a client from every table, change image and job; leaves tombstones. *receipt: JSON {erased_at, counts}. */
enum rc erase_client(const struct step_env *env, struct str client_id, struct str actor, struct arena *arena,
                     struct str *receipt);

#endif
