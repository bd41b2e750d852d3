/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Intervals that were compared before core/lift.h was settled, and the two of it, in one shape. docs/simulations.md has what
 * was seen, docs/decisions/0011 what was chosen. */
#ifndef REKINDLE_TESTS_STATISTICS_CANDIDATES_H
#define REKINDLE_TESTS_STATISTICS_CANDIDATES_H

#include "trial.h"

trial_method by_weight;      /* lift_interval, what the Results page shows */
trial_method by_treated;     /* lift_of_treated, what people and money are reckoned with */
trial_method by_people;      /* lift_sequential, the yardstick */
trial_method newcombe_daily; /* a fixed-date interval, wrongly looked at every day; strata thrown together */
trial_method pooled_prior;   /* by people, arm rates shrunk towards the pooled one instead of a half */
trial_method early_clock;    /* by weight, tuned at T = 15 instead of 60 */
trial_method late_clock;     /* by weight, tuned at T = 250 */
trial_method two_clocks;     /* by weight, the mean of the two martingales */
trial_method adjusted;       /* by weight, the covariate's chance imbalance taken out by regression */
trial_method betting;        /* exact: bets on (A - pi) (Y - 0.1) with stakes mixed; says whether zero is in, no more */

#endif
