/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lift and its intervals. The arm rates are shrunk by one success and one failure (Agresti and Caffo 2000), so that an
 * arm without a reorder has a variance too; the confidence sequence is the normal mixture boundary, whose variance is the
 * sum over strata. What is drawn within a stratum is compared within it only; the strata meet as differences. */
#include "core/lift.h"

#include <math.h>

#define ALPHA 0.05
#define Z_975 1.959963984540054
/* Where a boundary is tightest: (-2 ln a + ln(-2 ln a + 1)) / t* in the time of its own sum. 60 is about what it takes to
 * see 3 points over a rate of 7 %, whatever the share; 500 is the notes' choice in a time that depends on the share. */
#define RHO2_BY_WEIGHT 0.13226924336229276
#define RHO2_BY_PEOPLE 0.01587230920347513
#define SMALL_SHARE 0.05 /* of the holdout: with a larger constant the clock runs ahead of what few held out can tell */

/* Chosen power and level of a test at a date fixed beforehand: (z_0.975 + z_0.8)^2, as the notes state it. */
#define POWER_80 7.84888
#define SEQUENTIAL_PRICE 1.5

/* A sum of weighted differences over strata, its variance, and who is in it. */
struct sum {
    size_t strata;
    int64_t treated, holdout, reordered, back; /* back: of the treated */
    double weight, value, variance;
};
typedef void add_function(struct sum *sum, const struct lift_stratum *stratum);

static double shrunk(const struct lift_arm *arm, double towards)
{
    return ((double)arm->reordered + 2 * towards) / ((double)arm->people + 2);
}

static double variance_of(double p, const struct lift_arm *arm) { return p * (1 - p) / (double)arm->people; }

static void add_weighted(struct sum *sum, const struct lift_stratum *stratum, double weight)
{
    const struct lift_arm *treated = &stratum->treated, *holdout = &stratum->holdout;
    double n1 = (double)treated->people, n2 = (double)holdout->people;
    double pooled = ((double)treated->reordered + (double)holdout->reordered + 1) / (n1 + n2 + 2);
    double variance = variance_of(shrunk(treated, pooled), treated) + variance_of(shrunk(holdout, pooled), holdout);
    sum->weight += weight;
    sum->value += weight * ((double)treated->reordered / n1 - (double)holdout->reordered / n2);
    sum->variance += weight * (weight * variance);
}

/* The score of Mantel and Haenszel: in a stratum without effect a martingale but for the pooled rate, which settles. */
static void add_by_weight(struct sum *sum, const struct lift_stratum *stratum)
{
    double n1 = (double)stratum->treated.people, n2 = (double)stratum->holdout.people;
    add_weighted(sum, stratum, n1 * n2 / (n1 + n2));
}

static void add_by_treated(struct sum *sum, const struct lift_stratum *stratum)
{
    add_weighted(sum, stratum, SMALL_SHARE * (double)stratum->treated.people);
}

static void add_by_people(struct sum *sum, const struct lift_stratum *stratum)
{
    const struct lift_arm *treated = &stratum->treated, *holdout = &stratum->holdout;
    double people = (double)treated->people + (double)holdout->people;
    double p1 = shrunk(treated, 0.5), p2 = shrunk(holdout, 0.5);
    sum->weight += people;
    sum->value += people * (p1 - p2);
    sum->variance += people * (people * (variance_of(p1, treated) + variance_of(p2, holdout)));
}

static struct sum sum_of(const struct lift_stratum *strata, size_t count, add_function *add)
{
    struct sum sum = {0};
    for (size_t i = 0; i < count; i++) {
        const struct lift_stratum *stratum = &strata[i];
        if (stratum->treated.people <= 0 || stratum->holdout.people <= 0)
            continue;
        sum.treated += stratum->treated.people;
        sum.holdout += stratum->holdout.people;
        sum.reordered += stratum->treated.reordered + stratum->holdout.reordered;
        sum.back += stratum->treated.reordered;
        sum.strata++;
        add(&sum, stratum);
    }
    return sum;
}

static bool interval_of(const struct sum *sum, double rho2, struct lift_interval *out)
{
    if (sum->treated < LIFT_ARM_MIN || sum->holdout < LIFT_ARM_MIN || sum->reordered < LIFT_REORDERS_MIN)
        return false;
    double grown = sum->variance * rho2 + 1;
    double radius = sqrt(2 * grown / (sum->weight * sum->weight * rho2) * log(sqrt(grown) / ALPHA));
    out->estimate = sum->value / sum->weight;
    out->low = out->estimate - radius;
    out->high = out->estimate + radius;
    return true;
}

bool lift_interval(const struct lift_stratum *strata, size_t count, struct lift_interval *out)
{
    struct sum sum = sum_of(strata, count, add_by_weight);
    return interval_of(&sum, RHO2_BY_WEIGHT, out);
}

bool lift_of_treated(const struct lift_stratum *strata, size_t count, struct lift_treated *out)
{
    struct sum sum = sum_of(strata, count, add_by_weight);
    if (sum.strata > 1)
        sum = sum_of(strata, count, add_by_treated);
    *out = (struct lift_treated){.strata = sum.strata, .people = sum.treated};
    if (!interval_of(&sum, RHO2_BY_WEIGHT, &out->lift))
        return false;
    out->rate = (double)sum.back / (double)sum.treated;
    out->without = out->rate - out->lift.estimate;
    return true;
}

bool lift_sequential(const struct lift_stratum *strata, size_t count, struct lift_interval *out)
{
    struct sum sum = sum_of(strata, count, add_by_people);
    return interval_of(&sum, RHO2_BY_PEOPLE, out);
}

/* Wilson's interval of one rate: the two solutions of |p - x/m| = z sqrt(p (1 - p) / m). */
static void wilson(const struct lift_arm *arm, double *low, double *high)
{
    double m = (double)arm->people, p = (double)arm->reordered / m, z2 = Z_975 * Z_975;
    double middle = p + z2 / (2 * m), half = Z_975 * sqrt(p * (1 - p) / m + z2 / (4 * m * m)), scale = 1 + z2 / m;
    *low = (middle - half) / scale;
    *high = (middle + half) / scale;
}

bool lift_newcombe(const struct lift_arm *treated, const struct lift_arm *holdout, struct lift_interval *out)
{
    if (treated->people <= 0 || holdout->people <= 0)
        return false;
    double p1 = (double)treated->reordered / (double)treated->people, low1, high1;
    double p2 = (double)holdout->reordered / (double)holdout->people, low2, high2;
    wilson(treated, &low1, &high1);
    wilson(holdout, &low2, &high2);
    out->estimate = p1 - p2;
    out->low = out->estimate - hypot(p1 - low1, high2 - p2);
    out->high = out->estimate + hypot(high1 - p1, p2 - low2);
    return true;
}

double lift_needed_fixed(double rate, double lift, double share)
{
    if (!(share > 0 && share < 1) || lift == 0 || !(rate >= 0 && rate <= 1 && rate + lift >= 0 && rate + lift <= 1))
        return INFINITY;
    double treated = rate + lift;
    return POWER_80 * (rate * (1 - rate) / share + treated * (1 - treated) / (1 - share)) / (lift * lift);
}

double lift_needed(double rate, double lift, double share)
{
    return SEQUENTIAL_PRICE * lift_needed_fixed(rate, lift, share);
}
