/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The backtest on a real shop's public history (CDNOW sample, Fader and Hardie): the figures of the design, worked out with
 * other programs. The file is not part of the sources: it is looked for in REKINDLE_SHARED_DATA, then in ../shared/data
 * beside the source tree, and the tests are skipped without it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/time_text.h"
#include "core/backtest.h"
#include "core/currency.h"
#include "core/tune.h"

#define DAY_0 9862 /* 1997-01-01 */

struct sample {
    struct arena arena;
    struct replay_history history;
};

static FILE *open_sample(void)
{
    struct arena arena = {0};
    const char *folder = getenv("REKINDLE_SHARED_DATA"), *root = getenv("REKINDLE_SOURCE_ROOT");
    struct str path = STR_NONE;
    if (folder && *folder)
        path = arena_printf(&arena, "%s/cdnow_sample_orders.csv", folder);
    else if (root && *root)
        path = arena_printf(&arena, "%s/../shared/data/cdnow_sample_orders.csv", root);
    FILE *file = path.ptr ? fopen(path.ptr, "r") : NULL;
    arena_clear(&arena);
    return file;
}

static int load(void **state)
{
    FILE *file = open_sample();
    char line[200];
    *state = NULL;
    if (!file)
        return 0;
    struct sample *sample = mem_new(1, sizeof *sample);
    struct replay_builder builder = {.rows = NULL};
    assert_non_null(fgets(line, sizeof line, file)); /* the header */
    while (fgets(line, sizeof line, file)) {
        struct str rest = str_trim(str_of(line)), id = str_cut(&rest, ','), day = str_cut(&rest, ',');
        int64_t at_ms, minor;
        assert_int_equal(time_from_text_or_day(day, STR("UTC"), &at_ms), RC_OK);
        assert_int_equal(money_from_text(rest, STR("USD"), &minor), RC_OK);
        replay_add(&builder, id, (int32_t)(at_ms / TIME_DAY_MS), minor);
    }
    fclose(file);
    replay_finish(&builder, STR("USD"), &sample->arena, &sample->history);
    *state = sample;
    return 0;
}

static int unload(void **state)
{
    struct sample *sample = *state;
    if (sample)
        arena_clear(&sample->arena);
    mem_free(sample);
    return 0;
}

static struct sample *need(void **state)
{
    if (!*state)
        skip();
    return *state;
}

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.9f, not %.9f\n", got, want);
    assert_true(fabs(got - want) <= within);
}

static const struct backtest_options WHOLE = {.train_until = REPLAY_DAY_NONE,
                                              .same_rate_days = NAN,
                                              .usual_gap_days = NAN};

static void the_sample_is_the_published_one(void **state)
{
    const struct replay_history *history = &need(state)->history;
    assert_int_equal(history->client_count, 2357);
    assert_int_equal(history->order_count, 6919);
    assert_int_equal(history->visit_count, 6696);
    assert_int_equal(history->from_day, DAY_0);
    assert_int_equal(history->to_day, DAY_0 + 545);
}

static void fixed_delays_are_those_of_the_design(void **state)
{
    struct sample *sample = need(state);
    struct backtest_report report;
    const double rates[] = {10.14, 8.89, 7.89}, wasted[] = {0.108, 0.081, 0.068}, days[] = {60, 90, 120};
    backtest_run(&sample->history, &WHOLE, &sample->arena, &report);
    for (size_t i = 0; i < 3; i++) {
        near(report.fixed[i].days, days[i], 0);
        near(report.fixed[i].measure.per_100_client_months, rates[i], 0.005);
        near(report.fixed[i].measure.wasted, wasted[i], 0.0005);
        near(report.fixed[i].measure.median_silence_days, days[i], 0);
        near(report.fixed[i].measure.final_silences_alarmed, 1, 0);
    }
}

/* Standard error of a wasted share about 0.005, of a median about one day. */
static void the_score_at_their_rates_is_that_of_the_design(void **state)
{
    struct sample *sample = need(state);
    static const struct {
        double delay, wasted, silence;
    } rows[] = {{60, 0.105, 50}, {90, 0.078, 70}, {120, 0.061, 96}};
    for (size_t i = 0; i < 3; i++) {
        struct backtest_options options = WHOLE;
        struct backtest_report report;
        options.same_rate_days = rows[i].delay;
        backtest_run(&sample->history, &options, &sample->arena, &report);
        assert_int_equal(report.measure.alarms, report.fixed[i].measure.alarms);
        near(report.measure.wasted, rows[i].wasted, 0.001);
        near(report.measure.median_silence_days, rows[i].silence, 1);
        near(report.measure.final_silences_alarmed, 1, 0);
        near(report.measure.wasted_se, 0.005, 0.001);
    }
}

