/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Gathers what core/eligible.c decides on, from the records themselves, at the due moment and again at send time. */
#ifndef REKINDLE_STEP_GUARD_H
#define REKINDLE_STEP_GUARD_H

#include "core/eligible.h"
#include "step/env.h"

struct guard {
    struct client client;
    struct person person;
    int64_t person_version; /* STORE_ABSENT when the person was never seen */
    struct policy policy;
    struct eligible_input input; /* points into this struct: do not copy a guard */
};

/* Reads client, person, policy, suppression, last and newer orders. The person is the episode's own, who holds its lock and is drawn
 * for it; the suppression is of the client's address as it is now; drafted_at, feed_stale and kill_switch are the caller's to
 * set. RC_NOT_FOUND when the client is gone. */
enum rc guard_read(const struct step_env *env, const struct episode *episode, struct arena *arena, struct guard *out);
/* The rule that keeps an episode from opening for mail, or NULL: it is then ineligible by that name. */
const char *guard_refusal(const struct guard *guard);
/* Adds what only matters at send time: drafted_at, the feed's state, the kill switch and the brake. */
enum rc guard_read_sending(const struct step_env *env, int64_t drafted_at, struct arena *arena, struct guard *guard);

#endif
