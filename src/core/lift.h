/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Did it help? The difference of reorder rates, treated minus holdout, with an interval that stays valid however often it
 * is looked at: an asymptotic confidence sequence (normal mixture; Robbins 1970, Waudby-Smith, Arbour, Sinha, Kennedy and
 * Ramdas 2021). Per stratum (people of one period, drawn at one share under one policy, due or from the backlog), never
 * pooled across: strata are combined by their own differences. What the Results page shows is lift_interval: strata weigh
 * what they can tell (Mantel and Haenszel 1959), so that a change of the share costs little and many small strata bring no bias.
 *   w = n1 n2 / n    d = x1 / n1 - x2 / n2    V = w^2 (p~1 (1 - p~1) / n1 + p~2 (1 - p~2) / n2)    W = sum w    T = sum V
 *   p~ = (x + 2 p) / (m + 2) in an arm of m, p = (x1 + x2 + 1) / (n + 2)
 *   estimate = sum w d / W    radius = sqrt(2 (T r + 1) / r * ln(sqrt(T r + 1) / 0.05)) / W    r tuned at T = 60
 * docs/simulations.md has what it was compared with. Pure. */
#ifndef REKINDLE_CORE_LIFT_H
#define REKINDLE_CORE_LIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lift_arm {
    int64_t people;    /* whose window has closed */
    int64_t reordered; /* of them, within the window */
};
struct lift_stratum {
    struct lift_arm treated, holdout;
};
struct lift_interval {
    double estimate, low, high; /* shares, treated minus holdout: 0.03 is three points */
};

/* Fewer than 20 in an arm, or fewer than 5 reorders in all, over the strata that count: no number is given. */
#define LIFT_ARM_MIN 20
#define LIFT_REORDERS_MIN 5

/* The interval over all strata that have people in both arms. False ("not enough data yet") when there are too few. */
bool lift_interval(const struct lift_stratum *strata, size_t count, struct lift_interval *out);
/* What the emails did to those who were chosen for one, over the strata that have people in both arms. Of one stratum it is the
 * lift itself. Where the share or the effect changed between strata, the lift above favours the strata that tell most, but
 * people and money are about the treated: then strata weigh by them, w = 0.05 n1 (a constant, small so that the clock never
 * runs ahead of what few held out can tell), the rest as above. */
struct lift_treated {
    size_t strata;             /* that have both arms */
    int64_t people;            /* treated in them */
    double rate;               /* share of them who reordered */
    double without;            /* what it would have been by the holdout of each stratum: rate - lift.estimate */
    struct lift_interval lift; /* rate - without, valid at all times as the other is */
};
/* False as lift_interval is. */
bool lift_of_treated(const struct lift_stratum *strata, size_t count, struct lift_treated *out);
/* Its forerunner, by people: the yardstick it is compared with. With n = n1 + n2, p~ = (x + 1) / (m + 2) in an arm of m:
 *   v = n (p~1 (1 - p~1) / n1 + p~2 (1 - p~2) / n2)     t = n v     rho2 = 0.01587230920347513 (tuned at t = 500)
 *   radius = sqrt(2 (t rho2 + 1) / (n^2 rho2) * ln(sqrt(t rho2 + 1) / 0.05))    about p~1 - p~2
 * Several strata: N = sum n_k, d = sum n_k d_k / N, t = sum n_k^2 Var_k, the same radius with N for n. */
bool lift_sequential(const struct lift_stratum *strata, size_t count, struct lift_interval *out);
/* Newcombe's hybrid of Wilson intervals (Newcombe 1998, method 10), for a report at a date fixed beforehand only. */
bool lift_newcombe(const struct lift_arm *treated, const struct lift_arm *holdout, struct lift_interval *out);

/* Episodes needed, both arms together, to find a lift of `lift` (share) over a holdout rate `rate` with a holdout share of
 * `share`, 80 % power, times 1.5 for the sequential interval:
 *   1.5 * 7.84888 (p (1 - p) / f + (p + l) (1 - p - l) / (1 - f)) / l^2
 * INFINITY when it cannot be (share 0 or 1, lift 0). */
double lift_needed(double rate, double lift, double share);
/* The same without the 1.5: a look at a date fixed beforehand. */
double lift_needed_fixed(double rate, double lift, double share);

#endif
