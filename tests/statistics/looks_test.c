/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/lift.h that only many shops can show: looked at every day for two years, the interval of a shop without
 * effect excludes zero in at most 5 of 100, and a true effect is found. The bounds are those that a program which keeps the
 * promise passes in all but 4 of 1,000 drawings of the seeds; an interval made for one look fails them. The full runs are
 * `make simulations`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "candidates.h"
#include "run.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The smallest k with P(more than k of n) < 0.004 when each has probability 0.05. */
static int most_by_chance(int n)
{
    double term = 1, sum; /* of the binomial distribution, from 0 upwards */
    int k = 0;
    for (int i = 0; i < n; i++)
        term *= 0.95;
    for (sum = term; sum < 0.996; sum += term) {
        term *= (double)(n - k) / (k + 1) * (0.05 / 0.95);
        k++;
    }
    return k;
}

static void the_bound_is_the_binomials(void **state)
{
    (void)state;
    assert_int_equal(most_by_chance(100), 12); /* P(X > 11) = .0043, P(X > 12) = .0015 */
    assert_int_equal(most_by_chance(200), 19); /* P(X > 18) = .0058, P(X > 19) = .0027 */
}

enum { BY_WEIGHT, BY_PEOPLE, DAILY_NEWCOMBE, METHODS };
static trial_method *const ALL[METHODS] = {by_weight, by_people, newcombe_daily};

static void without_effect(const struct run_setup *setup, int shops)
{
    struct run_tally tallies[METHODS];
    int most = most_by_chance(shops);
    run_shops(setup, shops, ALL, METHODS, tallies);
    assert_true(tallies[BY_WEIGHT].people > 500);
    assert_in_range(tallies[BY_WEIGHT].excluded, 0, most);
    assert_in_range(tallies[BY_PEOPLE].excluded, 0, most);
    assert_true(tallies[DAILY_NEWCOMBE].excluded > most); /* the same shops would show a broken interval */
    run_clear(tallies, METHODS);
}

static void looks_at_a_shop_without_effect_find_none(void **state)
{
    (void)state;
    static const struct run_setup SETUPS[] = {
        {.arms = {.periods = {{0, 0.1, 0.02}}, .people = 20, .days = 730}, .seed = 11000},
        {.arms = {.periods = {{0, 0.2, 0.15}}, .people = 10, .days = 730}, .seed = 12000},
        {.arms = {.periods = {{0, 0.1, 0.05}, {300, 0.5, 0.15}}, .people = 10, .days = 730}, .seed = 13000},
    };
    for (size_t i = 0; i < COUNT(SETUPS); i++)
        without_effect(&SETUPS[i], 200);
}

/* Due moments, consent, the day's limit, a changed share and a released backlog, by the functions of a real shop. */
static void looks_at_a_whole_shop_without_effect_find_none(void **state)
{
    (void)state;
    static const struct run_setup SETUP = {
        .shop = {.model = &SIMULATE_MODEL,
                 .clients = 3000,
                 .days_before = 365,
                 .days = 730,
                 .share = 0.4,
                 .change_day = 300,
                 .later_share = 0.2,
                 .ineligible = 0.6,
                 .backlog_a_day = 5,
                 .daily_limit = 4},
        .seed = 14000,
    };
    without_effect(&SETUP, 100);
}

/* Two periods whose rates and shares differ: thrown together they look like an effect. */
static void periods_that_are_pooled_are_found_out(void **state)
{
    (void)state;
    static const struct run_setup SETUP = {
        .arms = {.periods = {{0, 0.1, 0.05}, {300, 0.5, 0.15}}, .people = 10, .days = 730, .pooled = true},
        .seed = 13000,
    };
    struct run_tally tally;
    run_shops(&SETUP, 50, ALL, 1, &tally);
    assert_true(tally.excluded > most_by_chance(50));
    run_clear(&tally, 1);
}

static void a_true_effect_is_found_and_covered(void **state)
{
    (void)state;
    static const struct run_setup SETUPS[] = {
        {.arms = {.periods = {{0, 0.5, 0.15}}, .lift = 0.05, .people = 10, .days = 730}, .seed = 15000},
        {.arms = {.periods = {{0, 0.2, 0.15}}, .lift = -0.05, .people = 10, .days = 730}, .seed = 16000},
    };
    for (size_t i = 0; i < COUNT(SETUPS); i++) {
        struct run_tally tallies[METHODS];
        run_shops(&SETUPS[i], 200, ALL, METHODS, tallies);
        assert_true(tallies[BY_WEIGHT].excluded >= 180);
        assert_true(tallies[BY_WEIGHT].excluded >= tallies[BY_PEOPLE].excluded);
        assert_in_range(tallies[BY_WEIGHT].missed, 0, most_by_chance(200));
        assert_true(tallies[DAILY_NEWCOMBE].missed > most_by_chance(200));
        assert_true(tallies[BY_WEIGHT].width < tallies[BY_PEOPLE].width);
        run_clear(tallies, METHODS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_is_the_binomials),
        cmocka_unit_test(looks_at_a_shop_without_effect_find_none),
        cmocka_unit_test(looks_at_a_whole_shop_without_effect_find_none),
        cmocka_unit_test(periods_that_are_pooled_are_found_out),
        cmocka_unit_test(a_true_effect_is_found_and_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
