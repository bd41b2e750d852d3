/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/backtest_json.h"
#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct backtest_options WHOLE = {.train_until = REPLAY_DAY_NONE,
                                              .same_rate_days = NAN,
                                              .usual_gap_days = NAN};
static const struct test_shop SHOP = {1000, 600, 500, {30, 0.8, 1, 0.9, 4, false, 0}, 31};

/* The twin of the known answers on a real shop, on one that anybody can make again. */
static void the_score_is_earlier_at_the_rate_of_a_fixed_delay(void **state)
{
    struct arena arena = {0};
    struct backtest_options options = WHOLE;
    struct backtest_report report;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    for (size_t i = 0; i < 3; i++) {
        options.same_rate_days = 60 + 30 * (double)i;
        backtest_run(&history, &options, &arena, &report);
        const struct backtest_measure *fixed = &report.fixed[i].measure;
        assert_int_equal(report.measure.alarms, fixed->alarms);
        assert_true(report.measure.wasted < fixed->wasted + 2 * report.wasted_difference_se);
        assert_true(report.measure.median_silence_days < 0.95 * fixed->median_silence_days);
        assert_true(report.measure.final_silences_alarmed > 0.99);
        assert_true(fabs(report.fixed[3].days - options.same_rate_days) < 1e-12);
    }
    arena_clear(&arena);
}

static void the_parts_of_a_history_are_told_apart(void **state)
{
    struct arena arena = {0};
    struct backtest_options options = WHOLE;
    struct backtest_report report;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    backtest_run(&history, &options, &arena, &report);
    assert_int_equal(report.from, history.from_day);
    assert_int_equal(report.judged_from, history.from_day + 90);
    assert_int_equal(report.to, history.to_day);
    int64_t alarms = report.measure.alarms, sum = 0;
    for (size_t i = 0; i < report.month_count; i++)
        sum += report.months[i];
    assert_int_equal(sum, alarms);
    options.train_until = history.from_day + 300;
    backtest_run(&history, &options, &arena, &report);
    assert_int_equal(report.from, history.from_day + 301);
    assert_int_equal(report.judged_from, history.from_day + 301);
    assert_true(report.measure.alarms < alarms);
    arena_clear(&arena);
}

/* Parameters until the day alone, whatever comes later. */
static void parameters_are_those_of_the_part_learnt_from(void **state)
{
    struct arena arena = {0};
    struct backtest_options options = WHOLE;
    struct backtest_report report;
    struct scale scale;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    options.train_until = history.from_day + 300;
    backtest_run(&history, &options, &arena, &report);
    backtest_scale(&history, options.train_until, (double)NAN, &scale);
    assert_true(fabs(report.params.gap_days - scale.gap_days) < 1e-12);
    assert_true(report.params.has_fit);
    assert_true(report.params.mbg_days.clients == report.params.fit_clients);
    arena_clear(&arena);
}

/* Nobody is written to at two months merely because 90 days is the usual base. */
static void a_shop_of_another_scale_is_judged_on_it(void **state)
{
    static const struct {
        struct test_shop shop;
        double least, most; /* days of silence at the alarm */
    } rows[] = {{{300, 400, 150, {6, 2, 2, 0.3, 12, false, 0}, 8}, 7, 40},
                {{1500, 2500, 1500, {380, 2, 2, 0.4, 4, false, 0}, 9}, 120, 400}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        struct backtest_report report;
        struct replay_history history = test_shop_history(&rows[i].shop, &arena);
        backtest_run(&history, &WHOLE, &arena, &report);
        assert_true(report.detector.detector.base_days < 89 || report.detector.detector.base_days > 91);
        assert_true(report.measure.alarms > 100);
        assert_true(report.measure.median_silence_days >= rows[i].least);
        assert_true(report.measure.median_silence_days <= rows[i].most);
        arena_clear(&arena);
    }
}

static void a_stated_gap_sets_the_base(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena), none = test_history(NULL, 0, &arena);
    assert_true(fabs(backtest_default(&history, history.to_day, (double)NAN).detector.base_days - 90) < 1e-9);
    assert_true(fabs(backtest_default(&history, history.to_day, 7).detector.base_days - 30) < 1e-9);
    assert_true(fabs(backtest_default(&none, REPLAY_DAY_NONE, (double)NAN).detector.base_days - 90) < 1e-9);
    arena_clear(&arena);
}

