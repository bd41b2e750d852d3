/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_json.h"

#include <math.h>

#include "base/time_text.h"
#include "core/currency.h"

void day_to_json(const char *name, int32_t day, struct json_out *out)
{
    struct arena arena = {0};
    json_pair_str(out, name, day == REPLAY_DAY_NONE ? STR_NONE : time_day_to_text(day, &arena));
    arena_clear(&arena);
}

void detector_to_json(const struct detector *detector, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "kind", str_of(DETECTOR_WORDS[detector->kind]));
    json_pair_real(out, "half_life_days", detector->base_days);
    json_pair_real(out, "rhythm_power", detector->rhythm_power);
    json_pair_real(out, "fade_gaps", detector->fade_gaps);
    json_pair_real(out, "chance", detector->chance);
    json_end_object(out);
}

void measure_to_json(const struct backtest_measure *measure, struct json_out *out)
{
    json_pair_i64(out, "alarms", measure->alarms);
    json_pair_real(out, "client_months", measure->client_months);
    json_pair_real(out, "alarms_per_100_client_months", measure->per_100_client_months);
    json_pair_i64(out, "judged", measure->judged);
    json_pair_real(out, "wasted", measure->wasted);
    json_pair_real(out, "wasted_se", measure->wasted_se);
    json_pair_real(out, "median_silence_days", measure->median_silence_days);
    json_pair_real(out, "median_silence_days_se", measure->median_silence_se);
    json_pair_i64(out, "final_silences", measure->finals);
    json_pair_real(out, "final_silences_alarmed", measure->final_silences_alarmed);
    json_pair_real(out, "final_silences_alarmed_se", measure->final_silences_alarmed_se);
}

static void fixed_to_json(const struct backtest_report *report, struct json_out *out)
{
    json_key(out, "fixed");
    json_begin_array(out);
    for (size_t i = 0; i < BACKTEST_FIXED; i++) {
        json_begin_object(out);
        json_pair_real(out, "days", report->fixed[i].days);
        json_pair_bool(out, "same_rate", report->fixed[i].same_rate);
        measure_to_json(&report->fixed[i].measure, out);
        json_end_object(out);
    }
    json_end_array(out);
}

static void chance_to_json(const struct chance_test *test, struct json_out *out)
{
    json_pair_real(out, "auc_90d", test->auc);
    json_pair_real(out, "auc_90d_score", test->auc_score);
    json_pair_real(out, "brier_90d", test->brier);
    json_pair_i64(out, "cut_days", (int64_t)test->cuts);
    json_key(out, "calibration");
    json_begin_array(out);
    for (size_t i = 0; i < CHANCE_DECILES && test->cuts > 0; i++) {
        json_begin_object(out);
        json_pair_real(out, "clients", test->deciles[i].clients);
        json_pair_real(out, "expected", test->deciles[i].expected);
        json_pair_real(out, "ordered", test->deciles[i].ordered);
        json_end_object(out);
    }
    json_end_array(out);
}

static void model_to_json(const char *name, bool known, const struct fit_result *fit, struct json_out *out)
{
    json_key(out, name);
    if (!known) {
        json_put_null(out);
        return;
    }
    json_begin_object(out);
    json_pair_real(out, "r", fit->model.r);
    json_pair_real(out, "alpha", fit->model.alpha);
    json_pair_real(out, "a", fit->model.a);
    json_pair_real(out, "b", fit->model.b);
    json_pair_real(out, "ll", fit->log_likelihood);
    json_end_object(out);
}

static void params_to_json(const struct backtest_params *params, struct str currency, struct json_out *out)
{
    int digits = currency_exponent(currency) < 0 ? 2 : currency_exponent(currency);
    json_key(out, "params");
    json_begin_object(out);
    json_pair_real(out, "G_days", params->gap_days);
    json_pair_real(out, "mu", params->value_minor / pow(10, digits));
    json_pair_i64(out, "fit_clients", (int64_t)params->fit_clients);
    model_to_json("mbg_days", params->has_fit, &params->mbg_days, out);
    model_to_json("bgnbd_weeks", params->has_fit, &params->bgnbd_weeks, out);
    json_end_object(out);
}

void report_to_json(const struct backtest_report *report, struct str currency, struct json_out *out)
{
    json_pair_i64(out, "clients", (int64_t)report->clients);
    json_pair_i64(out, "orders", (int64_t)report->orders);
    day_to_json("from", report->from, out);
    day_to_json("to", report->to, out);
    day_to_json("judged_from", report->judged_from, out);
    json_key(out, "detector");
    detector_to_json(&report->detector.detector, out);
    json_pair_real(out, "threshold", report->detector.threshold);
    measure_to_json(&report->measure, out);
    json_pair_real(out, "wasted_difference", report->measure.wasted - report->fixed[BACKTEST_FIXED - 1].measure.wasted);
    json_pair_real(out, "wasted_difference_se", report->wasted_difference_se);
    chance_to_json(&report->chance, out);
    fixed_to_json(report, out);
    params_to_json(&report->params, currency, out);
    json_key(out, "alarms_by_month");
    json_begin_array(out);
    for (size_t i = 0; i < report->month_count; i++)
        json_put_i64(out, report->months[i]);
    json_end_array(out);
}
