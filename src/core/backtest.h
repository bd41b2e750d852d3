/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a detector would have done on a history, replayed without looking ahead, and how good that was. */
#ifndef REKINDLE_CORE_BACKTEST_H
#define REKINDLE_CORE_BACKTEST_H

#include "core/policy.h"
#include "core/replay.h"

/* Came back by themselves within so many days of the alarm: the alarm was wasted. */
#define BACKTEST_BACK_DAYS 30
/* A silence is final when no order ended it and the client's last order lies at least so long before the end. */
#define BACKTEST_FINAL_DAYS 180

/* Of alarms on the days of a range. Shares and medians are NaN without anything to take them of. */
struct backtest_measure {
    int64_t alarms;               /* on days of the range */
    double client_months;         /* days on which a client could have been alarmed, / 30.4375 */
    double per_100_client_months; /* alarms_per_100_client_months */
    int64_t judged;               /* alarms whose 30 days lie within the history */
    double wasted, wasted_se;     /* share of those that were wasted; standard error, clients being independent */
    double median_silence_days;   /* at the alarm, over final silences that were alarmed */
    double median_silence_se;
    int64_t finals;                                           /* final silences of the range */
    double final_silences_alarmed, final_silences_alarmed_se; /* share of them */
};

#endif