static void the_frontier_has_pairs_of_equal_counts(void **state)
{
    struct arena arena = {0};
    struct backtest_options options = WHOLE;
    struct backtest_report report;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    options.frontier = true;
    backtest_run(&history, &options, &arena, &report);
    assert_int_equal(report.frontier_count, BACKTEST_FRONTIER);
    for (size_t i = 0; i < report.frontier_count; i++) {
        int64_t ours = report.frontier[i].measure.alarms, fixed = report.frontier_fixed[i].measure.alarms;
        assert_in_range(fixed, ours - 2, ours + 2);
        assert_true(i == 0 || ours <= report.frontier[i - 1].measure.alarms);
    }
    arena_clear(&arena);
}

static void any_history_can_be_reported(void **state)
{
    static const struct test_visit one[] = {{1, 0, I64_NONE}}, alike[] = {{1, 0, 5}, {2, 0, 5}, {3, 0, 5}},
                                   pair[] = {{1, 0, 5}, {1, 1, 5}}, apart[] = {{1, 0, 5}, {1, 9000, 5}};
    static const struct {
        const struct test_visit *visits;
        size_t count;
    } rows[] = {{NULL, 0}, {one, 1}, {alike, 3}, {pair, 2}, {apart, 2}};
    struct buf buf = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        struct backtest_options options = WHOLE;
        struct backtest_report report;
        struct json_out out;
        struct json *json = NULL;
        struct replay_history history = test_history(rows[i].visits, rows[i].count, &arena);
        options.frontier = true;
        backtest_run(&history, &options, &arena, &report);
        buf_reset(&buf);
        json_out_init(&out, &buf);
        json_begin_object(&out);
        report_to_json(&report, history.currency, &out);
        json_end_object(&out);
        assert_int_equal(json_parse(buf_str(&buf), &json, NULL), RC_OK);
        assert_int_equal(json_get_i64(json, "clients", -1), (int64_t)history.client_count);
        assert_true(json_is(json_get(json, "auc_90d"), JSON_NULL) || i == 4);
        json_free(json);
        arena_clear(&arena);
    }
    buf_clear(&buf);
}

static void the_json_has_the_promised_members(void **state)
{
    static const char *const members[] = {"clients",
                                          "orders",
                                          "from",
                                          "to",
                                          "detector",
                                          "threshold",
                                          "alarms_per_100_client_months",
                                          "wasted",
                                          "median_silence_days",
                                          "final_silences_alarmed",
                                          "auc_90d",
                                          "brier_90d",
                                          "fixed",
                                          "params"};
    static const char *const params[] = {"G_days", "mu", "mbg_days", "bgnbd_weeks"};
    static const char *const model[] = {"r", "alpha", "a", "b", "ll"};
    struct arena arena = {0};
    struct backtest_report report;
    struct buf buf = {0};
    struct json_out out;
    struct json *json = NULL;
    (void)state;
    struct replay_history history = test_shop_history(&SHOP, &arena);
    backtest_run(&history, &WHOLE, &arena, &report);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    report_to_json(&report, history.currency, &out);
    json_end_object(&out);
    assert_int_equal(json_parse(buf_str(&buf), &json, NULL), RC_OK);
    for (size_t i = 0; i < COUNT(members); i++)
        assert_false(json_is(json_get(json, members[i]), JSON_NULL) || !json_get(json, members[i]));
    for (size_t i = 0; i < COUNT(params); i++)
        assert_non_null(json_get(json_get(json, "params"), params[i]));
    for (size_t i = 0; i < COUNT(model); i++)
        assert_non_null(json_get(json_get(json_get(json, "params"), "bgnbd_weeks"), model[i]));
    const struct json *fixed = json_get(json, "fixed");
    assert_int_equal(json_size(fixed), 4);
    assert_true(json_get_bool(json_at(fixed, 3), "same_rate"));
    assert_false(json_get_bool(json_at(fixed, 0), "same_rate"));
    double mu = json_real(json_get(json_get(json, "params"), "mu"));
    assert_true(fabs(mu * 100 - report.params.value_minor) < 1e-9); /* major units of EUR */
    assert_int_equal(json_size(json_get(json, "calibration")), CHANCE_DECILES);
    json_free(json);
    buf_clear(&buf);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_score_is_earlier_at_the_rate_of_a_fixed_delay),
        cmocka_unit_test(the_parts_of_a_history_are_told_apart),
        cmocka_unit_test(parameters_are_those_of_the_part_learnt_from),
        cmocka_unit_test(a_shop_of_another_scale_is_judged_on_it),
        cmocka_unit_test(a_stated_gap_sets_the_base),
        cmocka_unit_test(the_frontier_has_pairs_of_equal_counts),
        cmocka_unit_test(any_history_can_be_reported),
        cmocka_unit_test(the_json_has_the_promised_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
