/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* State changes of emails and episodes, with the counters that the dashboard reads: "email:STATUS" and "episode:STATE"
 * count the records now in that state. Nobody else sets a status. */
#ifndef REKINDLE_STEP_MOVES_H
#define REKINDLE_STEP_MOVES_H

#include "core/email.h"
#include "core/episode.h"
#include "step/batch.h"

/* Begins the email of an admitted episode: drafting, with its draft job at now; sets episode->email_id. */
void email_begin(const struct step_env *env, struct batch *batch, struct episode *episode, struct str recipient,
                 struct arena *arena);
/* Moves along core/email.c's table, sets reason and updated_at, puts it with the version it was read with, counts. RC_BUG
 * when the table has no such arrow (nothing is added to the batch). */
enum rc email_move(struct batch *batch, struct email *email, enum email_event event, struct str reason, int64_t now);
/* A new episode in `episode->state`. */
void episode_begin(struct batch *batch, struct episode *episode, int64_t now);
void episode_move(struct batch *batch, struct episode *episode, enum episode_state state, struct str reason,
                  int64_t now);

/* The record itself is deleted (erasure, by the caller): it counts no longer. */
void email_gone(struct batch *batch, const struct email *email);
void episode_gone(struct batch *batch, const struct episode *episode);
/* The mail left (or is now known to have left): its episode is emailed, the person's cap counts it. A rehearsed one counts in
 * no cap. Adds to the batch only. */
enum rc email_left(const struct step_env *env, struct batch *batch, const struct email *email, int64_t now,
                   struct arena *arena);
/* Closes an episode: its email is cancelled with `email_rule` if it has not left, the person's lock is given back, whoever
 * waits for room may come in. Adds to the batch only. */
enum rc episode_close(const struct step_env *env, struct batch *batch, struct episode *episode, struct str reason,
                      struct str email_rule, struct arena *arena);

/* Appends one object to a JSON array text: {"at":..,"by":..,"action":..,...}; absent members are left out. */
struct trail {
    struct str by, action, content_hash, reason;
    int64_t review_ms; /* 0: left out */
};
struct str trail_append(struct str array, int64_t at, const struct trail *entry, struct arena *arena);

#endif
