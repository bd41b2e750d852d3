/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All but betting are normal mixtures: with a sum of weighted differences S, its variance T and a tuning r, a martingale
 * exp(r S^2 / (2 (T r + 1))) / sqrt(T r + 1) that is 20 with probability at most 1/20, ever. */
#include "candidates.h"

#include <math.h>

#define ALPHA 0.05

static void plain_strata(const struct trial_stratum *strata, size_t count, struct lift_stratum *out)
{
    for (size_t k = 0; k < count; k++)
        out[k] = (struct lift_stratum){{strata[k].treated.people, strata[k].treated.reordered},
                                       {strata[k].holdout.people, strata[k].holdout.reordered}};
}

bool by_weight(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    struct lift_stratum plain[TRIAL_STRATA];
    plain_strata(strata, count, plain);
    return lift_interval(plain, count, out);
}

bool by_treated(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    struct lift_stratum plain[TRIAL_STRATA];
    struct lift_treated effect;
    plain_strata(strata, count, plain);
    bool known = lift_of_treated(plain, count, &effect);
    *out = effect.lift;
    return known;
}

bool by_people(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    struct lift_stratum plain[TRIAL_STRATA];
    plain_strata(strata, count, plain);
    return lift_sequential(plain, count, out);
}

static bool has_both(const struct trial_stratum *stratum)
{
    return stratum->treated.people > 0 && stratum->holdout.people > 0;
}

/* As core/lift.h has it, over the strata that count. */
static bool is_enough(const struct trial_stratum *strata, size_t count)
{
    int64_t treated = 0, holdout = 0, reordered = 0;
    for (size_t k = 0; k < count; k++) {
        if (!has_both(&strata[k]))
            continue;
        treated += strata[k].treated.people;
        holdout += strata[k].holdout.people;
        reordered += strata[k].treated.reordered + strata[k].holdout.reordered;
    }
    return treated >= LIFT_ARM_MIN && holdout >= LIFT_ARM_MIN && reordered >= LIFT_REORDERS_MIN;
}

bool newcombe_daily(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    struct lift_arm treated = {0}, holdout = {0};
    for (size_t k = 0; k < count; k++) {
        treated.people += strata[k].treated.people;
        treated.reordered += strata[k].treated.reordered;
        holdout.people += strata[k].holdout.people;
        holdout.reordered += strata[k].holdout.reordered;
    }
    return is_enough(strata, count) && lift_newcombe(&treated, &holdout, out);
}

struct score {
    double weight, value, variance;
};

static double tuned_at(double t) { return (-2 * log(ALPHA) + log(-2 * log(ALPHA) + 1)) / t; }

static void interval_about(const struct score *score, double reach, struct lift_interval *out)
{
    out->estimate = score->value / score->weight;
    out->low = out->estimate - reach / score->weight;
    out->high = out->estimate + reach / score->weight;
}

static double reach_of(double t, double rho2)
{
    return sqrt(2 * (t * rho2 + 1) / rho2 * log(sqrt(t * rho2 + 1) / ALPHA));
}

static double pooled_rate(const struct trial_stratum *stratum)
{
    return ((double)stratum->treated.reordered + (double)stratum->holdout.reordered + 1) /
           ((double)stratum->treated.people + (double)stratum->holdout.people + 2);
}

static double shrunk(const struct trial_arm *arm, double towards)
{
    return ((double)arm->reordered + 2 * towards) / ((double)arm->people + 2);
}

bool pooled_prior(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    struct score score = {0};
    for (size_t k = 0; k < count; k++) {
        if (!has_both(&strata[k]))
            continue;
        double n1 = (double)strata[k].treated.people, n2 = (double)strata[k].holdout.people, n = n1 + n2;
        double p = pooled_rate(&strata[k]), p1 = shrunk(&strata[k].treated, p), p2 = shrunk(&strata[k].holdout, p);
        score.weight += n;
        score.value += n * (p1 - p2);
        score.variance += n * n * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
    }
    if (!is_enough(strata, count))
        return false;
    interval_about(&score, reach_of(score.variance, tuned_at(500)), out);
    return true;
}

/* Residual variance of one reorder in an arm when slope times the covariate is taken out. */
static double variance_of(const struct trial_arm *arm, double p, double slope)
{
    double n = (double)arm->people, c = arm->c / n;
    double own = arm->cc / n - c * c, with = arm->cy / n - c * (double)arm->reordered / n;
    return fmax(p * (1 - p) - 2 * slope * with + slope * slope * own, 0.01 * p * (1 - p));
}

