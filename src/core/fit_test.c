/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fits to shops simulated from known parameters, so that the truth is known; the public shop is in fit_cdnow_test.c. */
#include "core/fit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"

/* The 99.9 % point of chi-squared with 4 and with 3 degrees of freedom: twice the log likelihood that a fit gains over
 * the truth is distributed so. Seeds are fixed, so a test either holds or does not. */
#define CHI2_4 18.47
#define CHI2_3 16.27

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.12g, not %.12g\n", got, want);
    assert_true(fabs(got - want) <= within);
}

static void near_model(const struct chance_model *got, const struct chance_model *want, double relative)
{
    near(got->r / want->r, 1, relative);
    near(got->alpha / want->alpha, 1, relative);
    near(got->a / want->a, 1, relative);
    near(got->b / want->b, 1, relative);
}

/* --- simulated shops --------------------------------------------------------------------------------------------- */
struct shop {
    struct chance_client *clients;
    double *next; /* of each client after the last day: days until the next order, or INFINITY */
    size_t count;
};

/* Orders by the model's own words: a gamma rate, a beta chance to be gone after an order, in the MBG/NBD also after the
 * first; first orders spread over `days`. */
static struct shop make_shop(const struct chance_model *model, enum fit_model kind, size_t count, double days,
                             uint64_t seed)
{
    struct shop shop = {mem_new(count, sizeof(*shop.clients)), mem_new(count, sizeof(*shop.next)), count};
    struct rand_stream stream;
    rand_seed(&stream, seed);
    for (size_t i = 0; i < count; i++) {
        double rate = rand_gamma(&stream, model->r, model->alpha);
        double gone = rand_gamma(&stream, model->a, 1), stay = rand_gamma(&stream, model->b, 1),
               p = gone / (gone + stay);
        double first = rand_unit(&stream) * days, last = first, at = first, x = 0;
        bool is_gone = kind == FIT_MBG && rand_unit(&stream) < p;
        while (!is_gone && (at += rand_exponential(&stream, rate)) < days) {
            x++;
            last = at;
            is_gone = rand_unit(&stream) < p;
        }
        shop.clients[i] = (struct chance_client){x, last - first, days - last};
        shop.next[i] = is_gone ? INFINITY : at - days;
    }
    return shop;
}

static void free_shop(struct shop *shop)
{
    mem_free(shop->clients);
    mem_free(shop->next);
}

static double likelihood_of(const struct shop *shop, enum fit_model kind, const struct chance_model *model)
{
    double sum = 0;
    for (size_t i = 0; i < shop->count; i++)
        sum += kind == FIT_MBG ? chance_log_likelihood(model, &shop->clients[i])
                               : bgnbd_log_likelihood(model, &shop->clients[i]);
    return sum;
}

static void a_fit_recovers_the_parameters_of_a_simulated_shop(void **state)
{
    static const struct row {
        enum fit_model kind;
        struct chance_model truth;
        double days;
        double within; /* relative; about three standard errors at 20,000 clients */
    } rows[] = {{FIT_MBG, {0.6, 40, 0.8, 2.0}, 700, 0.2},
                {FIT_MBG, {1.5, 20, 0.5, 3.0}, 500, 0.12},
                {FIT_BGNBD, {0.25, 30, 0.8, 2.4}, 700, 0.15},
                {FIT_BGNBD, {0.8, 60, 1.2, 6.0}, 900, 0.2}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct row *row = &rows[i];
        struct shop shop = make_shop(&row->truth, row->kind, 20000, row->days, 100 + i);
        const struct fit_options options = {.model = row->kind};
        struct fit_result result;
        assert_int_equal(fit_chance(shop.clients, shop.count, &options, &result), RC_OK);
        near_model(&result.model, &row->truth, row->within);
        near(result.log_likelihood / likelihood_of(&shop, row->kind, &result.model), 1, 1e-11);
        double gain = 2 * (result.log_likelihood - likelihood_of(&shop, row->kind, &row->truth));
        assert_true(gain > 0 && gain < CHI2_4);
        free_shop(&shop);
    }
}

