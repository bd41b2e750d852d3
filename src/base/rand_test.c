/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Published sequences for the integers; moments, within six standard errors, for what is drawn from them. The streams are
 * seeded, so a test passes always or never. */
#include "base/rand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

#define DRAWS 200000

static void integers_are_those_of_the_reference_xoshiro(void **state)
{
    (void)state;
    /* The authors' xoshiro256starstar.c, from the state 1, 2, 3, 4. */
    struct rand_stream stream = {{1, 2, 3, 4}};
    static const uint64_t EXPECTED[] = {
        UINT64_C(11520),
        UINT64_C(0),
        UINT64_C(1509978240),
        UINT64_C(1215971899390074240),
        UINT64_C(1216172134540287360),
        UINT64_C(607988272756665600),
        UINT64_C(16172922978634559625),
        UINT64_C(8476171486693032832),
        UINT64_C(10595114339597558777),
        UINT64_C(2904607092377533576),
    };
    for (size_t i = 0; i < sizeof(EXPECTED) / sizeof(EXPECTED[0]); i++)
        assert_true(rand_u64(&stream) == EXPECTED[i]);
}

static void a_seed_is_spread_by_the_reference_splitmix(void **state)
{
    (void)state;
    /* The first four numbers of splitmix64 from 1234567. */
    struct rand_stream stream;
    rand_seed(&stream, 1234567);
    assert_true(stream.state[0] == UINT64_C(6457827717110365317));
    assert_true(stream.state[1] == UINT64_C(3203168211198807973));
    assert_true(stream.state[2] == UINT64_C(9817491932198370423));
    assert_true(stream.state[3] == UINT64_C(4593380528125082431));
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
    (void)state;
    struct rand_stream one;
    struct rand_stream two;
    struct rand_stream other;
    rand_seed(&one, 0);
    rand_seed(&two, 0);
    rand_seed(&other, 1);
    bool differs = false;
    for (int i = 0; i < 1000; i++) {
        double drawn = rand_gamma(&one, 0.7, 2);
        double again = rand_gamma(&two, 0.7, 2);
        assert_memory_equal(&drawn, &again, sizeof(drawn));
        differs = differs || rand_gamma(&other, 0.7, 2) != drawn;
    }
    assert_true(differs);
}

static double draw_unit(struct rand_stream *stream, double a, double b)
{
    (void)a;
    (void)b;
    return rand_unit(stream);
}
static double draw_normal(struct rand_stream *stream, double a, double b)
{
    (void)a;
    (void)b;
    return rand_normal(stream);
}
static double draw_exponential(struct rand_stream *stream, double a, double b)
{
    (void)a;
    return rand_exponential(stream, b);
}

static void drawn_numbers_have_the_mean_and_spread_they_should(void **state)
{
    (void)state;
    static const struct {
        double (*draw)(struct rand_stream *, double, double);
        double shape;
        double rate;
        double mean;
        double variance;
        double kurtosis; /* fourth central moment over the variance squared: how far the variance itself scatters */
    } ROWS[] = {
        {draw_unit, 0, 0, 0.5, 1.0 / 12, 1.8},    {draw_normal, 0, 0, 0, 1, 3},
        {draw_exponential, 0, 0.25, 4, 16, 9},    {rand_gamma, 1, 1, 1, 1, 9},
        {rand_gamma, 9, 3, 3, 1, 3 + 6.0 / 9},    {rand_gamma, 0.5, 2, 0.25, 0.125, 3 + 12},
        {rand_gamma, 0.1, 0.5, 0.2, 0.4, 3 + 60},
    };
    for (size_t row = 0; row < sizeof(ROWS) / sizeof(ROWS[0]); row++) {
        struct rand_stream stream;
        rand_seed(&stream, 100 + row);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double off = ROWS[row].draw(&stream, ROWS[row].shape, ROWS[row].rate) - ROWS[row].mean;
            sum += off;
            squares += off * off;
        }
        double variance = ROWS[row].variance;
        assert_true(fabs(sum / DRAWS) < 6 * sqrt(variance / DRAWS));
        assert_true(fabs(squares / DRAWS - variance) < 6 * variance * sqrt((ROWS[row].kurtosis - 1) / DRAWS));
    }
}

static void units_stay_below_one_and_gammas_above_zero(void **state)
{
    (void)state;
    struct rand_stream stream;
    rand_seed(&stream, 5);
    for (int i = 0; i < DRAWS; i++) {
        double unit = rand_unit(&stream);
        assert_true(unit >= 0 && unit < 1);
        double exponential = rand_exponential(&stream, 3);
        assert_true(exponential >= 0 && isfinite(exponential));
        double gamma = rand_gamma(&stream, 0.3, 1);
        assert_true(gamma >= 0 && isfinite(gamma));
    }
    /* The largest and the smallest there is: no infinity at either end. */
    struct rand_stream top = {{0, 0, 0, 0}};
    assert_true(rand_unit(&top) == 0);
    assert_true(rand_exponential(&top, 1) == 0);
    assert_true(isfinite(rand_normal(&top)));
}

static void kernel_bytes_differ_and_fill_what_was_asked(void **state)
{
    (void)state;
    uint8_t one[40] = {0};
    uint8_t two[40] = {0};
    rand_bytes(one, 32);
    rand_bytes(two, 32);
    assert_memory_not_equal(one, two, 32);
    static const uint8_t NOTHING[8];
    assert_memory_equal(one + 32, NOTHING, 8);
}

static int start(void **state)
{
    (void)state;
    hash_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_those_of_the_reference_xoshiro),
        cmocka_unit_test(a_seed_is_spread_by_the_reference_splitmix),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
        cmocka_unit_test(drawn_numbers_have_the_mean_and_spread_they_should),
        cmocka_unit_test(units_stay_below_one_and_gammas_above_zero),
        cmocka_unit_test(kernel_bytes_differ_and_fill_what_was_asked),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
