/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_family.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void the_family_is_as_stated_and_all_different(void **state)
{
    size_t kinds[3] = {0};
    (void)state;
    for (size_t i = 0; i < FAMILY_SIZE; i++) {
        struct detector one = family_detector(i);
        kinds[one.kind]++;
        assert_true(one.base_days >= 30 && one.base_days <= 360);
        assert_true(one.rhythm_power >= 0 && one.rhythm_power <= 0.5);
        assert_true(one.fade_gaps >= 4 && one.fade_gaps <= 9);
        assert_true(fabs(one.frequency_days - one.base_days / 3) < 1e-12);
        for (size_t j = 0; j < i; j++) {
            struct detector other = family_detector(j);
            assert_false(family_equal(&one, &other));
        }
    }
    assert_int_equal(kinds[DETECTOR_SCORE], 60);
    assert_int_equal(kinds[DETECTOR_RFM], 5);
    assert_int_equal(kinds[DETECTOR_CHANCE], 1);
}

static void the_default_follows_the_scale_of_the_shop_when_it_is_far_off(void **state)
{
    static const struct {
        double gap, base;
    } rows[] = {{NAN, 90}, {30, 90}, {45, 90},  {60, 90},   {22.6, 90}, {89.9, 90}, {7, 30},    {1, 30},
                {21, 30},  {22, 60}, {95, 180}, {120, 180}, {130, 360}, {400, 360}, {3000, 360}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct detector detector = family_default(rows[i].gap);
        assert_int_equal(detector.kind, DETECTOR_SCORE);
        assert_true(fabs(detector.base_days - rows[i].base) < 1e-9);
        assert_true(fabs(detector.rhythm_power - 0.25) < 1e-12 && fabs(detector.fade_gaps - 6) < 1e-12);
    }
}

static void the_default_is_one_of_the_family(void **state)
{
    (void)state;
    for (double gap = 2; gap < 1000; gap *= 1.3) {
        struct detector normal = family_default(gap);
        size_t found = 0;
        for (size_t i = 0; i < FAMILY_SIZE; i++) {
            struct detector one = family_detector(i);
            found += family_equal(&one, &normal);
        }
        assert_int_equal(found, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_family_is_as_stated_and_all_different),
        cmocka_unit_test(the_default_follows_the_scale_of_the_shop_when_it_is_far_off),
        cmocka_unit_test(the_default_is_one_of_the_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
