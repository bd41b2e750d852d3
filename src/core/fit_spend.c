/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Gamma-Gamma by maximum likelihood. A row's share, with u = ln(x m + v):
 *   lnG(p x + q) - lnG(p x) - lnG(q) + q ln(v) + p x ln(x m) - (p x + q) u - ln(m)
 * Money is counted in mean orders of the shop, so that the search starts near in any currency. */
#include "core/fit.h"

#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/fit_newton.h"

enum { P, Q, V, SPEND_PARAMETERS }; /* the parameters in newton_point */

#define EVALUATIONS_MAX 200
#define LOG_REACH 12.0

/* Rows sorted by x, so that what depends on x alone is worked out once for each. */
struct spend {
    struct fit_spend_row *rows;
    size_t count;
};

/* Sums over the rows with the same x. */
struct spend_sums {
    double rows, ln_m, ln_spent; /* ln m, ln(x m) */
    double u, per, per2;         /* ln(x m + v), 1/(x m + v), its square */
};

static int by_row(const void *a, const void *b)
{
    const struct fit_spend_row *x = a, *y = b;
    int order = (x->x > y->x) - (x->x < y->x);
    return order ? order : (x->m > y->m) - (x->m < y->m);
}

static void add_same(struct newton_point *point, const double *of, double x, const struct spend_sums *sums)
{
    double px = of[P] * x, q = of[Q], v = of[V], all = px + q, n = sums->rows;
    double psi_all = gsl_sf_psi(all), psi_1_all = gsl_sf_psi_1(all);
    double(*second)[NEWTON_PARAMETERS] = point->second;
    point->value += n * (lgamma(all) - lgamma(px) - lgamma(q) + q * log(v)) + px * sums->ln_spent - all * sums->u -
                    sums->ln_m;
    point->gradient[P] += x * (n * (psi_all - gsl_sf_psi(px)) + sums->ln_spent - sums->u);
    point->gradient[Q] += n * (psi_all - gsl_sf_psi(q) + log(v)) - sums->u;
    point->gradient[V] += n * q / v - all * sums->per;
    second[P][P] += n * x * x * (psi_1_all - gsl_sf_psi_1(px));
    second[P][Q] += n * x * psi_1_all;
    second[P][V] -= x * sums->per;
    second[Q][Q] += n * (psi_1_all - gsl_sf_psi_1(q));
    second[Q][V] += n / v - sums->per;
    second[V][V] += all * sums->per2 - n * q / (v * v);
}

static void evaluate(void *context, struct newton_point *point)
{
    const struct spend *spend = context;
    double of[SPEND_PARAMETERS];
    for (size_t i = 0; i < SPEND_PARAMETERS; i++)
        of[i] = exp(point->at[i]);
    point->value = 0;
    memset(point->gradient, 0, sizeof(point->gradient));
    memset(point->second, 0, sizeof(point->second));
    for (size_t i = 0; i < spend->count;) {
        struct spend_sums sums = {0};
        double x = spend->rows[i].x;
        for (; i < spend->count && spend->rows[i].x <= x; i++) {
            double m = spend->rows[i].m, per = 1 / (x * m + of[V]);
            sums.rows++;
            sums.ln_m += log(m);
            sums.ln_spent += log(x * m);
            sums.u += log(x * m + of[V]);
            sums.per += per;
            sums.per2 += per * per;
        }
        add_same(point, of, x, &sums);
    }
    for (size_t i = 0; i < SPEND_PARAMETERS; i++)
        for (size_t j = 0; j < i; j++)
            point->second[i][j] = point->second[j][i];
    newton_by_logs(point, of, SPEND_PARAMETERS);
}

enum rc fit_spend(const struct fit_spend_row *rows, size_t count, struct fit_spend_result *out)
{
    struct spend spend = {mem_new(count, sizeof(*spend.rows)), 0};
    double mean = 0;
    int evaluations = 0;
    *out = (struct fit_spend_result){{0}, 0};
    for (size_t i = 0; i < count; i++)
        if (rows[i].x > 0 && rows[i].m > 0 && isfinite(rows[i].x) && isfinite(rows[i].m))
            spend.rows[spend.count++] = rows[i];
    for (size_t i = 0; i < spend.count; i++)
        mean += spend.rows[i].m / (double)spend.count;
    for (size_t i = 0; i < spend.count; i++)
        spend.rows[i].m /= mean;
    qsort(spend.rows, spend.count, sizeof(*spend.rows), by_row);
    struct newton_problem problem = {.parameters = SPEND_PARAMETERS,
                                     .low = {-LOG_REACH, -LOG_REACH, -LOG_REACH},
                                     .high = {LOG_REACH, LOG_REACH, LOG_REACH},
                                     .evaluate = evaluate,
                                     .context = &spend,
                                     .evaluations_max = EVALUATIONS_MAX};
    struct newton_point point = {.at = {log(2), log(3), 0}};
    enum rc rc = spend.count > 0 ? newton_maximise(&problem, &point, &evaluations) : RC_INVALID;
    if (spend.count > 0) {
        out->model = (struct spend_model){exp(point.at[P]), exp(point.at[Q]), exp(point.at[V]) * mean};
        out->log_likelihood = point.value - (double)spend.count * log(mean);
    }
    mem_free(spend.rows);
    return rc;
}
