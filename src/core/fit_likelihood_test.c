/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/fit_likelihood.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"

enum { CLIENTS = 3000 };

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.15g, not %.15g\n", got, want);
    assert_true(fabs(got - want) <= within);
}

/* Histories as they come, not from a model: few whole days, so that many are equal; one client in three ordered once. */
static struct chance_client *make_clients(void)
{
    struct chance_client *clients = mem_new(CLIENTS, sizeof(*clients));
    struct rand_stream stream;
    rand_seed(&stream, 6);
    for (size_t i = 0; i < CLIENTS; i++) {
        double x = fmax(0, floor(rand_gamma(&stream, 0.8, 0.3) - 0.5)), t = floor(rand_unit(&stream) * 60);
        double tx = x > 0 ? floor(rand_unit(&stream) * t) : 0;
        clients[i] = (struct chance_client){x, tx, t - tx};
    }
    return clients;
}

static double sum_of(const struct chance_client *clients, size_t count, enum fit_model model, const double *logs)
{
    const struct chance_model at = {exp(logs[0]), exp(logs[1]), exp(logs[2]), exp(logs[3])};
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += model == FIT_MBG ? chance_log_likelihood(&at, &clients[i]) : bgnbd_log_likelihood(&at, &clients[i]);
    return sum;
}

static const double POINTS[][NEWTON_PARAMETERS] = {{-0.7, 3, -0.3, 0.7},
                                                   {0.5, 1, 1, -1},
                                                   {-3, 5, -2, 2},
                                                   {2, 7, 4, 5},
                                                   {-1.4, 3.4, -0.2, 0.9}};
enum { POINT_COUNT = sizeof(POINTS) / sizeof(*POINTS) };

static void the_value_is_the_sum_over_the_clients(void **state)
{
    struct chance_client *clients = make_clients();
    (void)state;
    for (int model = FIT_MBG; model <= FIT_BGNBD; model++) {
        const struct fit_options options = {.model = (enum fit_model)model};
        struct likelihood likelihood;
        assert_int_equal(likelihood_init(&likelihood, clients, CLIENTS, &options), RC_OK);
        assert_true(likelihood.all.count < CLIENTS);
        for (size_t i = 0; i < POINT_COUNT; i++) {
            struct newton_point point = {.at = {POINTS[i][0], POINTS[i][1], POINTS[i][2], POINTS[i][3]}};
            likelihood_evaluate(&likelihood, &point);
            double sum = sum_of(clients, CLIENTS, options.model, POINTS[i]);
            near(point.value / sum, 1, 1e-12);
        }
        likelihood_clear(&likelihood);
    }
    mem_free(clients);
}

/* The gradient against differences of the value, the second derivatives against differences of the gradient. */
static void check_derivatives(struct likelihood *likelihood, const double *at)
{
    const double step = 1e-4;
    struct newton_point here = {.at = {at[0], at[1], at[2], at[3]}};
    likelihood_evaluate(likelihood, &here);
    for (size_t i = 0; i < NEWTON_PARAMETERS; i++) {
        struct newton_point below = here, above = here;
        below.at[i] -= step;
        above.at[i] += step;
        likelihood_evaluate(likelihood, &below);
        likelihood_evaluate(likelihood, &above);
        double scale = 1 + fabs(here.value);
        near((above.value - below.value) / (2 * step), here.gradient[i], 1e-7 * scale);
        for (size_t j = 0; j < NEWTON_PARAMETERS; j++)
            near((above.gradient[j] - below.gradient[j]) / (2 * step), here.second[i][j], 1e-7 * scale);
    }
}

static void derivatives_equal_numeric_differences(void **state)
{
    static const struct row {
        struct fit_options options;
        size_t stride;
    } rows[] = {{{.model = FIT_MBG}, 1},
                {{.model = FIT_BGNBD}, 1},
                {{.model = FIT_MBG, .prior = true}, 1},
                {{.model = FIT_MBG, .prior = true}, 7}};
    struct chance_client *clients = make_clients();
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct likelihood likelihood;
        assert_int_equal(likelihood_init(&likelihood, clients, CLIENTS, &rows[i].options), RC_OK);
        likelihood.stride = rows[i].stride;
        for (size_t j = 0; j < POINT_COUNT; j++)
            check_derivatives(&likelihood, POINTS[j]);
        likelihood_clear(&likelihood);
    }
    mem_free(clients);
}

static void the_prior_is_its_formula(void **state)
{
    const struct fit_options options = {.prior = true};
    const double m[] = {log(0.5), log(30), log(0.7), log(2)}, sd[] = {1.5, 2, 1.5, 1.5};
    struct likelihood likelihood;
    (void)state;
    assert_int_equal(likelihood_init(&likelihood, NULL, 0, &options), RC_OK);
    for (size_t i = 0; i < POINT_COUNT; i++) {
        struct newton_point point = {.at = {POINTS[i][0], POINTS[i][1], POINTS[i][2], POINTS[i][3]}};
        double penalty = 0;
        for (size_t j = 0; j < NEWTON_PARAMETERS; j++)
            penalty += pow((POINTS[i][j] - m[j]) / sd[j], 2) / 2;
        likelihood_evaluate(&likelihood, &point);
        near(point.value, -penalty, 1e-12);
    }
    likelihood_clear(&likelihood);
}

/* Every k-th of the sorted histories, taken for the whole, is near the whole; the prior weighs as much less as they do. */
static void a_sample_is_like_the_whole(void **state)
{
    struct chance_client *clients = make_clients();
    const struct fit_options options = {.model = FIT_MBG};
    struct likelihood likelihood;
    struct newton_point whole = {.at = {-0.7, 3, -0.3, 0.7}}, sample = whole, weighed = whole, prior = whole;
    (void)state;
    assert_int_equal(likelihood_init(&likelihood, clients, CLIENTS, &options), RC_OK);
    likelihood_evaluate(&likelihood, &whole);
    likelihood.stride = 4;
    likelihood_evaluate(&likelihood, &sample);
    near(4 * sample.value / whole.value, 1, 0.05);
    likelihood.prior = true;
    likelihood_evaluate(&likelihood, &weighed);
    likelihood.stride = 1;
    likelihood_evaluate(&likelihood, &prior);
    near(4 * (weighed.value - sample.value), prior.value - whole.value, 1e-8);
    likelihood_clear(&likelihood);
    mem_free(clients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_is_the_sum_over_the_clients),
        cmocka_unit_test(derivatives_equal_numeric_differences),
        cmocka_unit_test(the_prior_is_its_formula),
        cmocka_unit_test(a_sample_is_like_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
