/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/feed_watch.c: a dead feed is seen, a quiet night is not taken for one. */
#include "core/feed_watch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/time_text.h"
#include "core/record.h"

#define UTC STR("UTC")
#define NOW 1795521600000 /* Tuesday 2026-11-24T12:00:00Z */

static struct feed_source source_at(int64_t report_at)
{
    struct feed_source source;
    record_init(RECORD_FEED_SOURCE, &source);
    source.id = STR("api");
    source.last_report_at = report_at;
    return source;
}

/* Nine orders an hour by day (8 to 20 h), none by night. */
static struct feed_rates day_shop(void)
{
    int64_t counts[FEED_HOURS];
    struct feed_rates rates;
    for (int hour = 0; hour < FEED_HOURS; hour++)
        counts[hour] = hour % 24 >= 8 && hour % 24 < 20 ? 36 : 0;
    feed_rates_from_counts(counts, 4, &rates);
    return rates;
}

static void expect(struct feed_verdict got, enum feed_state state, const char *why, int64_t since)
{
    assert_int_equal(got.state, state);
    assert_string_equal(got.why, why);
    assert_int_equal(got.since, since);
}

static void a_shop_that_never_heard_anything_has_no_feed(void **state)
{
    (void)state;
    struct feed_rates rates = {.known = false};
    struct feed_source silent = source_at(TIME_NONE);
    expect(feed_watch(NULL, 0, TIME_NONE, &rates, 24, UTC, NOW), FEED_NEVER, "no_source_ever", TIME_NONE);
    expect(feed_watch(&silent, 1, NOW, &rates, 24, UTC, NOW), FEED_NEVER, "no_source_ever", TIME_NONE);
}