/* What the formula promises comes true: among clients of like chance, as many order as it says. */
static void the_chance_of_an_order_comes_true(void **state)
{
    enum { BANDS = 10, CLIENTS = 200000 };
    const struct chance_model truth = {0.6, 40, 0.8, 2.0};
    struct shop shop = make_shop(&truth, FIT_MBG, CLIENTS, 700, 9);
    double promised[BANDS] = {0}, spread[BANDS] = {0}, came[BANDS] = {0}, alive = 0, is_alive = 0;
    (void)state;
    for (size_t i = 0; i < shop.count; i++) {
        double chance = chance_order_within(&truth, &shop.clients[i], 90);
        size_t band = (size_t)(chance * BANDS);
        promised[band] += chance;
        spread[band] += chance * (1 - chance);
        came[band] += shop.next[i] <= 90;
        alive += chance_alive(&truth, &shop.clients[i]);
        is_alive += isfinite(shop.next[i]);
    }
    for (size_t i = 0; i < BANDS; i++)
        near(came[i], promised[i], 4 * sqrt(spread[i]) + 1e-9);
    near(is_alive / CLIENTS, alive / CLIENTS, 4 * 0.5 / sqrt(CLIENTS));
    free_shop(&shop);
}

/* --- what does not matter ---------------------------------------------------------------------------------------- */
static void the_start_makes_no_difference(void **state)
{
    /* This shop's likelihood has two hills: with r 0.54 and with r 0.06, the second a little higher. */
    const struct chance_model truth = {0.3, 11, 0.8, 0.34},
                              starts[] = {{0.5, 30, 0.7, 2}, {0.54, 15, 0.77, 0.16}, {0.06, 6.5, 1.5, 2.8},
                                          {5, 1, 20, 0.1},   {0.01, 900, 0.02, 9},   {-1, 30, 0.7, 2},
                                          {NAN, 30, 0.7, 2}, {0.5, INFINITY, 1, 1}};
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct shop shop = make_shop(&truth, FIT_MBG, 300, 700, seed);
        struct fit_options options = {.prior = true};
        struct fit_result want, got;
        assert_int_equal(fit_chance(shop.clients, shop.count, &options, &want), RC_OK);
        for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
            options.start = &starts[i];
            assert_int_equal(fit_chance(shop.clients, shop.count, &options, &got), RC_OK);
            near_model(&got.model, &want.model, 1e-6);
        }
        free_shop(&shop);
    }
}

static void the_order_of_the_clients_makes_no_difference(void **state)
{
    const struct chance_model truth = {0.6, 40, 0.8, 2.0};
    struct shop shop = make_shop(&truth, FIT_MBG, 6000, 700, 11);
    const struct fit_options options = {.prior = true};
    struct fit_result first, second;
    (void)state;
    assert_int_equal(fit_chance(shop.clients, shop.count, &options, &first), RC_OK);
    for (size_t i = 0; i < shop.count / 2; i++) {
        struct chance_client moved = shop.clients[i];
        shop.clients[i] = shop.clients[shop.count - 1 - i];
        shop.clients[shop.count - 1 - i] = moved;
    }
    assert_int_equal(fit_chance(shop.clients, shop.count, &options, &second), RC_OK);
    assert_memory_equal(&first.model, &second.model, sizeof(first.model));
    assert_int_equal(first.evaluations, second.evaluations);
    free_shop(&shop);
}

