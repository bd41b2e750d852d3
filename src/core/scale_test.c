/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/scale.c. */
#include "core/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct scale scale_of(int64_t gap_days, int64_t gaps, int64_t value, int64_t valued)
{
    struct scale scale = {.number = 7};
    scale_compute(&(struct scale_sums){gap_days * TIME_DAY_MS, gaps, value, valued}, (double)NAN, &scale);
    assert_int_equal(scale.number, 7); /* the rest is left */
    assert_int_equal(scale.gaps, gaps);
    assert_int_equal(scale.valued, valued);
    return scale;
}

static void near(double got, double want) { assert_true(fabs(got - want) < 1e-12); }

static void means_are_sums_by_counts(void **state)
{
    (void)state;
    struct scale scale = scale_of(700, 10, 35000, 8);
    near(scale.gap_days, 70);
    near(scale.value_minor, 4375);
}

static void a_shop_with_few_gaps_or_totals_has_stated_defaults(void **state)
{
    (void)state;
    near(scale_of(400, 4, 400, 4).gap_days, 60);
    near(scale_of(400, 5, 400, 4).gap_days, 80);
    assert_true(isnan(scale_of(400, 5, 400, 4).value_minor));
    near(scale_of(400, 5, 400, 5).value_minor, 80);
    near(scale_of(0, 5, 0, 5).gap_days, 60);              /* five gaps of no time are no rhythm */
    assert_true(isnan(scale_of(0, 5, 0, 5).value_minor)); /* a shop that gives everything away */
}

static void only_more_than_two_percent_is_a_move(void **state)
{
    (void)state;
    struct scale now = {.gap_days = 100, .value_minor = 100}, next = now;
    assert_false(scale_moved(&now, &next));
    next.gap_days = 102;
    assert_false(scale_moved(&now, &next));
    next.gap_days = 102.01;
    assert_true(scale_moved(&now, &next));
    next.gap_days = 100;
    next.value_minor = 97.9;
    assert_true(scale_moved(&now, &next));
    next.value_minor = NAN;
    assert_true(scale_moved(&now, &next));
    assert_true(scale_moved(&next, &now));
    now.value_minor = NAN;
    assert_false(scale_moved(&now, &next));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_sums_by_counts),
        cmocka_unit_test(a_shop_with_few_gaps_or_totals_has_stated_defaults),
        cmocka_unit_test(only_more_than_two_percent_is_a_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
