/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A whole shop with an experiment in it, by the functions that run a real one: visits from core/simulate_visits, due moments
 * from core/score, who may be mailed from core/eligible, the day's limit, arms from core/holdout, windows of 30 days from the
 * admission, a person's first episode only, and a backlog that staff release. */
#ifndef REKINDLE_TESTS_STATISTICS_SHOP_H
#define REKINDLE_TESTS_STATISTICS_SHOP_H

#include "core/simulate_visits.h"
#include "trial.h"

struct shop_setup {
    const struct simulate_model *model;
    int64_t clients;
    int days_before, days; /* history when the experiment begins, and its length */
    double share;          /* of the holdout */
    int change_day;        /* from which the share is `later_share`; 0 never */
    double later_share;
    double ineligible;     /* share of the clients nobody may mail */
    int64_t daily_limit;   /* the most valuable first */
    int64_t backlog_a_day; /* released from day 30 on; 0 none */
    double effect;         /* share of the treated who come back by the email */
};
/* Strata: until the change, from the change, and the backlog. */
void shop_run(const struct shop_setup *setup, uint64_t seed, struct trial *out);

#endif
