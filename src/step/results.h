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
#define RESULTS_PACE_DAYS 90

struct results_arm {
    int64_t people;        /* whose window has closed */
    int64_t reordered;     /* of them, within the window */
    int64_t emailed;       /* of them, whose email left */
    int64_t revenue_minor; /* ordered within the window */
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
/* Of the treated that count and were drawn while an offer was made: those who were to get it beside those who were not. What the
 * holdout is compared with is all of the treated, whatever half they are in. */
struct results_offer {
    struct results_arm with, without;
    int64_t taken;             /* of those with it, whose email left, who ordered again: so often at most it was used */
    bool known;                /* enough data for `lift` */
    struct lift_interval lift; /* with minus without */
};
/* What core/proof.h says in words and money is worked out from these. */
struct results {
    int64_t as_of;
    int window_days;
    struct results_cell total; /* over the strata */
    bool known;                /* enough data for `lift` */
    struct lift_interval lift;
    struct lift_treated effect; /* on the treated; meaningful when known */
    struct results_offer offer;
    struct results_point *series; /* by week, oldest first, the last RESULTS_WEEKS_MAX; arrays in the arena */
    size_t week_count;
    struct results_slice *strata, *months, *bands; /* by first admission; months in order; bands drifting, lost */
    size_t stratum_count, month_count, band_count;
    double
        admissions_per_day; /* that count, over the last RESULTS_PACE_DAYS (or since the first, when that is later) */
    struct {
        int64_t forced, rehearsed;
        int64_t open;     /* count, but their window has not closed yet */
        int64_t repeated; /* not the person's first */
        int64_t undrawn;  /* admitted while the holdout share was 0: there was nothing to draw */
    } outside;
    int64_t sent;           /* emails that left since mail leaves, forced ones too */
    int64_t review_ms;      /* time that drafts were open in review since mail leaves */
    int64_t model_microusd; /* spent on the model */
};

/* `window_days` is 30, 60 or 90 (RC_INVALID otherwise). */
enum rc results_read(const struct step_env *env, int window_days, struct arena *arena, struct results *out);

#endif
