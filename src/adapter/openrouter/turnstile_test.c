/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The line of threads before the pace; the pace itself has its own tests. */
#include "adapter/openrouter/turnstile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"

#define THREADS 6
#define LONG_MS 60000

struct fixture {
    struct turnstile turnstile;
    struct lock lock;
    int order[THREADS], count; /* who went through, in turn */
};
struct visitor {
    struct fixture *f;
    struct thread thread;
    int number;
    int64_t wait_ms;
    enum rc rc;
};

static int set_up(void **state)
{
    static const struct pace_limits LIMITS = {.requests_per_minute = 100000, .concurrency = 1};
    struct fixture *f = test_calloc(1, sizeof *f);
    turnstile_init(&f->turnstile, &LIMITS);
    lock_init(&f->lock);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    turnstile_clear(&f->turnstile);
    lock_clear(&f->lock);
    test_free(f);
    return 0;
}

static int64_t waiting(struct fixture *f)
{
    struct turnstile_state now;
    turnstile_state(&f->turnstile, &now);
    return now.waiting;
}

/* Awaits that so many stand in line. */
static void await_line(struct fixture *f, int64_t count)
{
    while (waiting(f) != count)
        signal_count_wait(&f->turnstile.changed, signal_count_get(&f->turnstile.changed), 1);
}

static void visit(void *context)
{
    struct visitor *visitor = context;
    struct fixture *f = visitor->f;
    visitor->rc = turnstile_enter(&f->turnstile, 100, LONG_MS, &visitor->wait_ms);
    if (visitor->rc != RC_OK)
        return;
    lock_take(&f->lock);
    f->order[f->count++] = visitor->number;
    lock_drop(&f->lock);
    turnstile_leave(&f->turnstile, 0);
}

static void start(struct fixture *f, struct visitor *visitors)
{
    for (int i = 0; i < THREADS; i++) {
        visitors[i] = (struct visitor){.f = f, .number = i};
        thread_start(&visitors[i].thread, "visitor", visit, &visitors[i]);
        await_line(f, i + 1);
    }
}

static void first_come_first_through(void **state)
{
    struct fixture *f = *state;
    struct visitor visitors[THREADS];
    int64_t wait;
    assert_int_equal(turnstile_enter(&f->turnstile, 100, LONG_MS, &wait), RC_OK);
    start(f, visitors);
    turnstile_leave(&f->turnstile, 0);
    for (int i = 0; i < THREADS; i++)
        thread_join(&visitors[i].thread);
    assert_int_equal(f->count, THREADS);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(f->order[i], i);
    assert_int_equal(waiting(f), 0);
}

static void a_stop_lets_all_who_wait_and_who_come_go(void **state)
{
    struct fixture *f = *state;
    struct visitor visitors[THREADS];
    int64_t wait;
    assert_int_equal(turnstile_enter(&f->turnstile, 100, LONG_MS, &wait), RC_OK);
    start(f, visitors);
    turnstile_stop(&f->turnstile);
    for (int i = 0; i < THREADS; i++) {
        thread_join(&visitors[i].thread);
        assert_int_equal(visitors[i].rc, RC_BUSY);
    }
    assert_int_equal(turnstile_enter(&f->turnstile, 100, LONG_MS, &wait), RC_BUSY);
    assert_int_equal(waiting(f), 0);
}

static void who_cannot_be_let_in_in_time_is_told_when(void **state)
{
    struct fixture *f = *state;
    int64_t wait = 0, began = clock_mono();
    assert_int_equal(turnstile_enter(&f->turnstile, 100, 0, &wait), RC_OK);
    assert_int_equal(turnstile_enter(&f->turnstile, 100, 50, &wait), RC_LIMITED); /* until the other one is done */
    assert_true(wait > 0);
    assert_int_equal(turnstile_start(&f->turnstile, 0), 0);
    turnstile_done(&f->turnstile, PACE_OVERLOADED, LONG_MS);
    assert_int_equal(turnstile_enter(&f->turnstile, 100, 5000, &wait),
                     RC_LIMITED); /* not even worth standing in line */
    assert_in_range(wait, LONG_MS - 5000, LONG_MS + LONG_MS / 4);
    assert_true(clock_mono() - began < 4000);
}

static void the_state_counts_who_waits_and_what_is_under_way(void **state)
{
    struct fixture *f = *state;
    struct turnstile_state now;
    int64_t wait;
    assert_int_equal(turnstile_enter(&f->turnstile, 100, 0, &wait), RC_OK);
    assert_int_equal(turnstile_start(&f->turnstile, 0), 0);
    turnstile_state(&f->turnstile, &now);
    assert_int_equal(now.under_way, 1);
    assert_int_equal(now.concurrency, 1);
    assert_int_equal(now.concurrency_max, 1);
    assert_int_equal(now.last_minute, 1);
    assert_int_equal(now.requests_per_minute, 100000);
    turnstile_done(&f->turnstile, PACE_ANSWERED, 0);
    turnstile_state(&f->turnstile, &now);
    assert_int_equal(now.under_way, 0);
    assert_int_equal(now.breaker, WRITER_CLOSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_come_first_through),
        TEST(a_stop_lets_all_who_wait_and_who_come_go),
        TEST(who_cannot_be_let_in_in_time_is_told_when),
        TEST(the_state_counts_who_waits_and_what_is_under_way),
    };
    return cmocka_run_group_tests_name("turnstile", tests, NULL, NULL);
}
