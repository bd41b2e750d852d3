/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The log likelihood of a shop under the MBG/NBD or BG/NBD (core/chance.h), as a function of ln r, ln alpha, ln a and ln b,
 * with its gradient and second derivatives, and with the prior of core/fit.h where asked for. One thread. */
#ifndef REKINDLE_CORE_FIT_LIKELIHOOD_H
#define REKINDLE_CORE_FIT_LIKELIHOOD_H

#include "core/fit.h"
#include "core/fit_histories.h"
#include "core/fit_newton.h"

struct likelihood {
    struct histories all;
    struct likelihood_time *terms; /* one of each of all.times, for the alpha of the evaluation */
    size_t stride;                 /* 1; or every so manieth history alone, a sample, with the prior weakened as much */
    enum fit_model model;
    bool prior;
};
struct likelihood_time {
    double ln, per; /* ln(alpha + t), 1 / (alpha + t) */
};

/* Result codes of histories_init; cleared by likelihood_clear in any case. */
enum rc likelihood_init(struct likelihood *likelihood, const struct chance_client *clients, size_t count,
                        const struct fit_options *options);
void likelihood_clear(struct likelihood *likelihood);

/* For newton_problem, whose context is the likelihood: value and derivatives by the four logarithms in point->at. */
void likelihood_evaluate(void *context, struct newton_point *point);

#endif
