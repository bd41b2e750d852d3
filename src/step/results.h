/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What came of it: the treated beside the holdout, counted from the episodes themselves. Counted are episodes of the proof
 * (episode.counts: a person's first admission since mail really left, when a draw took place), in the arm drawn then, whatever
 * became of the email; an episode is counted once its window has closed, so both arms were watched equally long. Strata
 * (period, and due or backlog) are never pooled: their own differences are combined by core/lift.h. Reads rows along
 * EPISODE_BY_ADMITTED, a page at a time: memory grows with strata, months and weeks, never with episodes. Any thread. */
#ifndef REKINDLE_STEP_RESULTS_H
#define REKINDLE_STEP_RESULTS_H

#include "core/lift.h"
#include "step/env.h"

#define RESULTS_WEEKS_MAX 600
/* The lift (share) for which it is said how many episodes it takes to see it. */
#define RESULTS_LIFT_SOUGHT 0.03

struct results_arm {
    int64_t people;         /* whose window has closed */
    int64_t reordered;      /* of them, within the window */
    int64_t emailed;        /* of them, whose email left */
    int64_t revenue_minor;  /* ordered within the window */
    double revenue_squares; /* sum of the squares of each one's revenue */
};
struct results_cell {
    struct results_arm treated, holdout;
};
/* A stratum, a month of admission, or a band at opening. */
struct results_slice {
    struct str name; /* "5f2c0e0d7a4b due", "2026-10", "drifting" or "lost" */
    int64_t from;    /* first admission, TIME_NONE without any */
    struct results_cell cell;
    bool known; /* enough data for `lift` */
    struct lift_interval lift;
};
/* As it stood at the end of a week: those whose window had closed by then, with what is known of them today. */
struct results_point {
    int64_t at; /* end of the week: a Monday 00:00 in the shop's zone; of the last one, now */
    int64_t people;
    bool known;
    struct lift_interval lift;
};
enum results_verdict {
    RESULTS_NOT_ENOUGH_DATA,
    RESULTS_NOT_SHOWN, /* the interval has 0 in it */
    RESULTS_HELPS,
    RESULTS_HARMS
};
extern const char *const RESULTS_VERDICT_WORDS[]; /* "not_enough_data", "not_shown", "helps", "harms" */

struct results {
    int64_t as_of;
    int window_days;
    enum results_verdict verdict;
    struct str sentence;
    struct results_cell total;
    bool known;                     /* lift, recovered */
    struct lift_interval lift;      /* shares */
    struct lift_interval recovered; /* people of the treated who came back and would not have */
    struct {
        double lift;      /* RESULTS_LIFT_SOUGHT */
        int64_t episodes; /* more than there are now, both arms; I64_NONE where it cannot be said */
        int64_t days;     /* at the pace of the last 90 days; I64_NONE likewise */
    } needed;
    struct {
        double gross_margin; /* NaN where the policy does not say */
        bool known;          /* margin_minor and net_minor */
        struct lift_interval margin_minor, net_minor;
        double model_minor, email_minor, review_minor, discount_minor; /* NaN where the policy does not say */
        double review_hours;
        int64_t model_microusd;
        int64_t sent; /* emails that left, all of them */
    } money;
    struct results_point *series; /* by week, oldest first, the last RESULTS_WEEKS_MAX; arrays in the arena */
    size_t week_count;
    struct results_slice *strata, *months, *bands; /* by first admission; months in order; bands drifting, lost */
    size_t stratum_count, month_count, band_count;
    struct {
        int64_t forced, rehearsed, open, repeated;
        int64_t undrawn; /* admitted while the holdout share was 0 */
    } outside;
};

/* `window_days` is 30, 60 or 90 (RC_INVALID otherwise). */
enum rc results_read(const struct step_env *env, int window_days, struct arena *arena, struct results *out);

#endif
