/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_choice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The fixed delay: .100 wasted, 60 days, all noticed. */
static const struct backtest_measure FIXED = {.wasted = 0.100,
                                              .median_silence_days = 60,
                                              .final_silences_alarmed = 1,
                                              .finals = 100};

enum { NORMAL, PLAIN, THIRD, FOURTH, ROWS };

static struct choice_row row(double wasted, double median)
{
    struct choice_row row = {.is_reached = true, .fixed_se = 0.01, .default_se = 0.005, .plain_se = 0.005};
    row.first = FIXED;
    row.first.wasted = wasted;
    row.first.median_silence_days = median;
    return row;
}

/* All alike and as good as the fixed delay, only earlier. */
static void fill(struct choice_row *rows)
{
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = row(0.100, 50);
        rows[i].is_default = i == NORMAL;
        rows[i].is_plain = i == PLAIN;
    }
}

static void a_rhythm_of_ones_own_must_earn_its_place(void **state)
{
    struct choice_row rows[ROWS];
    (void)state;
    fill(rows);
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), PLAIN);
    rows[NORMAL].first.wasted = 0.0905; /* better by less than two standard errors */
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), PLAIN);
    rows[NORMAL].first.wasted = 0.0895; /* by more */
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), NORMAL);
}

static void the_default_stands_where_the_plain_form_surely_breaks_the_promise(void **state)
{
    struct choice_row rows[ROWS];
    (void)state;
    fill(rows);
    rows[THIRD].is_reached = rows[FOURTH].is_reached = false; /* the two alone */
    rows[PLAIN].first.wasted = 0.119;                         /* not beyond doubt */
    rows[NORMAL].first.wasted = 0.118;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), PLAIN);
    rows[PLAIN].first.wasted = 0.121;
    rows[NORMAL].first.wasted = 0.120;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), NORMAL);
    fill(rows);
    rows[PLAIN].first.median_silence_days = 61;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), NORMAL);
    fill(rows);
    rows[PLAIN].first.final_silences_alarmed = 0.9;
    rows[PLAIN].first.final_silences_alarmed_se = 0.03;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), NORMAL);
    fill(rows);
    rows[PLAIN].is_reached = false;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), NORMAL);
}

static void a_third_must_be_better_by_two_errors(void **state)
{
    struct choice_row rows[ROWS];
    (void)state;
    fill(rows);
    rows[THIRD].first.wasted = 0.0905;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), PLAIN);
    rows[THIRD].first.wasted = 0.0895;
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), THIRD);
    rows[FOURTH].first.wasted = 0.0880; /* the surest of them */
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), FOURTH);
    rows[FOURTH].plain_se = 0.007; /* better, but less surely */
    assert_int_equal(choice_pick(rows, ROWS, &FIXED), THIRD);
}

static void a_third_must_keep_the_promise_everywhere(void **state)
{
    struct choice_row rows[ROWS];
    (void)state;
    for (int breach = 0; breach < 6; breach++) {
        fill(rows);
        struct choice_row *third = &rows[THIRD];
        third->first.wasted = 0.05;
        assert_int_equal(choice_pick(rows, ROWS, &FIXED), THIRD);
        third->half_excess[0] = breach == 0 ? 1.5 : 0;
        third->half_excess[1] = breach == 1 ? 1.5 : 0;
        third->first.median_silence_days = breach == 2 ? 51 : 50; /* later than the one that stands */
        third->first.final_silences_alarmed = breach == 3 ? 0.98 : 1;
        third->first.final_silences_alarmed_se = 0.014;
        third->is_reached = breach != 4;
        third->fixed_se = breach == 5 ? NAN : 0.01; /* nothing to compare: no breach of itself */
        assert_int_equal(choice_pick(rows, ROWS, &FIXED), breach == 5 ? THIRD : PLAIN);
    }
}

static void a_plain_form_fades_slowly_only_while_it_is_early(void **state)
{
    struct backtest_measure plain = FIXED, fixed = FIXED;
    (void)state;
    fixed.repeat_median_days = 60;
    plain.median_silence_days = 54;
    plain.repeat_median_days = 60;
    assert_true(choice_is_early(&plain, &fixed));
    plain.median_silence_days = 54.5;
    assert_false(choice_is_early(&plain, &fixed));
    plain.median_silence_days = 50;
    plain.repeat_median_days = 60.5;
    assert_false(choice_is_early(&plain, &fixed));
    plain.repeat_median_days = (double)NAN; /* nobody with two visits */
    assert_true(choice_is_early(&plain, &fixed));
    plain.final_silences_alarmed = 0.9;
    plain.final_silences_alarmed_se = 0.03;
    assert_false(choice_is_early(&plain, &fixed));
}

static void the_promise_is_kept_or_not(void **state)
{
    struct choice_row one = row(0.1099, 59.5);
    (void)state;
    assert_true(choice_keeps(&one, &FIXED));
    one = row(0.1101, 59.5);
    assert_false(choice_keeps(&one, &FIXED));
    one = row(0.10, 60); /* not shorter */
    assert_false(choice_keeps(&one, &FIXED));
    one = row(0.10, (double)NAN); /* no final silence: nothing to break */
    assert_true(choice_keeps(&one, &FIXED));
    one = row(0.10, 50);
    one.first.final_silences_alarmed = 0.99;
    assert_false(choice_keeps(&one, &FIXED));
    one.first.final_silences_alarmed_se = 0.011;
    assert_true(choice_keeps(&one, &FIXED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rhythm_of_ones_own_must_earn_its_place),
        cmocka_unit_test(the_default_stands_where_the_plain_form_surely_breaks_the_promise),
        cmocka_unit_test(a_third_must_be_better_by_two_errors),
        cmocka_unit_test(a_third_must_keep_the_promise_everywhere),
        cmocka_unit_test(a_plain_form_fades_slowly_only_while_it_is_early),
        cmocka_unit_test(the_promise_is_kept_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
