/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A simulated experiment as the Results page would see it day by day, and somebody who looks at it every day with several
 * kinds of interval at once. */
#ifndef REKINDLE_TESTS_STATISTICS_TRIAL_H
#define REKINDLE_TESTS_STATISTICS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/episode.h"
#include "core/lift.h"

#define TRIAL_STRATA 12
#define TRIAL_WINDOW_DAYS 30

/* One arm of one stratum: counts, and sums of a covariate known at entry (c, c squared, c where reordered). */
struct trial_arm {
    int64_t people, reordered;
    double c, cc, cy;
};
struct trial_stratum {
    struct trial_arm treated, holdout;
    double share; /* of the holdout, as drawn */
};
struct trial {
    size_t days, strata;
    struct trial_stratum *daily; /* [days][strata]: whose window closes on that day */
    double shares[TRIAL_STRATA];
};
void trial_init(struct trial *trial, size_t days, size_t strata);
void trial_clear(struct trial *trial);
/* Enters a person on a day; it counts once its window has closed, if it does within the trial. */
void trial_enter(struct trial *trial, size_t day, size_t stratum, enum episode_arm arm, bool reordered, double c);

/* Everything that has closed so far. False: not enough data. */
typedef bool trial_method(const struct trial_stratum *strata, size_t count, struct lift_interval *out);

struct trial_verdict {
    int first_day; /* whose look first excluded zero, -1 never */
    bool missed;   /* some look excluded the truth */
    double width;  /* at the last look; 0 without an interval */
    double estimate;
};
/* Looks at the end of each day from the first closed window on; `truth` is the effect that is there. */
void trial_watch(const struct trial *trial, double truth, trial_method *const *methods, size_t count,
                 struct trial_verdict *out);

#endif
