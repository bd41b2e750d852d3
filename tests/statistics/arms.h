/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The plain experiment: so many people a day, each in an arm by chance, each back within the window at the rate of its day
 * and arm. Thousands of shops in a second, for what needs no history. */
#ifndef REKINDLE_TESTS_STATISTICS_ARMS_H
#define REKINDLE_TESTS_STATISTICS_ARMS_H

#include "trial.h"

/* From this day on a stratum of its own; a share of 0 ends the list. */
struct arms_period {
    size_t from_day;
    double share; /* of the holdout */
    double rate;  /* at which the holdout comes back */
};
struct arms_setup {
    struct arms_period periods[TRIAL_STRATA];
    double lift;   /* treated come back at rate + lift */
    double spread; /* half of the people come back (1 - spread) times the rate, half (1 + spread); which is known: c */
    int people;    /* a day */
    size_t days;
    bool pooled; /* wrongly: all periods in one stratum, for what becomes of it */
};
void arms_run(const struct arms_setup *setup, uint64_t seed, struct trial *out);

#endif
