/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/tune.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/backtest.h"
#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct tune_options HALF = {.train_until = REPLAY_DAY_NONE, .same_rate_days = NAN, .usual_gap_days = NAN};

/* gap, how much rates differ, regularity, leaving, seasons, unknown values */
static const struct test_shop SHOPS[] = {
    {1200, 700, 650, {30, 0.8, 1, 2, 2, false, 0}, 1},      /* most clients buy once */
    {600, 600, 300, {25, 0.7, 5, 0.6, 6, false, 0}, 2},     /* rhythms that differ much, each regular */
    {800, 700, 650, {26, 1.6, 1, 0.9, 4.5, true, 0}, 3},    /* seasons */
    {800, 700, 650, {35, 1, 1.5, 0.9, 4.5, false, 1}, 4},   /* no values */
    {500, 600, 84, {20, 0.9, 2, 0.4, 10, false, 1}, 5},     /* a cohort that stays, no values */
    {350, 600, 400, {35, 1.2, 1, 0.9, 4.5, false, 0.3}, 6}, /* small, values known in part */
};

struct standing {
    bool is_strict, is_loose; /* the promise within one standard error; within two */
};

static struct standing standing_of(const struct backtest_report *report)
{
    const struct backtest_measure *ours = &report->measure, *fixed = &report->fixed[BACKTEST_FIXED - 1].measure;
    double above = ours->wasted - fixed->wasted, missed = fixed->final_silences_alarmed - ours->final_silences_alarmed;
    struct standing standing = {true, true};
    standing.is_strict = above <= report->wasted_difference_se && missed <= ours->final_silences_alarmed_se + 1e-12 &&
                         ours->median_silence_days < fixed->median_silence_days;
    standing.is_loose = above <= 2 * report->wasted_difference_se &&
                        missed <= 2 * ours->final_silences_alarmed_se + 1e-12 &&
                        ours->median_silence_days <= fixed->median_silence_days;
    return standing;
}

/* On orders it never saw, at a fixed delay's own rate and at the default's. */
static void the_promise_holds_on_the_later_part(void **state)
{
    const double anchors[] = {NAN, 75};
    size_t strict = 0, all = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(SHOPS); i++)
        for (size_t a = 0; a < COUNT(anchors); a++) {
            struct arena arena = {0};
            struct tune_options options = HALF;
            struct tune_result tuned;
            struct backtest_report report;
            struct replay_history history = test_shop_history(&SHOPS[i], &arena);
            options.same_rate_days = anchors[a];
            tune_run(&history, &options, &arena, &tuned);
            assert_true(tuned.is_enough);
            const struct backtest_options later = {tuned.trained_to, anchors[a], NAN, .detector = &tuned.detector};
            backtest_run(&history, &later, &arena, &report);
            struct standing standing = standing_of(&report);
            if (!standing.is_loose)
                print_error("shop %zu at %g: wasted %.4f against %.4f +- %.4f, %.1f days against %.1f\n", i, anchors[a],
                            report.measure.wasted, report.fixed[3].measure.wasted, report.wasted_difference_se,
                            report.measure.median_silence_days, report.fixed[3].measure.median_silence_days);
            assert_true(standing.is_loose);
            strict += standing.is_strict;
            all++;
            arena_clear(&arena);
        }
    if (!(strict * 100 >= 85 * all))
        print_error("%zu of %zu\n", strict, all);
    assert_true(strict * 100 >= 85 * all);
}

static void assert_same_row(const struct choice_row *a, const struct choice_row *b)
{
    assert_true(family_equal(&a->detector.detector, &b->detector.detector));
    assert_memory_equal(&a->first.wasted, &b->first.wasted, sizeof a->first.wasted);
    assert_memory_equal(&a->detector.threshold, &b->detector.threshold, sizeof a->detector.threshold);
    assert_int_equal(a->first.alarms, b->first.alarms);
}

