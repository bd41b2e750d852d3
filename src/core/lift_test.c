/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/lift.c: the published numbers, no number from too little, and intervals that behave. That they are valid
 * under daily looking is tests/statistics. */
#include "core/lift.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/rand.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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
    for (size_t i = 0; i < COUNT(rows); i++) {
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

/* Computed apart from this program, by the formulas in the head of lift.h. */
static void strata_weigh_what_they_can_tell(void **state)
{
    (void)state;
    static const struct {
        struct lift_stratum strata[3];
        size_t count;
        double estimate, low, high;
    } rows[] = {
        {{{{380, 45}, {95, 12}}}, 1, -0.007894736842, -0.143822668490, 0.128033194806},
        {{{{1000, 120}, {2500, 250}}}, 1, 0.020000000000, -0.016133308927, 0.056133308927},
        {{{{50, 5}, {40, 0}}}, 1, 0.100000000000, -0.223746023960, 0.423746023960},
        {{{{380, 45}, {95, 12}}, {{200, 40}, {300, 45}}}, 2, 0.027551020408, -0.053193280128, 0.108295320944},
        {{{{3000, 420}, {300, 33}}, {{100, 12}, {900, 110}}, {{40, 8}, {1, 1}}},
         3,
         0.019800036579,
         -0.031382693990,
         0.070982767147},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lift_interval interval;
        assert_true(lift_interval(rows[i].strata, rows[i].count, &interval));
        near(interval.estimate, rows[i].estimate, 1e-12);
        near(interval.low, rows[i].low, 1e-12);
        near(interval.high, rows[i].high, 1e-12);
    }
}

/* The formula of one stratum as the notes write it, and the rule by which strata are combined. */
static void the_yardstick_combines_strata_by_people(void **state)
{
    (void)state;
    static const struct lift_stratum strata[] = {{{380, 45}, {95, 12}}, {{1000, 120}, {2500, 250}}};
    const double rho2 = 0.01587230920347513;
    double people = 0, sum = 0, t = 0;
    for (size_t i = 0; i < COUNT(strata); i++) {
        double n1 = (double)strata[i].treated.people, n2 = (double)strata[i].holdout.people, n = n1 + n2;
        double p1 = ((double)strata[i].treated.reordered + 1) / (n1 + 2);
        double p2 = ((double)strata[i].holdout.reordered + 1) / (n2 + 2);
        double v = n * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
        double alone = sqrt(2 * (n * v * rho2 + 1) / (n * n * rho2) * log(sqrt(n * v * rho2 + 1) / 0.05));
        struct lift_interval interval;
        assert_true(lift_sequential(&strata[i], 1, &interval));
        near(interval.estimate, p1 - p2, 1e-15);
        near(interval.high - interval.estimate, alone, 1e-15);
        near(interval.estimate - interval.low, alone, 1e-15);
        people += n;
        sum += n * (p1 - p2);
        t += n * n * (v / n);
    }
    struct lift_interval both;
    assert_true(lift_sequential(strata, COUNT(strata), &both));
    near(both.estimate, sum / people, 1e-15);
    near(both.high - both.estimate,
         sqrt(2 * (t * rho2 + 1) / (people * people * rho2) * log(sqrt(t * rho2 + 1) / 0.05)), 1e-15);
}

typedef bool interval_function(const struct lift_stratum *strata, size_t count, struct lift_interval *out);
static interval_function *const INTERVALS[] = {lift_interval, lift_sequential};

static void no_number_is_given_from_too_little(void **state)
{
    (void)state;
    static const struct {
        struct lift_stratum strata[2];
        bool enough;
    } rows[] = {
        {{{{20, 5}, {20, 0}}}, true},
        {{{{20, 2}, {20, 3}}}, true},
        {{{{19, 9}, {20, 9}}}, false},
        {{{{20, 9}, {19, 9}}}, false},
        {{{{20, 4}, {20, 0}}}, false},
        {{{{0, 0}, {0, 0}}}, false},
        {{{{10, 2}, {10, 1}}, {{10, 1}, {10, 1}}}, true},      /* together enough */
        {{{{1000, 90}, {0, 0}}, {{20, 2}, {20, 2}}}, false},   /* one arm alone is no stratum: 4 reorders */
        {{{{1000, 90}, {0, 0}}, {{0, 0}, {1000, 80}}}, false}, /* and two of them are none either */
        {{{{1000, 90}, {0, 0}}, {{20, 3}, {20, 2}}}, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t f = 0; f < COUNT(INTERVALS); f++) {
            struct lift_interval interval;
            assert_int_equal(INTERVALS[f](rows[i].strata, 2, &interval), rows[i].enough);
        }
    struct lift_interval none;
    assert_false(lift_interval(NULL, 0, &none));
    assert_false(lift_newcombe(&(struct lift_arm){0, 0}, &(struct lift_arm){5, 1}, &none));
    assert_false(lift_newcombe(&(struct lift_arm){5, 1}, &(struct lift_arm){0, 0}, &none));
}

static void a_stratum_with_an_empty_arm_changes_nothing(void **state)
{
    (void)state;
    static const struct lift_stratum with[] = {{{500, 100}, {0, 0}}, {{380, 45}, {95, 12}}, {{0, 0}, {70, 7}}};
    for (size_t f = 0; f < COUNT(INTERVALS); f++) {
        struct lift_interval a, b;
        assert_true(INTERVALS[f](with, 3, &a));
        assert_true(INTERVALS[f](&with[1], 1, &b));
        assert_true(a.estimate == b.estimate && a.low == b.low && a.high == b.high);
    }
}

/* Periods of 30 people with equal rates in both arms: the yardstick's shrinking to a half would claim harm. */
static void many_small_strata_make_no_effect_of_nothing(void **state)
{
    (void)state;
    struct lift_stratum strata[40];
    for (size_t i = 0; i < COUNT(strata); i++)
        strata[i] = (struct lift_stratum){{90, 9}, {10, 1}};
    struct lift_interval interval;
    assert_true(lift_interval(strata, COUNT(strata), &interval));
    near(interval.estimate, 0, 1e-15);
    assert_true(lift_sequential(strata, COUNT(strata), &interval));
    assert_true(interval.estimate < -0.05);
}

static int64_t draw(struct rand_stream *random, int64_t from, int64_t to)
{
    return from + (int64_t)(rand_unit(random) * (double)(to - from + 1));
}

static struct lift_stratum draw_stratum(struct rand_stream *random)
{
    struct lift_stratum stratum = {{.people = draw(random, 20, 3000)}, {.people = draw(random, 20, 3000)}};
    stratum.treated.reordered = draw(random, 3, stratum.treated.people);
    stratum.holdout.reordered = draw(random, 3, stratum.holdout.people);
    return stratum;
}

static struct lift_arm times(struct lift_arm arm, int64_t factor)
{
    return (struct lift_arm){arm.people * factor, arm.reordered * factor};
}

static void intervals_behave_on_ten_thousand_random_counts(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 4);
    for (int i = 0; i < 10000; i++) {
        struct lift_stratum here[3], swapped[3], back[3], larger[3];
        for (size_t k = 0; k < 3; k++) {
            here[k] = draw_stratum(&random);
            swapped[k] = (struct lift_stratum){here[k].holdout, here[k].treated};
            larger[k] = (struct lift_stratum){times(here[k].treated, 2), times(here[k].holdout, 2)};
            back[2 - k] = here[k];
        }
        for (size_t f = 0; f < COUNT(INTERVALS); f++) {
            struct lift_interval a, b, c, d;
            assert_true(INTERVALS[f](here, 3, &a) && INTERVALS[f](swapped, 3, &b));
            assert_true(INTERVALS[f](back, 3, &c) && INTERVALS[f](larger, 3, &d));
            assert_true(a.low < a.estimate && a.estimate < a.high); /* contains the estimate, */
            near(b.estimate, -a.estimate, 1e-12);                   /* is the other side of swapped arms, */
            near(b.low, -a.high, 1e-12);
            near(c.low, a.low, 1e-12); /* does not care for the order, */
            near(c.high, a.high, 1e-12);
            assert_true(d.high - d.low < a.high - a.low); /* narrows with data, */
            near(d.estimate, a.estimate, f == 0 ? 1e-12 : 0.05);
        }
    }
}

static void newcombe_is_wilson_against_wilson(void **state)
{
    (void)state;
    struct rand_stream random;
    rand_seed(&random, 5);
    for (int i = 0; i < 10000; i++) {
        struct lift_stratum stratum = draw_stratum(&random);
        struct lift_interval a, b;
        assert_true(lift_newcombe(&stratum.treated, &stratum.holdout, &a));
        assert_true(lift_newcombe(&stratum.holdout, &stratum.treated, &b));
        assert_true(a.low <= a.estimate && a.estimate <= a.high && a.low >= -1 && a.high <= 1);
        near(b.low, -a.high, 1e-12);
        near(b.high, -a.low, 1e-12);
    }
}

static void the_episodes_needed_are_the_published_ones(void **state)
{
    (void)state;
    static const struct {
        double rate, lift, share, needed;
    } rows[] = {{0.10, 0.03, 0.2, 5157}, {0.10, 0.03, 0.1, 8945}, {0.10, 0.03, 0.5, 3542},
                {0.15, 0.05, 0.2, 2629}, {0.15, 0.05, 0.1, 4561}, {0.15, 0.05, 0.5, 1805}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        near(lift_needed_fixed(rows[i].rate, rows[i].lift, rows[i].share), rows[i].needed, 0.5);
        near(lift_needed(rows[i].rate, rows[i].lift, rows[i].share), 1.5 * rows[i].needed, 0.75);
        near(lift_needed(rows[i].rate + rows[i].lift, -rows[i].lift, 1 - rows[i].share),
             lift_needed(rows[i].rate, rows[i].lift, rows[i].share), 1e-9); /* the mirror image */
    }
    assert_true(isinf(lift_needed(0.1, 0, 0.2)));
    assert_true(isinf(lift_needed(0.1, 0.03, 0)));
    assert_true(isinf(lift_needed(0.1, 0.03, 1)));
    assert_true(isinf(lift_needed(0.99, 0.03, 0.2)));
    assert_true(isinf(lift_needed(NAN, 0.03, 0.2)));
}

/* Half held out in the first period, one in nineteen in the second, and an effect in the first only. */
static void of_several_strata_the_treated_are_reckoned_by_their_own_holdouts(void **state)
{
    (void)state;
    const struct lift_stratum strata[] = {
        {{4000, 1000}, {4000, 700}}, {{36000, 1800}, {2000, 100}}, {{500, 50}, {0, 0}}};
    struct lift_treated effect;
    struct lift_interval lift;
    assert_true(lift_interval(strata, 3, &lift));
    assert_true(lift_of_treated(strata, 3, &effect));
    assert_int_equal(effect.strata, 2);
    assert_int_equal(effect.people, 40000);
    assert_true(fabs(effect.lift.estimate * (double)effect.people - 300) < 1e-9); /* 4000 * 0.075 + 36000 * 0 */
    assert_true(fabs(effect.rate - 0.07) < 1e-12 && fabs(effect.without - 0.0625) < 1e-12);
    assert_true(lift.estimate > 0.03); /* the first stratum tells most, but few are in it */
    assert_true(effect.lift.low < effect.lift.estimate && effect.lift.estimate < effect.lift.high);
}

static void of_one_stratum_the_effect_on_the_treated_is_the_lift(void **state)
{
    (void)state;
    const struct lift_stratum stratum = {{800, 120}, {200, 20}};
    struct lift_treated effect;
    struct lift_interval lift;
    assert_true(lift_interval(&stratum, 1, &lift));
    assert_true(lift_of_treated(&stratum, 1, &effect));
    assert_true(fabs(lift.estimate - effect.lift.estimate) < 1e-15 && fabs(lift.low - effect.lift.low) < 1e-15);
    assert_true(fabs(effect.without - 0.1) < 1e-15);
    const struct lift_stratum small = {{800, 120}, {19, 2}};
    assert_false(lift_of_treated(&small, 1, &effect));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_several_strata_the_treated_are_reckoned_by_their_own_holdouts),
        cmocka_unit_test(of_one_stratum_the_effect_on_the_treated_is_the_lift),
        cmocka_unit_test(the_known_answers_come_out_to_the_last_digit),
        cmocka_unit_test(strata_weigh_what_they_can_tell),
        cmocka_unit_test(the_yardstick_combines_strata_by_people),
        cmocka_unit_test(no_number_is_given_from_too_little),
        cmocka_unit_test(a_stratum_with_an_empty_arm_changes_nothing),
        cmocka_unit_test(many_small_strata_make_no_effect_of_nothing),
        cmocka_unit_test(intervals_behave_on_ten_thousand_random_counts),
        cmocka_unit_test(newcombe_is_wilson_against_wilson),
        cmocka_unit_test(the_episodes_needed_are_the_published_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