static void the_unit_of_time_only_scales_alpha(void **state)
{
    const struct chance_model truth = {0.6, 40, 0.8, 2.0};
    struct shop shop = make_shop(&truth, FIT_MBG, 3000, 700, 12);
    const struct fit_options options = {.model = FIT_MBG};
    struct fit_result days, years;
    (void)state;
    assert_int_equal(fit_chance(shop.clients, shop.count, &options, &days), RC_OK);
    for (size_t i = 0; i < shop.count; i++) {
        shop.clients[i].span /= 365;
        shop.clients[i].silence /= 365;
    }
    assert_int_equal(fit_chance(shop.clients, shop.count, &options, &years), RC_OK);
    years.model.alpha *= 365;
    near_model(&years.model, &days.model, 1e-8);
    near(years.log_likelihood, days.log_likelihood + days.gaps * log(365), 1e-6);
    free_shop(&shop);
}

/* Above SCOUTED histories the search begins on a sample; it must still end on the top of the whole. */
static void a_large_shop_is_fitted_to_the_top(void **state)
{
    const struct chance_model truth = {0.6, 40, 0.8, 2.0};
    struct shop shop = make_shop(&truth, FIT_MBG, 50000, 700, 13);
    const struct fit_options options = {.model = FIT_MBG};
    struct fit_result result;
    (void)state;
    assert_int_equal(fit_chance(shop.clients, shop.count, &options, &result), RC_OK);
    const struct chance_model *top = &result.model;
    for (int i = 0; i < 8; i++) {
        double by = 1 + (i % 2 ? 1e-4 : -1e-4);
        const struct chance_model aside = {top->r * (i / 2 == 0 ? by : 1), top->alpha * (i / 2 == 1 ? by : 1),
                                           top->a * (i / 2 == 2 ? by : 1), top->b * (i / 2 == 3 ? by : 1)};
        assert_true(likelihood_of(&shop, FIT_MBG, &aside) < result.log_likelihood);
    }
    free_shop(&shop);
}

/* --- small and odd shops ----------------------------------------------------------------------------------------- */
static void without_clients_the_prior_gives_its_mode(void **state)
{
    const struct chance_model start = {3, 3, 3, 3};
    const struct fit_options options = {.prior = true}, warm = {.prior = true, .start = &start};
    struct fit_result result;
    (void)state;
    assert_int_equal(fit_chance(NULL, 0, &options, &result), RC_OK);
    near_model(&result.model, &CHANCE_PRIOR_DAYS, 1e-12);
    near(result.log_likelihood, 0, 0);
    assert_int_equal(fit_chance(NULL, 0, &warm, &result), RC_OK);
    near_model(&result.model, &CHANCE_PRIOR_DAYS, 1e-12);
}

static void the_prior_yields_to_the_history(void **state)
{
    const struct chance_model truth = {2, 400, 0.2, 4};
    const struct fit_options prior = {.prior = true}, plain = {.prior = false};
    struct fit_result with, without;
    double apart = INFINITY;
    (void)state;
    for (size_t count = 100; count <= 100000; count *= 10) {
        struct shop shop = make_shop(&truth, FIT_MBG, count, 1500, 14);
        assert_int_equal(fit_chance(shop.clients, count, &prior, &with), RC_OK);
        assert_int_equal(fit_chance(shop.clients, count, &plain, &without), RC_OK);
        assert_true(with.log_likelihood <= without.log_likelihood + 1e-6);
        double now = fabs(log(with.model.alpha / without.model.alpha));
        assert_true(now < apart);
        apart = now;
        free_shop(&shop);
    }
    assert_true(apart < 0.01);
}

static void nothing_to_fit_is_invalid(void **state)
{
    const struct chance_client once[] = {{0, 0, 30}, {0, 0, 60}}, bad[] = {{1, 20, 30}, {1.5, 20, 30}};
    const struct fit_options plain = {.model = FIT_MBG}, prior = {.prior = true};
    struct fit_result result;
    (void)state;
    assert_int_equal(fit_chance(NULL, 0, &plain, &result), RC_INVALID);
    assert_int_equal(fit_chance(once, 2, &plain, &result), RC_INVALID);
    assert_int_equal(fit_chance(bad, 2, &prior, &result), RC_INVALID);
    assert_int_equal(fit_chance(once, 2, &prior, &result), RC_OK);
    assert_int_equal(result.clients, 2);
}

