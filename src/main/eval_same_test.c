/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_same.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct bench {
    struct same_counts same;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.arena = {0}};
    same_init(&bench.same);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    same_clear(&bench->same);
    arena_clear(&bench->arena);
    return 0;
}

static void subjects_are_equal_by_their_words(void **state)
{
    struct bench *bench = *state;
    same_add_subject(&bench->same, STR("A quiet cup of tea"), &bench->arena);
    same_add_subject(&bench->same, STR("A QUIET cup, of tea!"), &bench->arena);
    same_add_subject(&bench->same, STR("Mud on your shoes"), &bench->arena);
    assert_int_equal(bench->same.subjects, 3);
    assert_int_equal(bench->same.exact, 1);
    assert_int_equal(bench->same.near, 0);
}

static void a_subject_with_one_other_word_is_near(void **state)
{
    struct bench *bench = *state;
    same_add_subject(&bench->same, STR("Something gentle for the first pour of the morning"), &bench->arena);
    same_add_subject(&bench->same, STR("Something gentle for the last pour of the morning"), &bench->arena);
    same_add_subject(&bench->same, STR("Something else altogether for the evening"), &bench->arena);
    assert_int_equal(bench->same.exact, 0);
    assert_int_equal(bench->same.near, 1);
}

static void only_the_last_five_hundred_are_looked_at(void **state)
{
    struct bench *bench = *state;
    same_add_subject(&bench->same, STR("Something gentle for the first pour of the morning"), &bench->arena);
    for (int i = 0; i < SAME_WINDOW; i++)
        same_add_subject(&bench->same,
                         arena_printf(&bench->arena, "%c%c %d%d%d", 'a' + i % 26, 'a' + i / 26, i, i * 7, i * 13),
                         &bench->arena);
    int64_t before = bench->same.near;
    same_add_subject(&bench->same, STR("Something gentle for the last pour of the morning"), &bench->arena);
    assert_int_equal(bench->same.near, before);
    same_add_subject(&bench->same, STR("Something gentle for the first pour of the morning"), &bench->arena);
    assert_int_equal(bench->same.exact, 1); /* equal ones are found however long ago */
}

static void diversity_is_distinct_runs_over_all_runs(void **state)
{
    struct bench *bench = *state;
    assert_true(isnan(same_distinct(&bench->same, 1)));
    same_add_body(&bench->same, STR("a b a b"), &bench->arena);
    assert_true(same_distinct(&bench->same, 1) == 2.0 / 4);
    assert_true(same_distinct(&bench->same, 2) == 2.0 / 3); /* ab ba ab */
    assert_true(same_distinct(&bench->same, 3) == 1.0);     /* aba bab */
    same_add_body(&bench->same, STR("A, b."), &bench->arena);
    assert_true(same_distinct(&bench->same, 1) == 2.0 / 6);
    assert_true(same_distinct(&bench->same, 2) == 2.0 / 4);
}

static void diversity_is_of_the_first_thousand_bodies(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < SAME_BODIES_MAX; i++)
        same_add_body(&bench->same, STR("one"), &bench->arena);
    same_add_body(&bench->same, STR("two"), &bench->arena);
    assert_true(same_distinct(&bench->same, 1) == 1.0 / SAME_BODIES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(subjects_are_equal_by_their_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_subject_with_one_other_word_is_near, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_last_five_hundred_are_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(diversity_is_distinct_runs_over_all_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(diversity_is_of_the_first_thousand_bodies, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
