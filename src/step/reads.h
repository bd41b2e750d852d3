/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reads shared by several steps. All texts in the caller's arena. */
#ifndef REKINDLE_STEP_READS_H
#define REKINDLE_STEP_READS_H

#include "core/engagement.h"
#include "core/episode.h"
#include "core/order.h"
#include "core/scale.h"
#include "step/env.h"

/* The scale in force, or the small-shop defaults with number 0 before the first one is published. */
enum rc read_scale(const struct step_env *env, struct arena *arena, struct scale *out);
/* All orders of a client, oldest first. One that was quarantined for its date is so only until that day. */
enum rc read_orders(const struct step_env *env, struct str client_id, struct arena *arena, struct order **out,
                    size_t *count);
/* 0 when the counter was never added to. */
enum rc read_counter(const struct step_env *env, struct str id, struct arena *arena, int64_t *out);
/* All clients of a person (itself included); at most STORE_LIST_MAX. */
enum rc read_person_clients(const struct step_env *env, struct str person, struct arena *arena, struct client **out,
                            size_t *count);
/* Whether any client of a person (the episode's client's, as it is now) has a counting order newer than the silence's last
 * order. Read from the orders themselves: the engagement may lag by a moment. */
enum rc read_ordered_since(const struct step_env *env, const struct episode *episode, struct str person,
                           struct arena *arena, bool *out);

#endif
