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
        print_error("%.12g, not %.12g\n", got, want);
    assert_true(fabs(got - want) <= within);
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
        near(bgnbd_alive(&PUBLISHED, &client), row->alive, 5.1e-10);
        near(bgnbd_expected(&PUBLISHED, &client, 39), row->within_39, 5.1e-10);
        near(bgnbd_expected(&PUBLISHED, &client, 13), row->within_13, 5.1e-10);
        near(bgnbd_order_within(&PUBLISHED, &client, 90.0 / 7), row->order_90_days, 5.1e-10);
        near(bgnbd_log_likelihood(&PUBLISHED, &client), row->log_likelihood, 5.1e-10);
    }
}

static void bgnbd_expects_the_known_orders_of_a_new_client(void **state)
{
    static const double rows[][2] = {{0.142857, 0.007826003}, {1, 0.053267891},  {3, 0.150865231},
                                     {32, 1.045243328},       {39, 1.196723193}, {78, 1.860519058}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        near(bgnbd_expected_new(&PUBLISHED, rows[i][0]), rows[i][1], 5.1e-10);
}

static void spend_gives_the_known_answers(void **state)
{
    static const double rows[][3] = {
        {0, 0, 35.218978102}, {1, 11.77, 18.916852058}, {2, 22.35, 24.663713911}, {7, 73.74, 71.469670897}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        near(spend_expected(&SPEND, rows[i][0], rows[i][1]), rows[i][2], 5.1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bgnbd_gives_the_known_answers),
        cmocka_unit_test(bgnbd_expects_the_known_orders_of_a_new_client),
        cmocka_unit_test(spend_gives_the_known_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
