/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the shop's other tools are told: that a client has unsubscribed, complained or cannot be reached. The event is written
 * in the commit that made it so, and JOB_NOTIFY (notify_tools.c) posts it until it is accepted. */
#ifndef REKINDLE_STEP_OUTBOUND_H
#define REKINDLE_STEP_OUTBOUND_H

#include "core/outbound.h"
#include "step/batch.h"

#define OUTBOUND_KEPT_DAYS 30 /* an accepted event, without its payload */

/* The event of one client and its job, into the batch that makes it so: one write, one job. Does nothing in a shop without
 * a webhook. A client of the same person is told of by an event of its own. */
void outbound_add(const struct step_env *env, struct batch *batch, enum outbound_type type, const struct client *client,
                  struct arena *arena);

/* How far the other tools are behind. */
struct outbound_lag {
    int64_t waiting;       /* events not yet accepted */
    int64_t oldest_at;     /* when the first of them happened; TIME_NONE when none waits */
    struct str last_error; /* of that one's last try; absent before the first */
};
enum rc outbound_lag_read(const struct step_env *env, struct arena *arena, struct outbound_lag *out);

#endif
