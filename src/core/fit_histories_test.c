/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/fit_histories.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"
#include "core/fit.h"

static void equal_histories_are_counted_once(void **state)
{
    const struct chance_client clients[] = {{2, 30, 5}, {0, 0, 7}, {2, 30, 5}, {0, -0.0, 7},
                                            {2, 30, 6}, {0, 0, 3}, {1, 30, 5}, {2, 30, 5}};
    /* x, tx, T, clients; times are 0 3 7 30 35 36. */
    const struct history want[] = {{0, 0, 1, 1}, {0, 0, 2, 2}, {1, 3, 4, 1}, {2, 3, 4, 3}, {2, 3, 5, 1}};
    const double times[] = {0, 3, 7, 30, 35, 36};
    struct histories all;
    (void)state;
    assert_int_equal(histories_init(&all, clients, 8), RC_OK);
    assert_int_equal(all.count, 5);
    assert_memory_equal(all.rows, want, sizeof(want));
    assert_int_equal(all.time_count, 6);
    assert_memory_equal(all.times, times, sizeof(times));
    histories_clear(&all);
}

static void shuffle(struct chance_client *clients, size_t count, struct rand_stream *stream)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)(rand_u64(stream) % i);
        struct chance_client moved = clients[i - 1];
        clients[i - 1] = clients[other];
        clients[other] = moved;
    }
}

/* Times of any kind, more than the table of times begins with, and counts of many digits. */
static void nothing_is_lost_and_order_leaves_no_trace(void **state)
{
    enum { CLIENTS = 20000 };
    struct chance_client *clients = mem_new(CLIENTS, sizeof(*clients));
    struct rand_stream stream;
    struct histories first, second;
    double gaps = 0, ages = 0;
    (void)state;
    rand_seed(&stream, 7);
    for (size_t i = 0; i < CLIENTS; i++) {
        double x = floor(rand_gamma(&stream, 0.3, 0.001)),
               t = i % 2 ? floor(rand_unit(&stream) * 90) : rand_unit(&stream) * 9e4;
        clients[i] = (struct chance_client){fmin(x, FIT_GAPS_EACH_MAX), t / 2, t / 2};
        gaps += clients[i].gaps;
        ages += t;
    }
    assert_int_equal(histories_init(&first, clients, CLIENTS), RC_OK);
    shuffle(clients, CLIENTS, &stream);
    assert_int_equal(histories_init(&second, clients, CLIENTS), RC_OK);
    assert_int_equal(first.count, second.count);
    assert_memory_equal(first.rows, second.rows, first.count * sizeof(*first.rows));
    assert_memory_equal(first.times, second.times, first.time_count * sizeof(*first.times));
    size_t counted = 0;
    for (size_t i = 0; i < first.count; i++) {
        const struct history *row = &first.rows[i];
        counted += row->clients;
        gaps -= (double)row->gaps * row->clients;
        ages -= first.times[row->age] * row->clients;
        assert_true(first.times[row->age] >= first.times[row->span] && row->clients > 0);
    }
    assert_int_equal(counted, CLIENTS);
    assert_true(gaps >= 0 && gaps <= 0);
    assert_true(fabs(ages) < 1e-3);
    histories_clear(&first);
    histories_clear(&second);
    mem_free(clients);
}

static void an_unsound_client_is_invalid(void **state)
{
    static const struct chance_client rows[] = {{-1, 0, 1},       {0.5, 0, 1},      {FIT_GAPS_EACH_MAX + 1, 5, 1},
                                                {NAN, 0, 1},      {INFINITY, 1, 1}, {1, -1, 1},
                                                {1, INFINITY, 1}, {1, NAN, 1},      {1, 1, -1},
                                                {1, 1, INFINITY}, {1, 1, NAN},      {1, 1e308, 1e308}};
    struct histories all;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct chance_client clients[] = {{1, 2, 3}, rows[i]};
        assert_int_equal(histories_init(&all, clients, 1), RC_OK);
        histories_clear(&all);
        assert_int_equal(histories_init(&all, clients, 2), RC_INVALID);
        assert_null(all.rows);
        histories_clear(&all);
    }
}

/* The list of times grows by doubling; looking one up in a full one must not move it. */
static void any_number_of_times_is_listed(void **state)
{
    static struct chance_client clients[1100];
    struct histories all;
    (void)state;
    for (size_t count = 1; count <= 1100; count++) {
        clients[count - 1] = (struct chance_client){0, 0, (double)count - 1}; /* times 0 .. count - 1 */
        assert_int_equal(histories_init(&all, clients, count), RC_OK);
        assert_int_equal(all.time_count, count);
        for (size_t i = 0; i < count; i++)
            assert_true(all.times[i] >= (double)i && all.times[i] <= (double)i);
        histories_clear(&all);
    }
}

static void no_clients_have_no_histories(void **state)
{
    struct histories all;
    (void)state;
    assert_int_equal(histories_init(&all, NULL, 0), RC_OK);
    assert_int_equal(all.count, 0);
    histories_clear(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_histories_are_counted_once), cmocka_unit_test(nothing_is_lost_and_order_leaves_no_trace),
        cmocka_unit_test(an_unsound_client_is_invalid),     cmocka_unit_test(any_number_of_times_is_listed),
        cmocka_unit_test(no_clients_have_no_histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
