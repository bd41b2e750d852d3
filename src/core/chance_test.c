/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/chance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rand.h"

/* Fader, Hardie and Lee 2005, rounded as published; weeks. */
static const struct chance_model PUBLISHED = {.243, 4.414, .793, 2.426};
static const struct spend_model SPEND = {6.25, 3.74, 15.44};

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        print_error("%.15g, not %.15g\n", got, want);
    assert_true(fabs(got - want) <= within);
}

/* Nine decimals were written down: half of the last, and a bit for decimal fractions. */
static void same(double got, double written) { near(got, written, 5.01e-10); }

/* A factor between `low` and `high`, all magnitudes alike. */
static double spread(struct rand_stream *stream, double low, double high)
{
    return low * pow(high / low, rand_unit(stream));
}

static struct chance_model any_model(struct rand_stream *stream)
{
    return (struct chance_model){spread(stream, 1e-3, 1e3), spread(stream, 1e-2, 1e4), spread(stream, 1e-4, 1e4),
                                 spread(stream, 1e-4, 1e4)};
}

static struct chance_client any_client(struct rand_stream *stream)
{
    double x = rand_unit(stream) < 0.3 ? 0 : floor(spread(stream, 1, 1e5));
    return (struct chance_client){x, x > 0 ? spread(stream, 1e-6, 1e5) : 0, spread(stream, 1e-9, 1e6)};
}

/* --- known answers ----------------------------------------------------------------------------------------------- */
static void bgnbd_gives_the_known_answers(void **state)
{
    static const struct row {
        double x, tx, t, alive, within_39, within_13, order_90_days, log_likelihood;
    } rows[] = {
        {0, 0, 38.857143, 1, 0.195109664, 0.069931025, 0.061260633, -0.554697233},
        {1, 1.714286, 38.857143, 0.212260072, 0.203351049, 0.074736840, 0.058646380, -4.469760976},
        {2, 30.43, 38.86, 0.726578570, 1.226028175, 0.457209787, 0.321186244, -9.458606307},
        {7, 29.43, 38.86, 0.641756346, 3.337053275, 1.279136409, 0.544239670, -21.863276271},
        {10, 10, 39, 0.000179362, 0.001301905, 0.000501844, 0.000166779, -18.924377348},
        {10, 37, 39, 0.898870136, 6.524470563, 2.514982637, 0.835808937, -27.443864061},
        {26, 30.86, 31.0, 0.968915650, 20.749726141, 8.277487448, 0.968629712, -37.726579473},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct row *row = &rows[i];
        const struct chance_client client = {row->x, row->tx, row->t - row->tx};
        same(bgnbd_alive(&PUBLISHED, &client), row->alive);
        same(bgnbd_expected(&PUBLISHED, &client, 39), row->within_39);
        same(bgnbd_expected(&PUBLISHED, &client, 13), row->within_13);
        same(bgnbd_order_within(&PUBLISHED, &client, 90.0 / 7), row->order_90_days);
        same(bgnbd_log_likelihood(&PUBLISHED, &client), row->log_likelihood);
    }
}

