/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/backtest_shop.h"

#include <math.h>

#include "core/currency.h"
#include "core/lift.h"

const struct shop_assumptions SHOP_ASSUMPTIONS = {.daily_episodes = 50,
                                                  .holdout_share = 0.2,
                                                  .review_minutes = 2,
                                                  .email_cost = 0.005,
                                                  .gross_margin = NAN};
static const double LIFTS[SHOP_LIFTS] = {0.02, 0.03, 0.05};
enum { MONTHS_A_YEAR = 12, MONTHS_UNUSUAL = 3, YEAR_DAYS = 365 };

double shop_major(double minor, struct str currency)
{
    int digits = currency_exponent(currency);
    return minor / pow(10, digits < 0 ? 2 : digits);
}

/* Over the last twelve whole months. The month at hand is not over, and the first ones are not like the others: a part of a
 * history begins without anybody silent, a whole history with all who are. */
static double alarms_a_day(const struct backtest_report *report)
{
    size_t whole = report->month_count > 1 ? report->month_count - 1 : report->month_count;
    size_t first = whole / 2 < MONTHS_UNUSUAL ? whole / 2 : MONTHS_UNUSUAL;
    size_t from = whole > first + MONTHS_A_YEAR ? whole - MONTHS_A_YEAR : first;
    double sum = 0;
    for (size_t i = from; i < whole; i++)
        sum += (double)report->months[i];
    return sum / ((double)(whole - from) * MEASURE_MONTH_DAYS);
}

void shop_outlook(const struct backtest_report *report, const struct shop_assumptions *assumptions, struct str currency,
                  struct shop_outlook *out)
{
    double a_day = alarms_a_day(report), mu = shop_major(report->params.value_minor, currency);
    *out = (struct shop_outlook){.is_limited = a_day > assumptions->daily_episodes,
                                 .reorder_rate = report->measure.wasted};
    out->episodes_a_day = out->is_limited ? assumptions->daily_episodes : a_day;
    out->emails_a_day = out->episodes_a_day * (1 - assumptions->holdout_share);
    out->review_minutes_a_day = out->emails_a_day * assumptions->review_minutes;
    out->cost_a_month = out->emails_a_day * MEASURE_MONTH_DAYS * assumptions->email_cost;
    out->pays_one_in = mu * assumptions->gross_margin / assumptions->email_cost;
    for (int i = 0; i < SHOP_LIFTS; i++) {
        out->lifts[i] = LIFTS[i];
        out->lift_days[i] = lift_needed(out->reorder_rate, LIFTS[i], assumptions->holdout_share) / out->episodes_a_day;
    }
}

void shop_to_json(const struct shop_outlook *outlook, const struct shop_assumptions *assumptions, struct json_out *out)
{
    json_begin_object(out);
    json_pair_real(out, "episodes_a_day", outlook->episodes_a_day);
    json_pair_real(out, "emails_a_day", outlook->emails_a_day);
    json_pair_bool(out, "limited", outlook->is_limited);
    json_pair_real(out, "review_minutes_a_day", outlook->review_minutes_a_day);
    json_pair_real(out, "cost_a_month", outlook->cost_a_month);
    json_pair_real(out, "reorder_rate", outlook->reorder_rate);
    json_pair_real(out, "pays_one_in", outlook->pays_one_in);
    json_key(out, "lift");
    json_begin_array(out);
    for (int i = 0; i < SHOP_LIFTS; i++) {
        json_begin_object(out);
        json_pair_real(out, "points", 100 * outlook->lifts[i]);
        json_pair_real(out, "days", outlook->lift_days[i]);
        json_pair_bool(out, "within_a_year", outlook->lift_days[i] <= YEAR_DAYS);
        json_end_object(out);
    }
    json_end_array(out);
    json_key(out, "assumptions");
    json_begin_object(out);
    json_pair_real(out, "daily_episodes", assumptions->daily_episodes);
    json_pair_real(out, "holdout_share", assumptions->holdout_share);
    json_pair_real(out, "review_minutes", assumptions->review_minutes);
    json_pair_real(out, "email_cost", assumptions->email_cost);
    json_pair_real(out, "gross_margin", assumptions->gross_margin);
    json_end_object(out);
    json_end_object(out);
}

struct str shop_sentence(const struct backtest_report *report, const struct shop_outlook *outlook, struct arena *arena)
{
    const struct backtest_measure *ours = &report->measure, *fixed = &report->fixed[BACKTEST_FIXED - 1].measure;
    if (isnan(ours->wasted))
        return STR("There is too little history to say how Rekindle would have done.");
    struct str first = arena_printf(arena,
                                    "Rekindle would write %.1f emails a day; of 100 people written to, %.1f would have "
                                    "come back within 30 days alone (a fixed delay with as many emails: %.1f)",
                                    outlook->emails_a_day, 100 * ours->wasted, 100 * fixed->wasted);
    if (isnan(ours->median_silence_days) || isnan(fixed->median_silence_days))
        return arena_printf(arena, "%.*s.", STR_ARG(first));
    return arena_printf(arena, "%.*s, and those who were leaving would hear from you after %.0f days instead of %.0f.",
                        STR_ARG(first), ours->median_silence_days, fixed->median_silence_days);
}
