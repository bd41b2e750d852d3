/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fitting the chance models to a shop's own history by maximum likelihood on the logarithms of the parameters (GSL), or by
 * maximum a posteriori with the weak prior of the display fit:
 *   penalty = sum(((ln p - m) / sd)^2) / 2,   m = ln(0.5, 30, 0.7, 2.0),   sd = (1.5, 2.0, 1.5, 1.5),   times in days
 * Histories that are equal are counted once, so the cost grows with how many different ones there are. Bounded: at most
 * 200 evaluations from each of a few starts. Pure, but for GSL's error handler, which is switched off for the whole
 * process (it would abort it); any number of threads may fit at once. */
#ifndef REKINDLE_CORE_FIT_H
#define REKINDLE_CORE_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rc.h"
#include "core/chance.h"

/* Under so many clients or repeat gaps a chance is not shown. */
#define FIT_CLIENTS_MIN 50
#define FIT_GAPS_MIN 30
/* Visits are days, so a century has fewer gaps in it than this. */
#define FIT_GAPS_EACH_MAX 100000

enum fit_model { FIT_MBG, FIT_BGNBD };
struct fit_options {
    enum fit_model model;
    bool prior;                       /* add the penalty (days only) */
    const struct chance_model *start; /* NULL, or the last fit: one more place to begin from */
};
struct fit_result {
    struct chance_model model;
    double log_likelihood; /* without the penalty */
    size_t clients;        /* that went in */
    double gaps;           /* sum of x */
    int evaluations;
};

/* Fits to `clients` (borrowed; silence = T - tx). RC_INVALID without any repeat gap and no prior, or for a client whose
 * gaps are not a whole number within FIT_GAPS_EACH_MAX or whose times are negative or not finite; RC_LIMITED when the
 * search did not settle within its bound (*out is the best it had). The order of the clients makes no difference. */
enum rc fit_chance(const struct chance_client *clients, size_t count, const struct fit_options *options,
                   struct fit_result *out);

/* Gamma-Gamma for the value of orders: rows of x repeat orders of mean value m, those with x > 0 and m > 0. */
struct fit_spend_row {
    double x, m;
};
struct fit_spend_result {
    struct spend_model model;
    double log_likelihood;
};
enum rc fit_spend(const struct fit_spend_row *rows, size_t count, struct fit_spend_result *out);

#endif