static void bgnbd_expects_the_known_orders_of_a_new_client(void **state)
{
    static const double rows[][2] = {{0.142857, 0.007826003}, {1, 0.053267891},  {3, 0.150865231},
                                     {32, 1.045243328},       {39, 1.196723193}, {78, 1.860519058}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        same(bgnbd_expected_new(&PUBLISHED, rows[i][0]), rows[i][1]);
}

static void spend_gives_the_known_answers(void **state)
{
    static const double rows[][3] = {
        {0, 0, 35.218978102}, {1, 11.77, 18.916852058}, {2, 22.35, 24.663713911}, {7, 73.74, 71.469670897}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        same(spend_expected(&SPEND, rows[i][0], rows[i][1]), rows[i][2]);
}

static void spend_without_a_mean_is_infinite(void **state)
{
    const struct spend_model heavy = {2, 0.8, 15};
    (void)state;
    assert_true(isinf(spend_expected(&heavy, 0, 0)));
    same(spend_expected(&heavy, 1, 10), (15 + 10) * 2 / (2 + 0.8 - 1));
}

/* The density of m integrates to 1 and has the mean that the model's parameters say: p v / (q - 1). */
static void spend_likelihood_is_a_density(void **state)
{
    static const double x[] = {1, 2, 7, 40};
    (void)state;
    for (size_t i = 0; i < sizeof(x) / sizeof(*x); i++) {
        double mass = 0, mean = 0, step = 0.01;
        for (double u = -15; u < 30; u += step) {
            double m = exp(u), density = exp(spend_log_likelihood(&SPEND, x[i], m)) * m * step;
            mass += density;
            mean += density * m;
        }
        near(mass, 1, 1e-9);
        near(mean, spend_expected(&SPEND, 0, 0), 1e-6);
    }
}

/* --- properties -------------------------------------------------------------------------------------------------- */
static void no_history_and_no_model_gives_anything_but_a_number(void **state)
{
    struct rand_stream stream;
    (void)state;
    rand_seed(&stream, 1);
    for (int i = 0; i < 100000; i++) {
        const struct chance_model model = any_model(&stream);
        const struct chance_client client = any_client(&stream);
        double horizon = spread(&stream, 1e-9, 1e6), order = chance_order_within(&model, &client, horizon);
        double alive = chance_alive(&model, &client), yardstick = bgnbd_order_within(&model, &client, horizon);
        assert_true(alive >= 0 && alive <= 1);
        assert_true(order >= 0 && order <= alive);
        assert_true(yardstick >= 0 && yardstick <= bgnbd_alive(&model, &client));
        assert_true(isfinite(chance_log_likelihood(&model, &client)));
        assert_true(isfinite(bgnbd_log_likelihood(&model, &client)));
        if (i % 20 == 0) {
            /* The mean of a count is no less than the chance that it is not 0. */
            double expected = bgnbd_expected(&model, &client, horizon);
            assert_true(expected >= yardstick * (1 - 1e-9) && isfinite(expected));
        }
    }
}

static void the_chance_falls_strictly_in_silence(void **state)
{
    struct rand_stream stream;
    (void)state;
    rand_seed(&stream, 2);
    for (int i = 0; i < 2000; i++) {
        const struct chance_model model = {spread(&stream, 0.05, 5), spread(&stream, 1, 300), spread(&stream, 0.05, 5),
                                           spread(&stream, 0.05, 20)};
        struct chance_client client = any_client(&stream);
        client.gaps = fmin(client.gaps, 200);
        double horizon = spread(&stream, 1, 365), before = 2, alive_before = 2;
        for (client.silence = 0; client.silence < 1500; client.silence += 1 + client.silence / 20) {
            double order = chance_order_within(&model, &client, horizon), alive = chance_alive(&model, &client);
            assert_true(alive < alive_before || alive < 1e-300);
            /* Next to certainty a double holds no difference. */
            assert_true(order < before || order < 1e-300 || order > 1 - 1e-12);
            before = order;
            alive_before = alive;
        }
    }
}

static void an_order_raises_the_chance(void **state)
{
    struct rand_stream stream;
    (void)state;
    rand_seed(&stream, 3);
    for (int i = 0; i < 10000; i++) {
        const struct chance_model model = any_model(&stream);
        const struct chance_client before = any_client(&stream);
        const struct chance_client after = {before.gaps + 1, before.span + before.silence, 0};
        assert_true(chance_alive(&model, &after) >= chance_alive(&model, &before));
        assert_true(chance_order_within(&model, &after, 30) >= chance_order_within(&model, &before, 30));
    }
}

static void the_silence_is_the_one_at_which_the_chance_crosses(void **state)
{
    struct rand_stream stream;
    int crossings = 0;
    (void)state;
    rand_seed(&stream, 4);
    for (int i = 0; i < 20000; i++) {
        const struct chance_model model = {spread(&stream, 0.02, 20), spread(&stream, 0.1, 1000),
                                           spread(&stream, 0.01, 20), spread(&stream, 0.01, 50)};
        struct chance_client client = any_client(&stream);
        double horizon = spread(&stream, 0.1, 1000), level = spread(&stream, 1e-4, 0.999), limit = 36500;
        client.silence = NAN; /* is not read */
        double silence = chance_silence_until(&model, &client, horizon, level, limit);
        assert_true(silence >= 0 && silence <= limit);
        client.silence = fmax(silence - 1e-9, 0);
        if (silence > 0)
            assert_true(chance_order_within(&model, &client, horizon) >= level * (1 - 1e-13));
        client.silence = silence + 1e-9;
        if (silence < limit)
            assert_true(chance_order_within(&model, &client, horizon) <= level * (1 + 1e-13));
        crossings += silence > 0 && silence < limit;
    }
    assert_true(crossings > 5000);
}

static void a_crossing_outside_the_limits_is_a_limit(void **state)
{
    const struct chance_client client = {2, 30, 0};
    (void)state;
    double now = chance_order_within(&CHANCE_PRIOR_DAYS, &client, 30);
    near(chance_silence_until(&CHANCE_PRIOR_DAYS, &client, 30, now + 1e-9, 365), 0, 0);
    near(chance_silence_until(&CHANCE_PRIOR_DAYS, &client, 30, 1, 365), 0, 0);
    near(chance_silence_until(&CHANCE_PRIOR_DAYS, &client, 30, 0, 365), 365, 0);
    near(chance_silence_until(&CHANCE_PRIOR_DAYS, &client, 30, 1e-9, 365), 365, 0);
}

/* In a short time the chance is the rate, (r + x) / (alpha + T), times the time, for who is still there. */
static void a_millisecond_ahead_keeps_its_digits(void **state)
{
    struct rand_stream stream;
    const double ms = 1.0 / 86400000;
    (void)state;
    rand_seed(&stream, 5);
    for (int i = 0; i < 1000; i++) {
        const struct chance_model model = {spread(&stream, 0.1, 2), spread(&stream, 10, 100), 0.8, 2};
        const struct chance_client client = {floor(spread(&stream, 1, 50)), 200, spread(&stream, 1, 60)};
        double rate = (model.r + client.gaps) / (model.alpha + client.span + client.silence);
        double alive = chance_alive(&model, &client), order = chance_order_within(&model, &client, ms);
        near(order / (alive * rate * ms), 1, 1e-8);
        near(bgnbd_expected(&model, &client, ms) / (bgnbd_alive(&model, &client) * rate * ms), 1, 1e-8);
    }
}

static void bgnbd_holds_those_who_bought_once_alive(void **state)
{
    const struct chance_client client = {0, 0, 100000};
    (void)state;
    near(bgnbd_alive(&CHANCE_PRIOR_DAYS, &client), 1, 0);
    assert_true(chance_alive(&CHANCE_PRIOR_DAYS, &client) < 0.1);
}

/* A new client's orders by a sum in place of the integral: the m-th comes if the rate makes m orders (negative binomial)
 * and none of the m - 1 before it was the last. All terms are positive. */
static double expected_by_sum(const struct chance_model *model, double t)
{
    double z = t / (model->alpha + t), chance = pow(1 - z, model->r), reached = 0, stays = 1, sum = 0;
    for (double m = 0; m < 200000; m++) {
        sum += chance * reached;
        chance *= z * (model->r + m) / (m + 1);
        reached += stays;
        stays *= (model->b + m) / (model->a + model->b + m);
    }
    return sum;
}

static void expected_orders_agree_with_the_sum_over_counts(void **state)
{
    static const struct chance_model rows[] = {
        {.243, 4.414, .793, 2.426}, {.243, 4.414, 1, 2.426}, {.243, 4.414, 1 + 1e-9, 2.426},
        {5, 10, .01, .3},           {.5, 30, 3, .2},         {40, 300, 2000, 9000},
        {1e-3, 1, 1e-3, 1e-3},      {.5, 30, 400, .02},      {200, 3000, .7, 2},
        {.5, 30, .5, .5},
    };
    static const double times[] = {1e-3, 1, 30, 365, 3000};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        for (size_t j = 0; j < sizeof(times) / sizeof(*times); j++)
            near(bgnbd_expected_new(&rows[i], times[j]) / expected_by_sum(&rows[i], times[j]), 1, 2e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bgnbd_gives_the_known_answers),
        cmocka_unit_test(bgnbd_expects_the_known_orders_of_a_new_client),
        cmocka_unit_test(spend_gives_the_known_answers),
        cmocka_unit_test(spend_without_a_mean_is_infinite),
        cmocka_unit_test(spend_likelihood_is_a_density),
        cmocka_unit_test(no_history_and_no_model_gives_anything_but_a_number),
        cmocka_unit_test(the_chance_falls_strictly_in_silence),
        cmocka_unit_test(an_order_raises_the_chance),
        cmocka_unit_test(the_silence_is_the_one_at_which_the_chance_crosses),
        cmocka_unit_test(a_crossing_outside_the_limits_is_a_limit),
        cmocka_unit_test(a_millisecond_ahead_keeps_its_digits),
        cmocka_unit_test(bgnbd_holds_those_who_bought_once_alive),
        cmocka_unit_test(expected_orders_agree_with_the_sum_over_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