static struct score score_of(const struct trial_stratum *strata, size_t count, double slope)
{
    struct score score = {0};
    for (size_t k = 0; k < count; k++) {
        const struct trial_arm *treated = &strata[k].treated, *holdout = &strata[k].holdout;
        if (!has_both(&strata[k]))
            continue;
        double n1 = (double)treated->people, n2 = (double)holdout->people, weight = n1 * n2 / (n1 + n2);
        double p = pooled_rate(&strata[k]);
        double difference = (double)treated->reordered / n1 - (double)holdout->reordered / n2;
        score.weight += weight;
        score.value += weight * (difference - slope * (treated->c / n1 - holdout->c / n2));
        score.variance += weight * weight *
                          (variance_of(treated, shrunk(treated, p), slope) / n1 +
                           variance_of(holdout, shrunk(holdout, p), slope) / n2);
    }
    return score;
}

static bool tuned(const struct trial_stratum *strata, size_t count, double t, double slope, struct lift_interval *out)
{
    if (!is_enough(strata, count))
        return false;
    struct score score = score_of(strata, count, slope);
    interval_about(&score, reach_of(score.variance, tuned_at(t)), out);
    return true;
}

bool early_clock(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    return tuned(strata, count, 15, 0, out);
}

bool late_clock(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    return tuned(strata, count, 250, 0, out);
}

static double martingale(double s, double t, double rho2)
{
    return exp(rho2 * s * s / (2 * (t * rho2 + 1))) / sqrt(t * rho2 + 1);
}

bool two_clocks(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    if (!is_enough(strata, count))
        return false;
    struct score score = score_of(strata, count, 0);
    double early = tuned_at(15), late = tuned_at(250), low = 0, t = score.variance;
    double high = 2 * fmin(reach_of(t, early), reach_of(t, late)) + 1;
    for (int i = 0; i < 50; i++) {
        double s = (low + high) / 2;
        if (martingale(s, t, early) + martingale(s, t, late) < 2 / ALPHA)
            low = s;
        else
            high = s;
    }
    interval_about(&score, high, out);
    return true;
}

/* The slope within arms and strata, so that neither the effect nor a period is taken for it. */
static double slope_of(const struct trial_stratum *strata, size_t count)
{
    double with = 0, own = 0;
    for (size_t k = 0; k < count; k++) {
        const struct trial_arm *arms[] = {&strata[k].treated, &strata[k].holdout};
        for (int a = 0; a < 2; a++) {
            double n = (double)arms[a]->people;
            with += n > 0 ? arms[a]->cy - arms[a]->c * (double)arms[a]->reordered / n : 0;
            own += n > 0 ? arms[a]->cc - arms[a]->c * arms[a]->c / n : 0;
        }
    }
    return own > 1e-9 ? with / own : 0;
}

bool adjusted(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    return tuned(strata, count, 60, slope_of(strata, count), out);
}

/* Stakes are normal as in by_weight, cut where a bet could lose all. */
#define STAKES 20
#define STAKE_MOST 0.95
#define EXPECTED_RATE 0.1

static double log_wealth(const struct trial_stratum *strata, size_t count, double stake)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        double f = strata[k].share;
        const struct trial_arm *treated = &strata[k].treated, *holdout = &strata[k].holdout;
        double yes = (double)treated->reordered, no = (double)treated->people - yes;
        sum += yes * log1p(stake * f * (1 - EXPECTED_RATE)) + no * log1p(-stake * f * EXPECTED_RATE);
        yes = (double)holdout->reordered, no = (double)holdout->people - yes;
        sum += yes * log1p(-stake * (1 - f) * (1 - EXPECTED_RATE)) + no * log1p(stake * (1 - f) * EXPECTED_RATE);
    }
    return sum;
}

bool betting(const struct trial_stratum *strata, size_t count, struct lift_interval *out)
{
    double sum = 0, weights = 0, rho2 = tuned_at(60);
    if (!by_weight(strata, count, out))
        return false;
    for (int i = -STAKES; i <= STAKES; i++) {
        double stake = STAKE_MOST * i / STAKES, weight = exp(-stake * stake / (2 * rho2));
        weights += weight;
        sum += weight * exp(log_wealth(strata, count, stake));
    }
    bool excluded = sum / weights >= 1 / ALPHA;
    out->low = excluded && out->estimate > 0 ? out->estimate / 2 : -INFINITY;
    out->high = excluded && out->estimate <= 0 ? out->estimate / 2 : INFINITY;
    return true;
}
