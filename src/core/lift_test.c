/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/lift.c: the published numbers, no number from too little, and an interval that behaves. */
#include "core/lift.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/rand.h"

static void near(double is, double should, double within)
{
    if (!(fabs(is - should) <= within))
        fail_msg("%.17g is not within %g of %.17g", is, within, should);
}

static void the_known_answers_come_out_to_the_last_digit(void **state)
{
    (void)state;
    static const struct {
        struct lift_stratum counts;
        bool enough;
        double newcombe_low, newcombe_high, low, high;
    } rows[] = {
        {{{380, 45}, {95, 12}}, true, -0.094409789, 0.056019546, -0.131748978, 0.104545437},
        {{{1000, 120}, {2500, 250}}, true, -0.002427518, 0.044317554, -0.016682169, 0.057559647},
        {{{50, 0}, {40, 0}}, false, -0.087621601, 0.071347599, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lift_interval interval = {0};
        assert_true(lift_newcombe(&rows[i].counts.treated, &rows[i].counts.holdout, &interval));
        near(interval.low, rows[i].newcombe_low, 5.1e-10);
        near(interval.high, rows[i].newcombe_high, 5.1e-10);
        assert_int_equal(lift_sequential(&rows[i].counts, 1, &interval), rows[i].enough);
        if (!rows[i].enough)
            continue;
        near(interval.low, rows[i].low, 5.1e-10);
        near(interval.high, rows[i].high, 5.1e-10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_answers_come_out_to_the_last_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
