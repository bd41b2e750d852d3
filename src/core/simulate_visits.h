/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When simulated clients order: a stated model, after BG/NBD (Fader, Hardie and Lee 2005). A client orders at a rate of its
 * own (gamma over clients), with gaps that are exponential or more regular (gamma), the whole stretched by seasons, and
 * leaves for good after an order with a probability of its own (beta over clients). Pure; same seed, same instants. */
#ifndef REKINDLE_CORE_SIMULATE_VISITS_H
#define REKINDLE_CORE_SIMULATE_VISITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"

struct simulate_model {
    double gap_days;   /* 1 / mean rate of an active client in the best month; over a year with seasons it is
                                       gap_days / simulate_season_mean() */
    double rate_shape; /* gamma of the rates over clients: small, they differ much; large, all are alike */
    double gap_shape;  /* gamma of a client's own gaps: 1 is a Poisson stream, large is clockwork */
    double leave_alpha, leave_beta; /* beta of the probability of leaving after an order; alpha 0: nobody leaves */
    bool seasonal;                  /* December sells most, August least */
    double unknown_value;           /* share of the orders whose value nobody knows */
};
/* The coffee shop that a simulation without a model is: an order in 26 days in December, in 36 over the year, one client in
 * six leaves after an order. */
extern const struct simulate_model SIMULATE_MODEL;

/* Mean weight of the months, the best one 1. */
double simulate_season_mean(void);

/* A model laid over a span of time. Borrows model and zone. */
struct simulate_plan {
    const struct simulate_model *model;
    int64_t from_ms, to_ms;
    struct str zone;
    const double *season_ms; /* weighted time passed by the end of each day from from_ms on; NULL when not needed */
    size_t days;
};
void simulate_plan_init(struct simulate_plan *plan, const struct simulate_model *model, int64_t from_ms, int64_t to_ms,
                        struct str zone, struct arena *arena);
/* The weight of the month, 0..1. */
double simulate_season(const struct simulate_plan *plan, int64_t at_ms);

/* One client's habit. Each number has its own random stream, so client 7 is the same in a shop of 10 or 10,000. */
struct simulate_habit {
    struct rand_stream random;
    double rate_ms; /* orders a millisecond, in the best month */
    double leaves;  /* probability after each order */
};
void simulate_habit_draw(struct simulate_habit *habit, const struct simulate_model *model, uint64_t seed,
                         int64_t number);
/* When the client first comes: later is a little more likely (the shop grows), seasons bring new clients too. */
int64_t simulate_first(const struct simulate_plan *plan, struct rand_stream *random);
/* The client's next order after one at `event_ms`; to_ms or later when there is none within the span. */
int64_t simulate_next(const struct simulate_plan *plan, struct simulate_habit *habit, int64_t event_ms);

#endif
