/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How good a list of alarms was. The words, for a part [from, to] of the history behind which nothing is seen; its judged
 * days begin at from, but not in the days of the history that are only learnt from:
 *   alarm               one a silence that begins in the part; on a judged day at whose end the client has not ordered
 *   client-months       for each client the judged days from the first visit on, / 30.4
 *   judged              an alarm whose 30 days lie within the part: by to - 30
 *   wasted              judged, and the client ordered within 30 days: by the alarm's day + 30
 *   final silence       ended by no order, begun by to - 180, and not over 60 days before the first judged day, so that the
 *                       detector had its say
 *   silence at alarm    days from the visit to the alarm; its median is over final silences that were alarmed, the mean of
 *                       the middle two of an even number
 * Standard errors take clients as independent, not alarms: of a share p = sum w / sum j over clients it is
 * sqrt(sum (w - p j)^2) / sum j; of the median half the distance between the order statistics sqrt(n) / 2 below and above
 * it. On the CDNOW sample these give the figures of the design (core/backtest_cdnow_test.c). Pure. */
#ifndef REKINDLE_CORE_BACKTEST_MEASURE_H
#define REKINDLE_CORE_BACKTEST_MEASURE_H

#include "core/backtest_walk.h"

#define MEASURE_BACK_DAYS 30
#define MEASURE_FINAL_DAYS 180
#define MEASURE_BEGUN_DAYS 60
#define MEASURE_MONTH_DAYS 30.4

/* NaN where there is nothing to take a share or median of. */
struct backtest_measure {
    int64_t alarms;
    double client_months;
    double per_100_client_months;
    int64_t judged;
    double wasted, wasted_se; /* share of judged */
    int64_t finals;
    double median_silence_days, median_silence_se;
    double repeat_median_days; /* the same over final silences of clients with two visits or more */
    double final_silences_alarmed, final_silences_alarmed_se; /* share of finals */
};
void measure_alarms(const struct walk *walk, const int32_t *alarm, const struct walk_range *range,
                    struct backtest_measure *out);
/* The standard error of the difference of two wasted shares, client by client: of the sum over clients of
 * (w1 - p1 j1) / J1 - (w2 - p2 j2) / J2, squared. NaN when either is. */
double measure_wasted_difference_se(const struct walk *walk, const int32_t *one, const int32_t *two,
                                    const struct walk_range *range);
/* Alarms of each 30.4 judged days of the part, for a chart; at most `room` months; returns how many. */
size_t measure_months(const struct walk *walk, const int32_t *alarm, const struct walk_range *range, int64_t *months,
                      size_t room);

#endif
