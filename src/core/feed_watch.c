/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether silence of the clients is news or only a dead feed. Orders are taken as a Poisson stream with the shop's usual
 * rate by hour of the week: no order while m were expected has chance exp(-m), so m > ln(10000) is under 1 in 10,000. */
#include "core/feed_watch.h"

#include <math.h>

#include "base/time_text.h"

static const double EXPECTED_MOST = 9.210340371976184; /* -ln(1/10000) */
static const double WEEKS_NEEDED = 2;

const char *const FEED_STATE_WORDS[] = {"flowing", "never", "stale", "settling", NULL};

void feed_rates_from_counts(const int64_t counts[FEED_HOURS], double weeks, struct feed_rates *out)
{
    out->known = weeks >= WEEKS_NEEDED;
    for (int hour = 0; hour < FEED_HOURS; hour++)
        out->per_hour[hour] = out->known ? (double)counts[hour] / weeks : 0;
}

void feed_rates_to_json(const struct feed_rates *rates, struct json_out *out)
{
    json_begin_object(out);
    json_pair_bool(out, "known", rates->known);
    json_key(out, "per_hour");
    json_begin_array(out);
    for (int hour = 0; hour < FEED_HOURS; hour++)
        json_put_real(out, rates->per_hour[hour]);
    json_end_array(out);
    json_end_object(out);
}

enum rc feed_rates_from_json(const struct json *json, struct feed_rates *out)
{
    const struct json *list = json_get(json, "per_hour");
    *out = (struct feed_rates){.known = false};
    if (!json_is(list, JSON_ARRAY) || json_size(list) != FEED_HOURS)
        return RC_CORRUPT;
    for (int hour = 0; hour < FEED_HOURS; hour++) {
        const struct json *rate = json_at(list, (size_t)hour);
        if (!(json_is(rate, JSON_REAL) || json_is(rate, JSON_INT)) || json_real(rate) < 0) {
            *out = (struct feed_rates){.known = false};
            return RC_CORRUPT;
        }
        out->per_hour[hour] = json_real(rate);
    }
    out->known = json_get_bool(json, "known");
    return RC_OK;
}

/* End of the hour in which more orders were expected than chance lets stay away, or TIME_NONE by `now_ms`. Counts whole
 * elapsed hours from the last order on; a change of clocks in between shifts the pattern by an hour, which is of no weight. */
static int64_t silent_since(int64_t last_order_at, const struct feed_rates *rates, struct str zone, int64_t now_ms)
{
    if (!rates->known || last_order_at == TIME_NONE || last_order_at >= now_ms)
        return TIME_NONE;
    int64_t hours = (now_ms - last_order_at) / TIME_HOUR_MS;
    double week = 0, expected = 0;
    for (int hour = 0; hour < FEED_HOURS; hour++)
        week += rates->per_hour[hour];
    if (!(week > 0))
        return TIME_NONE;
    int64_t whole_weeks = (int64_t)fmin(floor(EXPECTED_MOST / week), (double)(hours / FEED_HOURS));
    expected = (double)whole_weeks * week;
    int hour = time_hour_of_week(last_order_at, zone);
    for (int64_t i = whole_weeks * FEED_HOURS; i < hours; i++) {
        expected += rates->per_hour[hour];
        hour = (hour + 1) % FEED_HOURS;
        if (expected > EXPECTED_MOST)
            return last_order_at + (i + 1) * TIME_HOUR_MS;
    }
    return TIME_NONE;
}

struct feed_verdict feed_watch(const struct feed_source *sources, size_t count, int64_t last_order_at,
                               const struct feed_rates *rates, int64_t max_age_hours, struct str zone, int64_t now_ms)
{
    int64_t report_at = TIME_NONE, resumed_at = TIME_NONE; /* TIME_NONE is the smallest instant */
    for (size_t i = 0; i < count; i++) {
        if (sources[i].last_report_at > report_at)
            report_at = sources[i].last_report_at;
        if (sources[i].resumed_at > resumed_at)
            resumed_at = sources[i].resumed_at;
    }
    if (report_at == TIME_NONE)
        return (struct feed_verdict){FEED_NEVER, TIME_NONE, "no_source_ever"};
    int64_t expires_at = report_at + max_age_hours * TIME_HOUR_MS;
    if (now_ms > expires_at)
        return (struct feed_verdict){FEED_STALE, expires_at, "no_report"};
    int64_t silent_at = silent_since(last_order_at, rates, zone, now_ms);
    if (silent_at != TIME_NONE)
        return (struct feed_verdict){FEED_STALE, silent_at, "no_orders"};
    if (resumed_at != TIME_NONE && now_ms - resumed_at < FEED_SETTLE_MS)
        return (struct feed_verdict){FEED_SETTLING, resumed_at, "settling"};
    return (struct feed_verdict){FEED_OK, TIME_NONE, ""};
}
