/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a backtest means for the shop: emails and review a day, cost a month, and after how many days it could be known
 * whether the emails help. Every figure stands on stated assumptions. */
#ifndef REKINDLE_MAIN_BACKTEST_SHOP_H
#define REKINDLE_MAIN_BACKTEST_SHOP_H

#include "base/json.h"
#include "core/backtest.h"

#define SHOP_LIFTS 3

struct shop_assumptions {
    double daily_episodes; /* the policy's limit: 50 */
    double holdout_share;  /* 0.2 */
    double review_minutes; /* of one email: 2 */
    double email_cost;     /* model and sending of one email, major units: 0.005 */
    double gross_margin;   /* 0..1; NaN = not stated */
};
struct shop_outlook {
    double episodes_a_day; /* over the last year of the reported part, not over the limit */
    double emails_a_day;   /* without the holdout */
    bool is_limited;       /* the limit holds some back */
    double review_minutes_a_day;
    double cost_a_month;          /* 30.4 days, major units */
    double reorder_rate;          /* of those alarmed, within 30 days and alone: the share wasted */
    double lifts[SHOP_LIFTS];     /* 0.02, 0.03, 0.05 */
    double lift_days[SHOP_LIFTS]; /* until such a lift could be known; over 365 or NaN: not within a year */
    double pays_one_in;           /* one email in so many must bring an order of mean value to pay; NaN = not known */
};
extern const struct shop_assumptions SHOP_ASSUMPTIONS;

void shop_outlook(const struct backtest_report *report, const struct shop_assumptions *assumptions, struct str currency,
                  struct shop_outlook *out);
/* An amount of minor units of `currency` in major units. */
double shop_major(double minor, struct str currency);
/* Both as one object. */
void shop_to_json(const struct shop_outlook *outlook, const struct shop_assumptions *assumptions, struct json_out *out);
/* The one sentence a shop owner needs. In the arena. */
struct str shop_sentence(const struct backtest_report *report, const struct shop_outlook *outlook, struct arena *arena);

#endif
