/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/fit_newton.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.15g, not %.15g\n", got, want);
    assert_true(fabs(got - want) <= within);
}

static struct newton_problem problem_of(void (*evaluate)(void *, struct newton_point *), size_t parameters)
{
    struct newton_problem problem = {.parameters = parameters, .evaluate = evaluate, .evaluations_max = 100};
    for (size_t i = 0; i < parameters; i++) {
        problem.low[i] = -20;
        problem.high[i] = 20;
    }
    return problem;
}

/* A dome around (1, 2) whose axes are not those of the parameters. */
static void dome(void *context, struct newton_point *point)
{
    double x = point->at[0] - 1, y = point->at[1] - 2;
    (void)context;
    memset(point->second, 0, sizeof(point->second));
    point->value = -(3 * x * x + 2 * x * y + y * y);
    point->gradient[0] = -6 * x - 2 * y;
    point->gradient[1] = -2 * x - 2 * y;
    point->second[0][0] = -6;
    point->second[0][1] = point->second[1][0] = -2;
    point->second[1][1] = -2;
}

/* Rosenbrock's valley, upside down: its second derivatives are indefinite over half of the plane. */
static void valley(void *context, struct newton_point *point)
{
    double x = point->at[0], y = point->at[1], off = y - x * x;
    (void)context;
    memset(point->second, 0, sizeof(point->second));
    point->value = -(100 * off * off + (1 - x) * (1 - x));
    point->gradient[0] = 400 * x * off + 2 * (1 - x);
    point->gradient[1] = -200 * off;
    point->second[0][0] = 400 * off - 800 * x * x - 2;
    point->second[0][1] = point->second[1][0] = 400 * x;
    point->second[1][1] = -200;
}

/* Rises for ever along x = y, ever less, and falls away from it. */
static void ridge(void *context, struct newton_point *point)
{
    double x = point->at[0], y = point->at[1];
    (void)context;
    memset(point->second, 0, sizeof(point->second));
    point->value = -exp(-x) - 10 * (x - y) * (x - y);
    point->gradient[0] = exp(-x) - 20 * (x - y);
    point->gradient[1] = 20 * (x - y);
    point->second[0][0] = -exp(-x) - 20;
    point->second[0][1] = point->second[1][0] = 20;
    point->second[1][1] = -20;
}

/* A sharp crest: from outside its bend Newton's full step lands further out on the other side. */
static void crest(void *context, struct newton_point *point)
{
    double z = 10 * point->at[0], root = sqrt(1 + z * z);
    (void)context;
    point->value = -root;
    point->gradient[0] = -10 * z / root;
    point->second[0][0] = -100 / (root * root * root);
}

/* Rises like -1 / x: far out each step gains next to nothing, and none is the last. */
static void plain(void *context, struct newton_point *point)
{
    double x = point->at[0];
    (void)context;
    point->value = -1 / x;
    point->gradient[0] = 1 / (x * x);
    point->second[0][0] = -2 / (x * x * x);
}

static void a_dome_takes_one_step(void **state)
{
    const struct newton_problem problem = problem_of(dome, 2);
    struct newton_point point = {.at = {0.5, 1}};
    int evaluations = 5;
    (void)state;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
    near(point.at[0], 1, 1e-14);
    near(point.at[1], 2, 1e-14);
    /* The start, the step, and the step of length 0 that shows that it is the top; added to what was there. */
    assert_int_equal(evaluations, 5 + 3);
}

static void a_maximum_on_the_edge_of_the_box_is_found(void **state)
{
    struct newton_problem problem = problem_of(dome, 2);
    struct newton_point point = {.at = {5, 5}};
    int evaluations = 0;
    (void)state;
    problem.low[0] = 3;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
    near(point.at[0], 3, 0);
    near(point.at[1], 0, 1e-12); /* the best y is 2 - (x - 1) */
    problem.low[1] = 1;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
    near(point.at[0], 3, 0);
    near(point.at[1], 1, 0);
    near(point.value, -(12 - 4 + 1), 1e-12);
}

static void a_bent_valley_is_climbed_from_everywhere(void **state)
{
    const struct newton_problem problem = problem_of(valley, 2);
    (void)state;
    for (double x = -8; x <= 8; x += 2)
        for (double y = -8; y <= 8; y += 2) {
            struct newton_point point = {.at = {x, y}};
            int evaluations = 0;
            assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
            near(point.at[0], 1, 1e-9);
            near(point.at[1], 1, 1e-9);
        }
}

static void a_step_that_lands_lower_is_shortened(void **state)
{
    const struct newton_problem problem = problem_of(crest, 1);
    (void)state;
    for (double x = 0.1; x < 15; x *= 1.5) { /* z = 1 goes to and fro between 1 and -1 */
        struct newton_point point = {.at = {x}};
        int evaluations = 0;
        assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
        near(point.at[0], 0, 1e-9);
    }
}

static void a_rise_without_end_settles(void **state)
{
    struct newton_problem problem = problem_of(ridge, 2);
    struct newton_point point = {.at = {0, 3}};
    int evaluations = 0;
    (void)state;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
    assert_true(point.value > -1e-6);
    assert_true(evaluations < 40);
    problem.high[0] = 4;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
    near(point.at[0], 4, 0);
    near(point.at[1], 4, 1e-9);
}

static void steps_that_gain_next_to_nothing_end(void **state)
{
    struct newton_problem problem = problem_of(plain, 1);
    struct newton_point point = {.at = {5000}};
    int evaluations = 0;
    (void)state;
    problem.high[0] = 1e9;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_OK);
    assert_true(point.at[0] > 5000);
    assert_true(evaluations < 10);
}

static void the_search_ends_at_its_bound_with_the_best_seen(void **state)
{
    struct newton_problem problem = problem_of(valley, 2);
    struct newton_point point = {.at = {-1.2, 1}};
    int evaluations = 0;
    (void)state;
    valley(NULL, &point);
    double before = point.value;
    problem.evaluations_max = 6;
    assert_int_equal(newton_maximise(&problem, &point, &evaluations), RC_LIMITED);
    assert_int_equal(evaluations, 6);
    assert_true(point.value > before);
}

static void derivatives_by_logs_follow_the_chain_rule(void **state)
{
    const double of[] = {2, 5};
    struct newton_point point = {.gradient = {3, -1}, .second = {{7, 4}, {4, -6}}};
    (void)state;
    newton_by_logs(&point, of, 2);
    near(point.gradient[0], 6, 0);
    near(point.gradient[1], -5, 0);
    near(point.second[0][0], 7 * 4 + 3 * 2, 0);
    near(point.second[0][1], 4 * 2 * 5, 0);
    near(point.second[1][0], 4 * 2 * 5, 0);
    near(point.second[1][1], -6 * 25 - 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dome_takes_one_step),
        cmocka_unit_test(a_maximum_on_the_edge_of_the_box_is_found),
        cmocka_unit_test(a_bent_valley_is_climbed_from_everywhere),
        cmocka_unit_test(a_step_that_lands_lower_is_shortened),
        cmocka_unit_test(a_rise_without_end_settles),
        cmocka_unit_test(steps_that_gain_next_to_nothing_end),
        cmocka_unit_test(the_search_ends_at_its_bound_with_the_best_seen),
        cmocka_unit_test(derivatives_by_logs_follow_the_chain_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
