/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A manual clock stands still until set and never goes back, not even when threads race to set it. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "base/thread.h"

static void a_manual_clock_moves_forward_only(void **state)
{
    (void)state;
    struct clock *clock = clock_new_manual(1000);
    assert_true(clock_is_manual(clock));
    assert_true(clock_now(clock) == 1000);
    assert_int_equal(clock_set(clock, 999), RC_INVALID);
    assert_true(clock_now(clock) == 1000);
    assert_int_equal(clock_set(clock, 1000), RC_OK);
    assert_int_equal(clock_set(clock, 5000000000000), RC_OK);
    assert_true(clock_now(clock) == 5000000000000);
    clock_free(clock);
}

static void a_real_clock_is_the_wall_clock_and_cannot_be_set(void **state)
{
    (void)state;
    struct clock *clock = clock_new_real();
    assert_false(clock_is_manual(clock));
    int64_t before = (int64_t)time(NULL) * 1000 - 1000; /* time() may run a tick behind */
    int64_t now = clock_now(clock);
    int64_t after = (int64_t)time(NULL) * 1000 + 1999;
    assert_true(before <= now && now <= after);
    assert_int_equal(clock_set(clock, now + 1000), RC_DENIED);
    clock_free(clock);
}

static void monotonic_time_does_not_go_back(void **state)
{
    (void)state;
    int64_t last = clock_mono();
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_mono();
        assert_true(now >= last);
        last = now;
    }
}

static void push(void *arg)
{
    for (int64_t to = 1; to <= 20000; to++)
        (void)clock_set(arg, to);
}

static void racing_setters_end_at_the_latest_time(void **state)
{
    (void)state;
    struct clock *clock = clock_new_manual(0);
    struct thread threads[3];
    for (int i = 0; i < 3; i++)
        thread_start(&threads[i], "push", push, clock);
    int64_t last = 0;
    while (last < 20000) {
        int64_t now = clock_now(clock);
        assert_true(now >= last);
        last = now;
    }
    for (int i = 0; i < 3; i++)
        thread_join(&threads[i]);
    assert_true(clock_now(clock) == 20000);
    clock_free(clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manual_clock_moves_forward_only),
        cmocka_unit_test(a_real_clock_is_the_wall_clock_and_cannot_be_set),
        cmocka_unit_test(monotonic_time_does_not_go_back),
        cmocka_unit_test(racing_setters_end_at_the_latest_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
