/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The lift and its intervals. The arm rates are shrunk by one success and one failure (Agresti and Caffo 2000), so that an
 * arm without a reorder has a variance too; the confidence sequence is the normal mixture boundary, whose variance is the
 * sum over strata. What is drawn within a stratum is compared within it only; the strata meet as differences. */
#include "core/lift.h"

#include <math.h>

#define ALPHA 0.05
#define Z_975 1.959963984540054
#define RHO2 0.01587230920347513 /* (-2 ln a + ln(-2 ln a + 1)) / 500 */

/* Chosen power and level of a test at a date fixed beforehand: (z_0.975 + z_0.8)^2, as the notes state it. */
#define POWER_80 7.84888
#define SEQUENTIAL_PRICE 1.5

struct difference {
    double people, value, variance;
};

static double shrunk(const struct lift_arm *arm) { return ((double)arm->reordered + 1) / ((double)arm->people + 2); }

static double spread(const struct lift_arm *arm)
{
    double p = shrunk(arm);
    return p * (1 - p) / (double)arm->people;
}

static struct difference difference_of(const struct lift_stratum *stratum)
{
    return (struct difference){
        .people = (double)stratum->treated.people + (double)stratum->holdout.people,
        .value = shrunk(&stratum->treated) - shrunk(&stratum->holdout),
        .variance = spread(&stratum->treated) + spread(&stratum->holdout),
    };
}

static bool has_both_arms(const struct lift_stratum *stratum)
{
    return stratum->treated.people > 0 && stratum->holdout.people > 0;
}

static bool is_enough(int64_t treated, int64_t holdout, int64_t reordered)
{
    return treated >= LIFT_ARM_MIN && holdout >= LIFT_ARM_MIN && reordered >= LIFT_REORDERS_MIN;
}

static double radius_of(double people, double t)
{
    double grown = t * RHO2 + 1;
    return sqrt(2 * grown / (people * people * RHO2) * log(sqrt(grown) / ALPHA));
}

bool lift_sequential(const struct lift_stratum *strata, size_t count, struct lift_interval *out)
{
    int64_t treated = 0, holdout = 0, reordered = 0;
    double people = 0, sum = 0, t = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_both_arms(&strata[i]))
            continue;
        struct difference part = difference_of(&strata[i]);
        treated += strata[i].treated.people;
        holdout += strata[i].holdout.people;
        reordered += strata[i].treated.reordered + strata[i].holdout.reordered;
        people += part.people;
        sum += part.people * part.value;
        t += part.people * (part.people * part.variance);
    }
    if (!is_enough(treated, holdout, reordered))
        return false;
    double radius = radius_of(people, t);
    out->estimate = sum / people;
    out->low = out->estimate - radius;
    out->high = out->estimate + radius;
    return true;
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