/* The same first part, and other orders after it. */
static void the_later_part_has_no_say(void **state)
{
    struct arena arena = {0};
    struct replay_builder one = {.rows = NULL}, two = {.rows = NULL};
    struct replay_history whole = test_shop_history(&SHOPS[0], &arena), first, other;
    const int32_t split = whole.from_day + 300;
    struct tune_options options = HALF;
    struct tune_result a, b;
    (void)state;
    for (size_t c = 0; c < whole.client_count; c++)
        for (size_t v = whole.first[c]; v < whole.first[c + 1]; v++) {
            char id[32];
            snprintf(id, sizeof id, "%zu", c);
            replay_add(&one, str_of(id), whole.day[v], whole.value_minor[v]);
            int32_t day = whole.day[v] <= split ? whole.day[v] : split + 1 + (int32_t)(v * 31 % 200);
            replay_add(&two, str_of(id), day, 7);
        }
    replay_finish(&one, STR("EUR"), &arena, &first);
    replay_finish(&two, STR("EUR"), &arena, &other);
    /* values of the first part must be the same too */
    int64_t *values = arena_new(&arena, other.visit_count, sizeof *values);
    for (size_t c = 0; c < other.client_count; c++)
        for (size_t v = other.first[c], w = first.first[c]; v < other.first[c + 1]; v++, w++)
            values[v] = other.day[v] <= split ? first.value_minor[w] : 7;
    other.value_minor = values;
    options.train_until = split;
    tune_run(&first, &options, &arena, &a);
    tune_run(&other, &options, &arena, &b);
    assert_int_equal(a.trained_to, split);
    assert_int_equal(a.reported_from, split + 1);
    assert_int_equal(a.row_count, FAMILY_SIZE);
    for (size_t i = 0; i < FAMILY_SIZE; i++)
        assert_same_row(&a.rows[i], &b.rows[i]);
    assert_true(a.later.alarms != b.later.alarms); /* it was another part, though */
    arena_clear(&arena);
}

static void all_rows_have_the_anchors_number_of_alarms(void **state)
{
    struct arena arena = {0};
    struct tune_options options = HALF;
    struct tune_result result;
    size_t reached = 0;
    (void)state;
    struct replay_history history = test_shop_history(&SHOPS[2], &arena);
    tune_run(&history, &options, &arena, &result);
    const struct choice_row *normal = &result.rows[result.is_default];
    assert_true(fabs(normal->detector.threshold - 50) < 1e-12); /* the default is the anchor and stays at 50 */
    for (size_t i = 0; i < result.row_count; i++) {
        const struct choice_row *row = &result.rows[i];
        if (!row->is_reached)
            continue;
        reached++;
        double off = fabs((double)(row->first.alarms - normal->first.alarms));
        assert_true(off <= fmax(2, 0.02 * (double)normal->first.alarms));
        assert_true(row->detector.threshold >= 10 && row->detector.threshold <= 90);
    }
    assert_true(reached > 55);
    assert_int_equal(result.first_fixed.alarms, normal->first.alarms);
    options.same_rate_days = 75;
    tune_run(&history, &options, &arena, &result);
    for (size_t i = 0; i < result.row_count; i++)
        if (result.rows[i].is_reached)
            assert_true(fabs((double)(result.rows[i].first.alarms - result.first_fixed.alarms)) <=
                        fmax(2, 0.02 * (double)result.first_fixed.alarms));
    arena_clear(&arena);
}

/* A lower threshold: later, fewer, surer. */
static void the_dial_trades_emails_for_certainty(void **state)
{
    struct arena arena = {0};
    struct tune_result result;
    (void)state;
    struct replay_history history = test_shop_history(&SHOPS[2], &arena);
    tune_run(&history, &HALF, &arena, &result);
    for (size_t i = 1; i < TUNE_DIAL; i++) {
        const struct tune_dial *more = &result.dial[i - 1], *fewer = &result.dial[i];
        assert_true(fewer->threshold < more->threshold);
        assert_true(fewer->episodes_per_day <= more->episodes_per_day + 1e-9);
        assert_true(fewer->median_silence_days >= more->median_silence_days);
        assert_true(!(fewer->wasted > more->wasted + 0.01));
    }
    assert_true(result.dial[0].wasted > 2 * result.dial[TUNE_DIAL - 1].wasted);
    arena_clear(&arena);
}

static void a_sample_is_scaled_up_and_said(void **state)
{
    struct arena arena = {0};
    struct tune_options options = HALF;
    struct tune_result all, part;
    (void)state;
    struct replay_history history = test_shop_history(&SHOPS[2], &arena);
    options.sample_clients = 500;
    tune_run(&history, &HALF, &arena, &all);
    tune_run(&history, &options, &arena, &part);
    assert_int_equal(all.sample_clients, history.client_count);
    assert_int_equal(part.sample_clients, 500);
    assert_int_equal(part.clients, history.client_count);
    double want = all.dial[7].episodes_per_day;
    assert_true(fabs(part.dial[7].episodes_per_day - want) < 0.2 * want);
    arena_clear(&arena);
}

