/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An experiment within a simulated shop, whose true effect is known: at each client's first due moment (default detector and
 * threshold, the scale of the whole history) the client is drawn into an arm, and of the treated who would not have come back
 * within the window alone some do so because of the email, so many that the reorder rates of the arms differ by `effect`.
 * Nothing else differs: the shop without the effect is the same shop without those orders. Pure. */
#ifndef REKINDLE_CORE_SIMULATE_TRIAL_H
#define REKINDLE_CORE_SIMULATE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/order.h"
#include "core/scale.h"

#define SIMULATE_WINDOW_DAYS 30

struct simulate_trial {
    double effect;        /* share of the treated who come back because of the email, 0..1; less when fewer stay away */
    double holdout_share; /* 0..1 */
    struct str salt;      /* of core/holdout.h; the person is the client's id */
};
struct simulate_episode {
    size_t client;         /* index into the shop's clients */
    int64_t due_at;        /* first due moment, before the end of the history */
    int arm;               /* ARM_TREATED or ARM_HOLDOUT */
    bool alone;            /* came back within the window without help */
    int64_t email_made_at; /* instant of the order that the email made; TIME_NONE */
};
struct simulate_outcome {
    struct scale scale; /* G and mu of the history without the effect */
    struct simulate_episode *episodes;
    size_t episode_count; /* in the order of clients */
};

/* First instant at which the client is due by `scale` while still silent, of one client's orders in the order of time;
 * TIME_NONE when never before `until_ms`. *back_at is its first visit afterwards, TIME_NONE without one. */
int64_t simulate_first_due(const struct order *orders, size_t count, struct str zone, const struct scale *scale,
                           int64_t until_ms, int64_t *back_at);

/* Orders of client c are orders[first[c]] up to orders[first[c + 1]], in the order of time. `ids` are the clients' ids. */
struct simulate_trial_input {
    const struct order *orders;
    const size_t *first;
    const struct str *ids;
    size_t client_count;
    struct str zone;
    uint64_t seed;
    int64_t to_ms;
};
/* Draws the experiment; the caller adds the orders that the email made. Arrays live in the arena. */
void simulate_trial_draw(const struct simulate_trial *trial, const struct simulate_trial_input *input,
                         struct arena *arena, struct simulate_outcome *out);

#endif
