/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "core/backtest_json.h"
#include "core/tune.h"

static void put_detector(const struct walk_detector *detector, struct json_out *out)
{
    json_key(out, "detector");
    detector_to_json(&detector->detector, out);
    json_pair_real(out, "threshold", detector->threshold);
}

static void put_table(const struct tune_result *result, struct json_out *out)
{
    json_key(out, "table");
    json_begin_array(out);
    for (size_t i = 0; i < result->row_count; i++) {
        const struct choice_row *row = &result->rows[i];
        json_begin_object(out);
        put_detector(&row->detector, out);
        measure_to_json(&row->first, out);
        json_pair_real(out, "wasted_difference_se", row->fixed_se);
        json_pair_bool(out, "same_rate", row->is_reached);
        json_pair_bool(out, "keeps_promise", choice_keeps(row, &result->first_fixed));
        json_pair_bool(out, "chosen", i == result->chosen);
        json_pair_bool(out, "default", row->is_default);
        json_end_object(out);
    }
    json_end_array(out);
}

static void put_measure(const char *name, double days, const struct backtest_measure *measure, struct json_out *out)
{
    json_key(out, name);
    json_begin_object(out);
    if (!isnan(days))
        json_pair_real(out, "days", days);
    measure_to_json(measure, out);
    json_end_object(out);
}

static void put_later(const struct tune_result *result, struct json_out *out)
{
    json_key(out, "later");
    json_begin_object(out);
    put_measure("chosen", (double)NAN, &result->later, out);
    put_measure("default", (double)NAN, &result->later_normal, out);
    put_measure("fixed", result->later_fixed_days, &result->later_fixed, out);
    json_end_object(out);
}

static void put_dial(const struct tune_result *result, struct json_out *out)
{
    json_key(out, "dial");
    json_begin_array(out);
    for (size_t i = 0; result->is_enough && i < TUNE_DIAL; i++) {
        const struct tune_dial *dial = &result->dial[i];
        json_begin_object(out);
        json_pair_real(out, "threshold", dial->threshold);
        json_pair_real(out, "chance", dial->chance);
        json_pair_real(out, "wasted", dial->wasted);
        json_pair_real(out, "wasted_se", dial->wasted_se);
        json_pair_real(out, "median_silence_days", dial->median_silence_days);
        json_pair_real(out, "episodes_per_day", dial->episodes_per_day);
        json_end_object(out);
    }
    json_end_array(out);
}

static void put_days(const char *name, int32_t from, int32_t to, struct json_out *out)
{
    json_key(out, name);
    json_begin_object(out);
    day_to_json("from", from, out);
    day_to_json("to", to, out);
    json_end_object(out);
}

void tune_to_json(const struct tune_result *result, struct json_out *out)
{
    json_begin_object(out);
    put_detector(&result->detector, out);
    json_key(out, "current");
    if (result->has_current) {
        json_begin_object(out);
        put_detector(&result->current, out);
        json_end_object(out);
    } else {
        json_put_null(out);
    }
    json_pair_bool(out, "enough", result->is_enough);
    json_pair_str(out, "sentence", result->sentence);
    put_table(result, out);
    if (result->is_enough) {
        put_measure("fixed", result->first_fixed_days, &result->first_fixed, out);
        put_later(result, out);
    } else {
        json_pair_str(out, "fixed", STR_NONE); /* null */
        json_pair_str(out, "later", STR_NONE);
    }
    put_dial(result, out);
    put_days("trained", result->trained_from, result->trained_to, out);
    put_days("reported", result->reported_from, result->reported_to, out);
    json_pair_i64(out, "clients", (int64_t)result->clients);
    json_pair_i64(out, "orders", (int64_t)result->orders);
    json_pair_i64(out, "sample", (int64_t)result->sample_clients);
    json_end_object(out);
}
