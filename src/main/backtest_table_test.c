/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What people read: the table for a terminal, its numbers, and the charts. */
#include "main/backtest_table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "main/backtest_chart.h"

static void numbers_are_grouped_and_unknown_ones_a_dash(void **state)
{
    static const struct {
        double number;
        int digits;
        const char *want;
    } rows[] = {{0, 0, "0"},          {999, 0, "999"},       {1000, 0, "1,000"}, {1234567.891, 2, "1,234,567.89"},
                {-1234, 0, "-1,234"}, {-999, 0, "-999"},     {0.05, 1, "0.1"},   {NAN, 0, "-"},
                {INFINITY, 0, "-"},   {123456, 0, "123,456"}};
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(str_equal(table_number(rows[i].number, rows[i].digits, &arena), str_of(rows[i].want)));
    assert_true(str_equal(table_percent(0.0981, &arena), STR("9.8 %")));
    assert_true(str_equal(table_percent((double)NAN, &arena), STR("-")));
    arena_clear(&arena);
}

/* A report of which little or much is known. */
static struct backtest_report report_of(bool known)
{
    struct backtest_report report = {.clients = 2357, .orders = 6919, .from = 9862, .to = 10407, .judged_from = 9952};
    double value = known ? 0.1 : (double)NAN;
    report.measure = (struct backtest_measure){.alarms = 3510,
                                               .per_100_client_months = 9.93,
                                               .wasted = value,
                                               .wasted_se = value / 20,
                                               .median_silence_days = known ? 52 : (double)NAN,
                                               .median_silence_se = value,
                                               .final_silences_alarmed = value};
    report.detector = (struct walk_detector){{.kind = DETECTOR_SCORE, .base_days = 90}, 50};
    for (size_t i = 0; i < BACKTEST_FIXED; i++)
        report.fixed[i] = (struct backtest_fixed){60 + 30 * (double)i, i == 3, report.measure};
    report.params = (struct backtest_params){.gap_days = 46, .value_minor = known ? 3596 : (double)NAN};
    report.chance = (struct chance_test){.cuts = known ? 4 : 0, .auc = 0.787, .auc_score = 0.788, .brier = 0.106};
    report.month_count = 10;
    for (size_t i = 0; i < report.month_count; i++)
        report.months[i] = 150;
    return report;
}

static void the_table_fits_a_terminal(void **state)
{
    struct buf text = {0};
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct backtest_report report = report_of(known);
        struct shop_outlook outlook;
        shop_outlook(&report, &SHOP_ASSUMPTIONS, STR("USD"), &outlook);
        const struct backtest_show show = {
            .currency = STR("USD"), .report = &report, .outlook = &outlook, .assumptions = &SHOP_ASSUMPTIONS};
        buf_reset(&text);
        table_write(&show, &text);
        struct str rest = buf_str(&text);
        assert_false(str_contains(rest, STR("nan")) || str_contains(rest, STR("inf")));
        while (!str_is_none(rest))
            assert_true(str_cut(&rest, '\n').len <= 100);
    }
    buf_clear(&text);
}

static void the_outlook_follows_from_its_assumptions(void **state)
{
    struct backtest_report report = report_of(true);
    struct shop_assumptions assumed = SHOP_ASSUMPTIONS;
    struct shop_outlook outlook;
    (void)state;
    assumed.gross_margin = 0.5;
    shop_outlook(&report, &assumed, STR("USD"), &outlook);
    double a_day = 150 / 30.4;
    assert_true(fabs(outlook.episodes_a_day - a_day) < 1e-9);
    assert_true(fabs(outlook.emails_a_day - 0.8 * a_day) < 1e-9);
    assert_true(fabs(outlook.review_minutes_a_day - 1.6 * a_day) < 1e-9);
    assert_true(fabs(outlook.cost_a_month - 0.8 * 150 * 0.005) < 1e-9);
    assert_true(fabs(outlook.pays_one_in - 35.96 * 0.5 / 0.005) < 1e-6);
    /* 1.5 * 7.84888 * (p q / f + ...) / l^2 of core/lift.h, by the alarms of a day */
    double needed = 1.5 * 7.84888 * (0.1 * 0.9 / 0.2 + 0.15 * 0.85 / 0.8) / 0.0025;
    assert_true(fabs(outlook.lift_days[2] - needed / a_day) < 1e-6);
    assumed.daily_episodes = 2;
    shop_outlook(&report, &assumed, STR("USD"), &outlook);
    assert_true(outlook.is_limited);
    assert_true(fabs(outlook.emails_a_day - 1.6) < 1e-12);
    assert_true(fabs(outlook.lift_days[2] - needed / 2) < 1e-6);
}

static void ticks_are_round_and_not_too_many(void **state)
{
    (void)state;
    for (double length = 0.001; length < 1e7; length *= 1.37) {
        double step = chart_step(length), ticks = length / step;
        double leading = step / pow(10, floor(log10(step) + 1e-9));
        assert_true(ticks >= 4 - 1e-9 && ticks <= 10 + 1e-9);
        assert_true(fabs(leading - 1) < 1e-6 || fabs(leading - 2) < 1e-6 || fabs(leading - 5) < 1e-6);
    }
    assert_true(chart_step(0) > 0 && chart_step((double)NAN) > 0);
}

static void points_that_are_not_known_are_left_out(void **state)
{
    const double x[] = {10, NAN, 30}, y[] = {1, 2, NAN}, nothing[] = {0, 0};
    const struct chart_series series[] = {{"one", "one", x, y, 3, true, false}};
    const struct chart chart = {"label", "x", "y", series, 1};
    struct buf out = {0};
    size_t dots = 0;
    (void)state;
    chart_lines(&chart, &out);
    struct str rest = buf_str(&out);
    assert_false(str_contains(rest, STR("nan")));
    for (size_t at; (at = str_find(rest, STR("<circle"))) != SIZE_MAX; dots++)
        rest = (struct str){rest.ptr + at + 1, rest.len - at - 1};
    assert_int_equal(dots, 1);
    const struct str names[] = {STR_INIT("a"), STR_INIT("b")};
    buf_reset(&out);
    chart_bars("label", nothing, names, 2, &out);
    assert_false(str_contains(buf_str(&out), STR("nan")));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_grouped_and_unknown_ones_a_dash),
        cmocka_unit_test(the_table_fits_a_terminal),
        cmocka_unit_test(the_outlook_follows_from_its_assumptions),
        cmocka_unit_test(ticks_are_round_and_not_too_many),
        cmocka_unit_test(points_that_are_not_known_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
