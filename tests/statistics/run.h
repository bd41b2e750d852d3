/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many shops of one kind, each with its own seed, and what became of them. */
#ifndef REKINDLE_TESTS_STATISTICS_RUN_H
#define REKINDLE_TESTS_STATISTICS_RUN_H

#include "arms.h"
#include "shop.h"

#define RUN_METHODS 10

struct run_setup {
    const char *name;
    struct arms_setup arms; /* used when days is not 0 */
    struct shop_setup shop;
    uint64_t seed; /* of the first shop; the others follow */
};
struct run_tally {
    int shops;
    int excluded;    /* some look excluded zero */
    int missed;      /* some look excluded the truth */
    int *first_days; /* [excluded], ascending */
    double width;    /* mean at the last look */
    double estimate; /* mean at the last look, of those with an interval */
    double people;   /* mean of whose window closed */
};
/* Fills out[method_count]. */
void run_shops(const struct run_setup *setup, int shops, trial_method *const *methods, size_t method_count,
               struct run_tally *out);
void run_clear(struct run_tally *tallies, size_t method_count);
/* The day by whose look half of all shops had excluded zero; -1 when fewer ever did. */
double run_median_day(const struct run_tally *tally);
/* How many had excluded zero by the look of that day. */
int run_found_by(const struct run_tally *tally, double day);

#endif
