/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_match.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/backtest_family.h"
#include "core/test_history.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct test_shop SHOP = {1500, 600, 450, {35, 0.9, 1, 0.9, 4, false, 0}, 3};

struct bench {
    struct arena arena;
    struct replay_history history;
    struct walk walk;
    struct walk_range whole, later;
    int32_t *alarm;
};

static int set_up(void **state)
{
    const struct walk_options options = {.usual_gap_days = NAN, .chance = true};
    struct bench *bench = mem_new(1, sizeof *bench);
    bench->history = test_shop_history(&SHOP, &bench->arena);
    walk_init(&bench->walk, &bench->history, &options, &bench->arena);
    bench->whole = (struct walk_range){.from = bench->history.from_day, .to = bench->history.to_day};
    bench->later = (struct walk_range){.from = bench->history.from_day + 300, .to = bench->history.to_day};
    bench->alarm = mem_new(bench->history.visit_count, sizeof *bench->alarm);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    mem_free(bench->alarm);
    arena_clear(&bench->arena);
    mem_free(bench);
    return 0;
}

static void detectors_are_set_to_equal_counts(void **state)
{
    struct bench *bench = *state;
    const double delays[] = {60, 90, 120};
    const size_t numbers[] = {0, 31, 47, 61}; /* three scores and plain RFM */
    for (size_t d = 0; d < COUNT(delays); d++)
        for (int late = 0; late < 2; late++)
            for (size_t n = 0; n < COUNT(numbers); n++) {
                const struct walk_range *range = late ? &bench->later : &bench->whole;
                struct walk_detector detector = {family_detector(numbers[n]), 50};
                walk_fixed(&bench->walk, delays[d], range, bench->alarm);
                int64_t want = walk_count(&bench->walk, bench->alarm);
                int64_t said = match_detector(&bench->walk, range, want, &detector);
                walk_alarms(&bench->walk, &detector, range, bench->alarm);
                assert_int_equal(said, walk_count(&bench->walk, bench->alarm));
                assert_in_range(said, want - 1, want + 1);
            }
}

static void a_chance_that_its_cap_holds_is_as_near_as_can_be(void **state)
{
    struct bench *bench = *state;
    struct walk_detector detector = {family_detector(FAMILY_SIZE - 1), 50};
    int64_t least = match_detector(&bench->walk, &bench->whole, 0, &detector);
    assert_true(least > 0); /* those past the cap, whatever the chance */
    assert_true(detector.detector.chance >= 0);
    walk_alarms(&bench->walk, &detector, &bench->whole, bench->alarm);
    assert_int_equal(walk_count(&bench->walk, bench->alarm), least);
}

static void a_whole_delay_finds_itself_again(void **state)
{
    struct bench *bench = *state;
    for (double days = 20; days < 150; days += 13) {
        walk_fixed(&bench->walk, days, &bench->whole, bench->alarm);
        int64_t want = walk_count(&bench->walk, bench->alarm);
        double found = match_delay(&bench->walk, &bench->whole, want);
        walk_fixed(&bench->walk, found, &bench->whole, bench->alarm);
        assert_int_equal(walk_count(&bench->walk, bench->alarm), want);
        assert_true(fabs(found - floor(found)) < 1e-12 && found <= days);
    }
}

static void a_fraction_of_a_day_meets_any_count(void **state)
{
    struct bench *bench = *state;
    walk_fixed(&bench->walk, 75, &bench->later, bench->alarm);
    int64_t few = walk_count(&bench->walk, bench->alarm);
    walk_fixed(&bench->walk, 70, &bench->later, bench->alarm);
    int64_t many = walk_count(&bench->walk, bench->alarm);
    assert_true(many > few + 4);
    for (int64_t count = few; count <= many; count++) {
        double days = match_delay(&bench->walk, &bench->later, count);
        walk_fixed(&bench->walk, days, &bench->later, bench->alarm);
        assert_in_range(walk_count(&bench->walk, bench->alarm), count - 1, count + 1); /* two may share a lot */
        assert_true(days >= 70 && days < 76);
    }
}

/* The longer the delay the fewer, in any part: so equal counts mean comparable delays. */
static void counts_fall_with_the_delay(void **state)
{
    struct bench *bench = *state;
    int64_t before = INT64_MAX;
    for (double days = 0; days < 320; days += 7.5) {
        walk_fixed(&bench->walk, days, &bench->later, bench->alarm);
        int64_t count = walk_count(&bench->walk, bench->alarm);
        assert_true(count <= before);
        before = count;
    }
    assert_int_equal(before, 0);
    assert_true(match_delay(&bench->walk, &bench->later, 0) < 310);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detectors_are_set_to_equal_counts),
        cmocka_unit_test(a_chance_that_its_cap_holds_is_as_near_as_can_be),
        cmocka_unit_test(a_whole_delay_finds_itself_again),
        cmocka_unit_test(a_fraction_of_a_day_meets_any_count),
        cmocka_unit_test(counts_fall_with_the_delay),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