static void the_frozen_threshold_is_that_of_the_design(void **state)
{
    struct sample *sample = need(state);
    struct backtest_report report;
    backtest_run(&sample->history, &WHOLE, &sample->arena, &report);
    near(report.detector.threshold, 50, 0);
    near(report.detector.detector.base_days, 90, 0);
    near(report.measure.wasted, 0.098, 0.0005);
    near(report.measure.median_silence_days, 52, 0);
    assert_true(report.fixed[3].same_rate);
    assert_int_equal(report.fixed[3].measure.alarms, report.measure.alarms);
    near(report.fixed[3].days, 64, 0.5);
    near(report.fixed[3].measure.wasted, 0.101, 0.0015);
}

static void the_chance_of_return_is_that_of_the_design(void **state)
{
    struct sample *sample = need(state);
    struct backtest_report report;
    backtest_run(&sample->history, &WHOLE, &sample->arena, &report);
    assert_int_equal(report.chance.cuts, 4);
    near(report.chance.auc_score, 0.7885, 0.0002);
    near(report.chance.auc, 0.7873, 0.001);
    near(report.chance.brier, 0.1059, 0.0002);
}

static void the_parameters_at_39_weeks_are_the_published_ones(void **state)
{
    struct sample *sample = need(state);
    struct backtest_options options = WHOLE;
    struct backtest_report report;
    options.train_until = DAY_0 + 272; /* 1997-09-30 */
    backtest_run(&sample->history, &options, &sample->arena, &report);
    assert_int_equal(report.from, DAY_0 + 273);
    assert_int_equal(report.judged_from, DAY_0 + 273);
    near(report.params.gap_days, 45.97028897, 5e-9);
    near(report.params.value_minor / 100, 35.96085376, 5e-9);
    const struct fit_result *mbg = &report.params.mbg_days, *bgnbd = &report.params.bgnbd_weeks;
    near(mbg->model.r, 0.5248431, 1e-6);
    near(mbg->model.alpha, 43.2815953, 1e-4);
    near(mbg->model.a, 0.8913594, 1e-5);
    near(mbg->model.b, 1.6140024, 1e-5);
    near(mbg->log_likelihood, -14363.236952, 1e-5);
    near(bgnbd->model.r, 0.2425945, 1e-6);
    near(bgnbd->model.alpha, 4.4136022, 1e-5);
    near(bgnbd->model.a, 0.7929221, 1e-5);
    near(bgnbd->model.b, 2.4259071, 1e-5);
    near(bgnbd->log_likelihood, -9582.429207, 1e-6);
    /* One cut day, on which the score's AUC is known. */
    struct chance_test test;
    const struct walk_range one = {.from = DAY_0 + 273, .to = DAY_0 + 272 + 90};
    chance_test_run(&sample->history, &report.detector.detector, (double)NAN, &one, &test);
    assert_int_equal(test.cuts, 1);
    near(test.auc_score, 0.789160, 5e-7);
}

static void tuning_keeps_its_promise_on_the_later_part(void **state)
{
    struct sample *sample = need(state);
    const double anchors[] = {NAN, 60, 90, 120};
    for (size_t i = 0; i < 4; i++) {
        const struct tune_options tune = {
            .train_until = REPLAY_DAY_NONE, .same_rate_days = anchors[i], .usual_gap_days = NAN};
        struct tune_result tuned;
        struct backtest_report report;
        tune_run(&sample->history, &tune, &sample->arena, &tuned);
        assert_true(tuned.is_enough);
        const struct backtest_options options = {.train_until = tuned.trained_to,
                                                 .same_rate_days = anchors[i],
                                                 .usual_gap_days = NAN,
                                                 .detector = &tuned.detector};
        backtest_run(&sample->history, &options, &sample->arena, &report);
        const struct backtest_measure *fixed = &report.fixed[3].measure;
        assert_in_range(report.measure.alarms, fixed->alarms - 1, fixed->alarms + 1);
        assert_true(report.measure.wasted <= fixed->wasted + report.wasted_difference_se);
        if (i < 3)
            assert_true(report.measure.median_silence_days < fixed->median_silence_days);
        else /* those who stay silent in the later part are old clients; at so low a rate they are not noticed earlier */
            assert_true(report.measure.median_silence_days <= fixed->median_silence_days);
        assert_true(report.measure.final_silences_alarmed >=
                    fixed->final_silences_alarmed - report.measure.final_silences_alarmed_se);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_is_the_published_one),
        cmocka_unit_test(fixed_delays_are_those_of_the_design),
        cmocka_unit_test(the_score_at_their_rates_is_that_of_the_design),
        cmocka_unit_test(the_frozen_threshold_is_that_of_the_design),
        cmocka_unit_test(the_chance_of_return_is_that_of_the_design),
        cmocka_unit_test(the_parameters_at_39_weeks_are_the_published_ones),
        cmocka_unit_test(tuning_keeps_its_promise_on_the_later_part),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