static void a_feed_without_reports_is_stale_after_its_age(void **state)
{
    (void)state;
    struct feed_rates rates = {.known = false};
    struct feed_source sources[2] = {source_at(NOW - 25 * TIME_HOUR_MS), source_at(NOW - 30 * TIME_HOUR_MS)};
    expect(feed_watch(sources, 2, NOW, &rates, 24, UTC, NOW), FEED_STALE, "no_report", NOW - TIME_HOUR_MS);
    sources[1].last_report_at = NOW - 24 * TIME_HOUR_MS; /* one that speaks is enough */
    expect(feed_watch(sources, 2, NOW, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
}

static void orders_that_stop_in_a_busy_hour_are_noticed(void **state)
{
    (void)state;
    struct feed_rates rates = day_shop();
    struct feed_source source = source_at(NOW);
    expect(feed_watch(&source, 1, NOW - TIME_HOUR_MS, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE); /* exp(-9) */
    expect(feed_watch(&source, 1, NOW - 2 * TIME_HOUR_MS, &rates, 24, UTC, NOW), FEED_STALE, "no_orders", NOW);
    expect(feed_watch(&source, 1, NOW - 2 * TIME_HOUR_MS - 1, &rates, 24, UTC, NOW), FEED_STALE, "no_orders", NOW - 1);
}

static void a_quiet_night_is_no_dead_feed(void **state)
{
    (void)state;
    struct feed_rates rates = day_shop();
    int64_t eight = NOW - 4 * TIME_HOUR_MS; /* 08:00; the last order at 19:30 */
    struct feed_source source = source_at(eight);
    expect(feed_watch(&source, 1, eight - 25 * TIME_HOUR_MS / 2, &rates, 24, UTC, eight), FEED_OK, "", TIME_NONE);
}

static void the_hours_are_the_shops(void **state)
{
    (void)state;
    struct feed_rates rates = day_shop();
    int64_t night = NOW + 10 * TIME_HOUR_MS; /* 22:00Z is day in Los Angeles */
    struct feed_source source = source_at(night);
    expect(feed_watch(&source, 1, night - 2 * TIME_HOUR_MS, &rates, 24, UTC, night), FEED_OK, "", TIME_NONE);
    expect(feed_watch(&source, 1, night - 2 * TIME_HOUR_MS, &rates, 24, STR("America/Los_Angeles"), night), FEED_STALE,
           "no_orders", night);
}

static void a_small_shop_may_be_silent_for_weeks(void **state)
{
    (void)state;
    int64_t counts[FEED_HOURS] = {0};
    struct feed_rates rates;
    counts[10] = 8; /* two orders a week, Monday 10:00 */
    feed_rates_from_counts(counts, 4, &rates);
    struct feed_source source = source_at(NOW);
    int64_t week = 7 * TIME_DAY_MS;
    expect(feed_watch(&source, 1, NOW - 4 * week, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
    /* 10 were expected by the end of the fifth Monday's hour: 2026-11-23T11:00Z */
    expect(feed_watch(&source, 1, NOW - 5 * week, &rates, 24, UTC, NOW), FEED_STALE, "no_orders",
           NOW - 25 * TIME_HOUR_MS);
    expect(feed_watch(&source, 1, NOW - 4000 * week, &rates, 24, UTC, NOW), FEED_STALE, "no_orders",
           NOW - 3995 * week - 25 * TIME_HOUR_MS);
}

static void without_known_rates_orders_are_not_judged(void **state)
{
    (void)state;
    int64_t counts[FEED_HOURS] = {0};
    struct feed_rates rates;
    struct feed_source source = source_at(NOW);
    for (int hour = 0; hour < FEED_HOURS; hour++)
        counts[hour] = 100;
    feed_rates_from_counts(counts, 1.9, &rates);
    assert_false(rates.known);
    expect(feed_watch(&source, 1, NOW - 100 * TIME_DAY_MS, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
    memset(counts, 0, sizeof(counts));
    feed_rates_from_counts(counts, 3, &rates); /* three weeks without an order: nothing is expected */
    expect(feed_watch(&source, 1, NOW - 100 * TIME_DAY_MS, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
    rates = day_shop();
    expect(feed_watch(&source, 1, TIME_NONE, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
    expect(feed_watch(&source, 1, NOW + TIME_DAY_MS, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
}

static void timers_wait_an_hour_after_a_feed_came_back(void **state)
{
    (void)state;
    struct feed_rates rates = day_shop();
    struct feed_source source = source_at(NOW);
    source.resumed_at = NOW - FEED_SETTLE_MS + 1;
    expect(feed_watch(&source, 1, NOW, &rates, 24, UTC, NOW), FEED_SETTLING, "settling", source.resumed_at);
    source.resumed_at = NOW - FEED_SETTLE_MS;
    expect(feed_watch(&source, 1, NOW, &rates, 24, UTC, NOW), FEED_OK, "", TIME_NONE);
}

static void rates_survive_their_json(void **state)
{
    (void)state;
    struct feed_rates rates = day_shop(), back;
    struct buf buf = {0};
    struct json_out out;
    struct json *json = NULL;
    struct json_error error;
    rates.per_hour[3] = 1.0 / 3;
    json_out_init(&out, &buf);
    feed_rates_to_json(&rates, &out);
    assert_int_equal(json_parse(buf_str(&buf), &json, &error), RC_OK);
    assert_int_equal(feed_rates_from_json(json, &back), RC_OK);
    assert_true(back.known);
    assert_memory_equal(rates.per_hour, back.per_hour, sizeof(rates.per_hour));
    json_free(json);
    static const char *const broken[] = {"{}", "{\"known\":true,\"per_hour\":[1,2]}", "[]", "null"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(json_parse(str_of(broken[i]), &json, &error), RC_OK);
        assert_int_equal(feed_rates_from_json(json, &back), RC_CORRUPT);
        assert_false(back.known);
        json_free(json);
    }
    buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shop_that_never_heard_anything_has_no_feed),
        cmocka_unit_test(a_feed_without_reports_is_stale_after_its_age),
        cmocka_unit_test(orders_that_stop_in_a_busy_hour_are_noticed),
        cmocka_unit_test(a_quiet_night_is_no_dead_feed),
        cmocka_unit_test(the_hours_are_the_shops),
        cmocka_unit_test(a_small_shop_may_be_silent_for_weeks),
        cmocka_unit_test(without_known_rates_orders_are_not_judged),
        cmocka_unit_test(timers_wait_an_hour_after_a_feed_came_back),
        cmocka_unit_test(rates_survive_their_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