static void too_little_history_keeps_the_default(void **state)
{
    static const struct test_visit few[] = {{1, 0, 100}, {1, 40, 100}, {2, 10, 100}, {3, 200, 100}};
    struct arena arena = {0};
    struct tune_options options = HALF;
    struct tune_result result;
    struct buf buf = {0};
    struct json_out out;
    (void)state;
    for (int empty = 0; empty < 2; empty++) {
        struct replay_history history = test_history(few, empty ? 0 : COUNT(few), &arena);
        options.usual_gap_days = empty ? 400 : 7;
        tune_run(&history, &options, &arena, &result);
        assert_false(result.is_enough);
        assert_int_equal(result.row_count, 0);
        assert_true(fabs(result.detector.detector.base_days - (empty ? 360 : 30)) < 1e-9);
        assert_true(fabs(result.detector.threshold - 50) < 1e-12);
        json_out_init(&out, &buf);
        buf_reset(&buf);
        tune_to_json(&result, &out);
        struct json *json = NULL;
        assert_int_equal(json_parse(buf_str(&buf), &json, NULL), RC_OK);
        assert_false(json_get_bool(json, "enough"));
        assert_int_equal(json_size(json_get(json, "table")), 0);
        assert_true(json_is(json_get(json, "later"), JSON_NULL));
        json_free(json);
    }
    buf_clear(&buf);
    arena_clear(&arena);
}

static void a_shop_of_another_scale_is_tuned_to_it(void **state)
{
    /* a grocer, 7 days; a furniture shop, 400 days */
    static const struct test_shop shops[] = {{300, 400, 150, {6, 2, 2, 0.3, 12, false, 0}, 8},
                                             {1500, 2500, 1500, {380, 2, 2, 0.4, 4, false, 0}, 9}};
    struct arena arena = {0};
    struct tune_result grocer, furniture;
    (void)state;
    struct replay_history one = test_shop_history(&shops[0], &arena), two = test_shop_history(&shops[1], &arena);
    tune_run(&one, &HALF, &arena, &grocer);
    tune_run(&two, &HALF, &arena, &furniture);
    assert_true(grocer.is_enough && furniture.is_enough);
    assert_true(grocer.normal.detector.base_days < 45);
    assert_true(furniture.normal.detector.base_days > 170);
    assert_true(grocer.later.median_silence_days < 40);
    assert_true(furniture.later.median_silence_days > 120);
    arena_clear(&arena);
}

static void the_proposal_is_json_that_a_policy_can_take(void **state)
{
    struct arena arena = {0};
    struct tune_options options = HALF;
    struct tune_result result;
    struct buf buf = {0};
    struct json_out out;
    struct json *json = NULL;
    (void)state;
    struct replay_history history = test_shop_history(&SHOPS[5], &arena);
    options.has_current = true;
    options.current = family_default((double)NAN);
    options.current_threshold = 40;
    tune_run(&history, &options, &arena, &result);
    json_out_init(&out, &buf);
    tune_to_json(&result, &out);
    assert_int_equal(json_parse(buf_str(&buf), &json, NULL), RC_OK);
    const struct json *detector = json_get(json, "detector"), *current = json_get(json, "current");
    assert_int_equal(json_size(detector), 5);
    assert_true(json_real(json_get(json, "threshold")) >= 10);
    assert_true(fabs(json_real(json_get(current, "threshold")) - 40) < 1e-12);
    assert_false(str_is_empty(json_get_str(json, "sentence")));
    const struct json *table = json_get(json, "table");
    assert_int_equal(json_size(table), FAMILY_SIZE);
    size_t chosen = 0, normal = 0;
    for (size_t i = 0; i < json_size(table); i++) {
        chosen += json_get_bool(json_at(table, i), "chosen");
        normal += json_get_bool(json_at(table, i), "default");
        assert_non_null(json_get(json_at(table, i), "wasted_se"));
    }
    assert_int_equal(chosen, 1);
    assert_int_equal(normal, 1);
    assert_int_equal(json_size(json_get(json, "dial")), TUNE_DIAL);
    assert_int_equal(json_get_str(json_get(json, "trained"), "from").len, 10);
    assert_int_equal(json_get_i64(json, "sample", 0), 350);
    assert_non_null(json_get(json_get(json, "later"), "fixed"));
    json_free(json);
    buf_clear(&buf);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_promise_holds_on_the_later_part),
        cmocka_unit_test(the_later_part_has_no_say),
        cmocka_unit_test(all_rows_have_the_anchors_number_of_alarms),
        cmocka_unit_test(the_dial_trades_emails_for_certainty),
        cmocka_unit_test(a_sample_is_scaled_up_and_said),
        cmocka_unit_test(too_little_history_keeps_the_default),
        cmocka_unit_test(a_shop_of_another_scale_is_tuned_to_it),
        cmocka_unit_test(the_proposal_is_json_that_a_policy_can_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
