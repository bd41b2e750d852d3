/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Shop scale: G, the mean gap between visits, and mu, the mean order value: a versioned record, published at most daily
 * and only when one of them moved by more than 2 %. Its sums are counters kept by the score step. */
#ifndef REKINDLE_CORE_SCALE_H
#define REKINDLE_CORE_SCALE_H

#include "core/chance.h"
#include "core/field.h"

#define SCALE_KEY STR("scale")

struct scale {
    struct str id;      /* SCALE_KEY for the one in force */
    double gap_days;    /* G; 60 while the shop has fewer than 5 repeat gaps */
    double value_minor; /* mu; NaN while fewer than 5 known totals */
    int64_t gaps;       /* sum of x when published */
    int64_t valued;     /* sum of nv when published */
    /* The chance model fitted to the shop (core/fit.h, with the prior), weekly; NaN before the first fit. */
    double chance_r, chance_alpha_days, chance_a, chance_b;
    double chance_ll;
    int64_t fit_clients, fit_gaps; /* that went into the fit, I64_NONE before */
    int64_t fitted_at;
    double return_days;   /* silences of clients who came back: 95 % of them were no longer; NaN before the first fit */
    int64_t number;       /* 1, 2, 3 ... the version engagements name */
    int64_t armed_number; /* all timers have been walked for this number */
    int64_t published_at;
    int64_t updated_at;
    int64_t version;
};
extern const struct field SCALE_FIELDS[];
extern const size_t SCALE_FIELD_COUNT;

/* The fitted chance model, or the prior's mode before there is one. */
struct chance_model scale_chance_model(const struct scale *scale);
/* True when there is enough history for a chance to be shown (FIT_CLIENTS_MIN clients and FIT_GAPS_MIN repeat gaps). */
bool scale_shows_chance(const struct scale *scale);

/* Counter keys of the sums. */
#define SCALE_COUNTER_GAP_MS STR("scale:gap_ms")     /* sum of tx over clients, ms */
#define SCALE_COUNTER_GAPS STR("scale:gaps")         /* sum of x = visits - 1 */
#define SCALE_COUNTER_VALUE STR("scale:value_minor") /* sum of sv */
#define SCALE_COUNTER_VALUED STR("scale:valued")     /* sum of nv */

/* G and mu from the sums, with the small-shop rules: under 5 repeat gaps G is `usual_gap_days` as the shop stated it, or 60
 * when that is NaN. Fills gap_days, value_minor, gaps, valued; leaves the rest. */
struct scale_sums {
    int64_t gap_ms, gaps, value_minor, valued;
};
void scale_compute(const struct scale_sums *sums, double usual_gap_days, struct scale *out);
/* True when `next` differs from `now` by more than 2 % in G or mu (or one of them became known). */
bool scale_moved(const struct scale *now, const struct scale *next);

#endif