/* Shops whose likelihood has no maximum: all as regular as a clock, all gone at once, one client, all on one day. */
static void a_shop_without_a_maximum_still_settles(void **state)
{
    static const struct chance_client shops[][4] = {
        {{10, 300, 3}, {10, 300, 3}, {10, 300, 3}, {10, 300, 3}},
        {{0, 0, 900}, {0, 0, 900}, {1, 1, 900}, {0, 0, 900}},
        {{1, 5, 2}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
        {{3, 0, 0}, {0, 0, 0}, {0, 0, 0}, {5, 0, 0}},
        {{FIT_GAPS_EACH_MAX, 1e6, 0}, {0, 0, 1e-9}, {1, 1e9, 1}, {0, 0, 1e12}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(shops) / sizeof(*shops); i++)
        for (int kind = 0; kind < 4; kind++) {
            const struct fit_options options = {.model = kind % 2 ? FIT_BGNBD : FIT_MBG, .prior = kind / 2};
            struct fit_result result;
            assert_int_equal(fit_chance(shops[i], 4, &options, &result), RC_OK);
            const struct chance_model *model = &result.model;
            assert_true(model->r > 0 && model->alpha > 0 && model->a > 0 && model->b > 0);
            assert_true(isfinite(model->r + model->alpha + model->a + model->b + result.log_likelihood));
            double chance = chance_order_within(model, &shops[i][0], 30);
            assert_true(chance >= 0 && chance <= 1);
            assert_true(result.evaluations <= 4 * 200);
        }
}

static void random_small_shops_always_settle(void **state)
{
    struct rand_stream stream;
    (void)state;
    rand_seed(&stream, 15);
    for (int i = 0; i < 300; i++) {
        const struct chance_model truth = {exp(rand_normal(&stream) - 0.7), exp(1.5 * rand_normal(&stream) + 3.5),
                                           exp(rand_normal(&stream) - 0.3), exp(rand_normal(&stream) + 0.7)};
        struct shop shop = make_shop(&truth, i % 2 ? FIT_BGNBD : FIT_MBG, 60, 300, 1000 + (uint64_t)i);
        const struct fit_options options = {.model = i % 2 ? FIT_BGNBD : FIT_MBG, .prior = i % 4 < 2};
        struct fit_result result;
        enum rc rc = fit_chance(shop.clients, shop.count, &options, &result);
        assert_int_equal(rc, result.gaps > 0 || options.prior ? RC_OK : RC_INVALID);
        if (rc == RC_OK && !options.prior)
            assert_true(result.log_likelihood > likelihood_of(&shop, options.model, &truth));
        free_shop(&shop);
    }
}

/* --- values of orders -------------------------------------------------------------------------------------------- */
/* Mean values by the model's own words: a client's scale is gamma(q, v), an order's value gamma(p, scale). */
static struct fit_spend_row *make_spend(const struct spend_model *truth, size_t count, uint64_t seed)
{
    struct fit_spend_row *rows = mem_new(count, sizeof(*rows));
    struct rand_stream stream;
    rand_seed(&stream, seed);
    for (size_t i = 0; i < count; i++) {
        double x = 1 + floor(rand_exponential(&stream, 0.5)), scale = rand_gamma(&stream, truth->q, truth->v);
        rows[i] = (struct fit_spend_row){x, rand_gamma(&stream, truth->p * x, scale) / x};
    }
    return rows;
}

static double spend_of(const struct fit_spend_row *rows, size_t count, const struct spend_model *model)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += spend_log_likelihood(model, rows[i].x, rows[i].m);
    return sum;
}

static void spend_recovers_the_parameters_in_any_currency(void **state)
{
    enum { CLIENTS = 20000 };
    const struct spend_model truth = {6, 4, 15};
    (void)state;
    for (double unit = 1e-3; unit < 1e9; unit *= 1e4) {
        struct fit_spend_row *rows = make_spend(&truth, CLIENTS, 16);
        struct fit_spend_result result;
        for (size_t i = 0; i < CLIENTS; i++)
            rows[i].m *= unit;
        assert_int_equal(fit_spend(rows, CLIENTS, &result), RC_OK);
        near(result.model.p / truth.p, 1, 0.1);
        near(result.model.q / truth.q, 1, 0.1);
        near(result.model.v / (truth.v * unit), 1, 0.15);
        near(result.log_likelihood / spend_of(rows, CLIENTS, &result.model), 1, 1e-11);
        const struct spend_model scaled = {truth.p, truth.q, truth.v * unit};
        double gain = 2 * (result.log_likelihood - spend_of(rows, CLIENTS, &scaled));
        assert_true(gain > 0 && gain < CHI2_3);
        for (int i = 0; i < 6; i++) {
            double by = 1 + (i % 2 ? 1e-4 : -1e-4);
            const struct spend_model aside = {result.model.p * (i / 2 == 0 ? by : 1),
                                              result.model.q * (i / 2 == 1 ? by : 1),
                                              result.model.v * (i / 2 == 2 ? by : 1)};
            assert_true(spend_of(rows, CLIENTS, &aside) < result.log_likelihood);
        }
        mem_free(rows);
    }
}

static void spend_leaves_out_rows_without_orders_or_value(void **state)
{
    const struct spend_model truth = {6, 4, 15};
    struct fit_spend_row *rows = make_spend(&truth, 1000, 17);
    struct fit_spend_result all, some;
    (void)state;
    assert_int_equal(fit_spend(rows, 995, &some), RC_OK);
    rows[995] = (struct fit_spend_row){3, INFINITY};
    rows[996] = (struct fit_spend_row){0, 5};
    rows[997] = (struct fit_spend_row){3, 0};
    rows[998] = (struct fit_spend_row){3, NAN};
    rows[999] = (struct fit_spend_row){INFINITY, 5};
    assert_int_equal(fit_spend(rows, 1000, &all), RC_OK);
    assert_memory_equal(&all, &some, sizeof(all));
    assert_int_equal(fit_spend(rows + 995, 5, &all), RC_INVALID);
    assert_int_equal(fit_spend(NULL, 0, &all), RC_INVALID);
    mem_free(rows);
}

static void spend_of_one_price_settles(void **state)
{
    const struct fit_spend_row rows[] = {{1, 9.99}, {2, 9.99}, {5, 9.99}};
    struct fit_spend_result result;
    (void)state;
    assert_int_equal(fit_spend(rows, 3, &result), RC_OK);
    near(spend_expected(&result.model, 3, 9.99), 9.99, 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fit_recovers_the_parameters_of_a_simulated_shop),
        cmocka_unit_test(the_chance_of_an_order_comes_true),
        cmocka_unit_test(the_start_makes_no_difference),
        cmocka_unit_test(the_order_of_the_clients_makes_no_difference),
        cmocka_unit_test(the_unit_of_time_only_scales_alpha),
        cmocka_unit_test(a_large_shop_is_fitted_to_the_top),
        cmocka_unit_test(without_clients_the_prior_gives_its_mode),
        cmocka_unit_test(the_prior_yields_to_the_history),
        cmocka_unit_test(nothing_to_fit_is_invalid),
        cmocka_unit_test(a_shop_without_a_maximum_still_settles),
        cmocka_unit_test(random_small_shops_always_settle),
        cmocka_unit_test(spend_recovers_the_parameters_in_any_currency),
        cmocka_unit_test(spend_leaves_out_rows_without_orders_or_value),
        cmocka_unit_test(spend_of_one_price_settles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
