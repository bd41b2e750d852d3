/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_chance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/backtest_family.h"
#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.12g, not %.12g\n", got, want);
    assert_true(fabs(got - want) <= within);
}

static void auc_counts_the_pairs(void **state)
{
    const double values[] = {0.9, 0.4, 0.4, 0.1, 0.7};
    const bool did[] = {true, true, false, false, false};
    uint32_t order[5];
    (void)state;
    /* 0.9 beats three; 0.4 beats one, ties with one and loses to one: 4.5 of 6 */
    near(chance_auc(values, did, 5, order), 4.5 / 6, 1e-15);
    const double all_equal[] = {1, 1, 1};
    near(chance_auc(all_equal, did, 3, order), 0.5, 1e-15);
    const bool nobody[] = {false, false};
    assert_true(isnan(chance_auc(values, nobody, 2, order)));
    assert_true(isnan(chance_auc(values, did, 0, order)));
}

static void rows_are_as_of_the_end_of_the_day(void **state)
{
    const struct test_visit visits[] = {{1, 0, 1}, {1, 10, 1}, {1, 30, 1}, {2, 31, 1}};
    struct arena arena = {0};
    struct chance_client rows[2];
    (void)state;
    struct replay_history history = test_history(visits, COUNT(visits), &arena);
    assert_int_equal(chance_rows(&history, TEST_FROM_DAY + 30, 0, rows), 1);
    near(rows[0].gaps, 2, 0);
    near(rows[0].span, 30, 0);
    near(rows[0].silence, 0, 0);
    assert_int_equal(chance_rows(&history, TEST_FROM_DAY + 29, 0, rows), 1);
    near(rows[0].gaps, 1, 0);
    near(rows[0].silence, 19, 0);
    assert_int_equal(chance_rows(&history, TEST_FROM_DAY + 40, 0, rows), 2);
    assert_int_equal(chance_rows(&history, TEST_FROM_DAY + 40, 1, rows), 1);
    assert_int_equal(chance_rows(&history, TEST_FROM_DAY - 1, 0, rows), 0);
    arena_clear(&arena);
}

/* The model's own world: a shop drawn from it, in which the chance must be honest. */
static void the_chance_is_calibrated_where_its_model_holds(void **state)
{
    const struct test_shop shop = {6000, 720, 300, {40, 0.8, 1, 0.9, 3, false, 0}, 21};
    const struct detector detector = family_default((double)NAN);
    struct arena arena = {0};
    struct chance_test test;
    (void)state;
    struct replay_history history = test_shop_history(&shop, &arena);
    const struct walk_range all = {.from = history.from_day + 90, .to = history.to_day};
    chance_test_run(&history, &detector, (double)NAN, &all, &test);
    assert_int_equal(test.cuts, 5); /* days 181, 271, 361, 451 and 541; 631 + 90 lies past the last one, 719 */
    assert_true(test.auc > 0.7 && test.auc_score > 0.7);
    double clients = 0;
    for (size_t i = 0; i < CHANCE_DECILES; i++) {
        const struct chance_decile *decile = &test.deciles[i];
        double deviation = sqrt(decile->expected * (1 - decile->expected) / decile->clients);
        near(decile->ordered, decile->expected, 0.01 + 4 * deviation);
        assert_true(i == 0 || decile->expected >= test.deciles[i - 1].expected);
        clients += decile->clients;
    }
    assert_true(clients > 5 * 3000 && clients <= 5 * 6000);
    assert_true(test.brier > 0 && test.brier < 0.2);
    arena_clear(&arena);
}

static void a_short_history_has_no_cut_day(void **state)
{
    const struct test_visit visits[] = {{1, 0, 1}, {1, 10, 1}, {2, 250, 1}};
    const struct detector detector = family_default((double)NAN);
    struct arena arena = {0};
    struct chance_test test;
    (void)state;
    struct replay_history history = test_history(visits, COUNT(visits), &arena);
    const struct walk_range all = {.from = history.from_day, .to = history.to_day};
    chance_test_run(&history, &detector, (double)NAN, &all, &test);
    assert_int_equal(test.cuts, 0);
    assert_true(isnan(test.auc) && isnan(test.auc_score) && isnan(test.brier));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(auc_counts_the_pairs),
        cmocka_unit_test(rows_are_as_of_the_end_of_the_day),
        cmocka_unit_test(the_chance_is_calibrated_where_its_model_holds),
        cmocka_unit_test(a_short_history_has_no_cut_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
